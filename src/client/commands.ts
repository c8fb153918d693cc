import type { ControlFrame, Rate, WelcomeLimits } from '../contract/frames.js'
import { ChatClientError } from './api/errors.js'
import { newId } from './browser.js'
import { bytesOf, usualFrameBytes } from './frame-size.js'
import { errorOf } from './http.js'
import type { KeyedMutex } from './keyed-mutex.js'
import { createMistakes, createPace } from './pace.js'
import { refusal } from './too-large.js'
import { waitAtMost } from './waits.js'

/** Every command is answered. */
const patienceMs = 10_000
/** Unless the server says otherwise. */
const usual: Pick<WelcomeLimits, 'frameBytes' | 'rates'> = {
  frameBytes: usualFrameBytes,
  rates: {
    frames: { points: 60, seconds: 10 },
    sends: { points: 20, seconds: 10 },
    reactions: { points: 30, seconds: 10 },
  },
}
/** So few commands are in flight that the server does not close the socket even if it refuses them all. */
const mostUnanswered = 20
const mostRefusals = 10
const refusedMs = 2_000
/** The part of the frame rate that is left to more urgent commands: users' actions, then read markers, then presence. */
const spare = [0, 1 / 8, 1 / 4] as const

type Kind = keyof WelcomeLimits['rates']

/** The rate that a command counts for, besides that of frames. */
const kinds: Readonly<Record<string, readonly Kind[]>> = {
  'message.send': ['sends'],
  'message.edit': ['sends'],
  'message.pin': ['sends'],
  'reaction.add': ['reactions'],
  'reaction.remove': ['reactions'],
}
const kindsOf = (type: string): readonly Kind[] => ['frames', ...(kinds[type] ?? [])]

interface Command {
  readonly id: string
  readonly type: string
  /** The command without its id, to recognise it when it is sent again. */
  readonly said: string
  readonly rank: 0 | 1 | 2
  refusals: number
  /** Ends the wait for its answer. */
  answered?: () => void
  resolve(result: never): void
  reject(error: ChatClientError): void
}

const byRank = (one: Command, other: Command): number => one.rank - other.rank

/** The part of the socket that commands need. */
export interface Wire {
  isLive(): boolean
  send(data: string): void
  /** It does not answer. */
  lose(): void
}

/**
 * Sends commands over the socket and takes their answers: one after the other in each room, no faster than the server allows,
 * and again after a refusal by a rate. If the server closed the socket because of a frame, the commands that were in flight are
 * sent alone the next time, and never again if that closes the socket, too.
 */
export function createCommands(mutex: KeyedMutex, wire: Wire) {
  /** Commands that were not sent yet, the most urgent first. */
  let waiting: Command[] = []
  const unanswered = new Map<string, Command>()
  /** Commands that were in flight when the server closed the socket because of a frame. */
  const suspects = new Set<string>()
  /** Commands that close the socket whenever they are sent, with the reason. */
  const culprits = new Map<string, ChatClientError>()
  const paces = {
    frames: createPace(usual.rates.frames),
    sends: createPace(usual.rates.sends),
    reactions: createPace(usual.rates.reactions),
  }
  const mistakes = createMistakes()
  let frameBytes = usual.frameBytes
  let timer: ReturnType<typeof setTimeout> | undefined

  const waitMs = ({ type, rank }: Command): number =>
    Math.max(mistakes.waitMs(), ...kindsOf(type).map((kind) => paces[kind].waitMs(spare[rank])))

  const isSuspect = ({ said }: Command): boolean => suspects.has(said)

  function sayAll(): void {
    clearTimeout(timer)
    let soonest = Number.POSITIVE_INFINITY
    const left: Command[] = []
    for (const command of waiting) {
      const isAlone = [command, ...unanswered.values()].some(isSuspect)
      const most = isAlone ? 1 : Math.min(mostUnanswered, Math.max(1, mistakes.left()))
      if (unanswered.size >= most) left.push(command)
      else {
        const ms = waitMs(command)
        if (ms === 0) say(command)
        // By the time that it could be sent it would be outdated.
        else if (command.type === 'typing') command.reject(new ChatClientError('rate_limited', { retryAfterMs: ms }))
        else {
          left.push(command)
          soonest = Math.min(soonest, ms)
        }
      }
    }
    waiting = left
    if (soonest < Number.POSITIVE_INFINITY) timer = setTimeout(sayAll, soonest)
  }

  function say(command: Command): void {
    for (const kind of kindsOf(command.type)) paces[kind].take()
    command.answered = waitAtMost(patienceMs, wire.lose)
    unanswered.set(command.id, command)
    wire.send(`{"id":${JSON.stringify(command.id)},${command.said.slice(1)}`)
  }

  function settle(frame: Extract<ControlFrame, { type: 'ok' | 'error' }>, command: Command): void {
    command.answered?.()
    suspects.delete(command.said)
    const error = frame.type === 'error' && errorOf(frame.problem)
    if (error && ['invalid_request', 'rate_limited'].includes(error.code)) mistakes.made()
    if (!error) command.resolve((frame as { result?: unknown }).result as never)
    else if (error.code === 'rate_limited' && command.refusals < mostRefusals) {
      command.refusals += 1
      const { retryAfterMs = refusedMs } = error
      for (const kind of kindsOf(command.type)) paces[kind].refused(retryAfterMs)
      waiting = [command, ...waiting].sort(byRank)
    } else command.reject(error)
  }

  const ask = <T>(type: string, fields: object): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (!wire.isLive()) return reject(new ChatClientError('disconnected'))
      const said = JSON.stringify({ type, ...fields })
      const culprit = culprits.get(said)
      if (culprit) return reject(culprit)
      const id = newId()
      const bytes = bytesOf(said) + id.length + 8
      if (bytes > frameBytes) return reject(refusal('', `has ${bytes} bytes; the limit is ${frameBytes}`))
      const rank = type === 'typing' || type === 'presence.watch' ? 2 : type.startsWith('read') ? 1 : 0
      waiting = [...waiting, { id, type, said, rank, refusals: 0, resolve, reject } satisfies Command].sort(byRank)
      sayAll()
    })

  return {
    limit({ limits }: { limits?: WelcomeLimits }): void {
      mistakes.forget()
      frameBytes = limits?.frameBytes ?? usual.frameBytes
      for (const kind of Object.keys(paces) as Kind[]) paces[kind].limit((limits ?? usual).rates[kind] as Rate)
    },
    answer(frame: Extract<ControlFrame, { type: 'ok' | 'error' }>): void {
      const command = unanswered.get(frame.id ?? '')
      if (!command) return
      unanswered.delete(command.id)
      settle(frame, command)
      sayAll()
    },
    /**
     * The socket is gone: the result of commands in flight is unknown. `isRefused`: the server closed it because of a frame.
     */
    lost(error: ChatClientError, isRefused: boolean): void {
      clearTimeout(timer)
      const all = [...unanswered.values()]
      for (const command of all) {
        command.answered?.()
        const { said, reject } = command
        const { closeCode } = error
        if (isRefused && all.length === 1 && suspects.delete(said)) {
          culprits.set(said, new ChatClientError(closeCode === 1009 ? 'too_large' : 'invalid_request', { closeCode }))
        } else if (isRefused) suspects.add(said)
        reject(culprits.get(said) ?? error)
      }
      const queued = waiting
      unanswered.clear()
      waiting = []
      // None of them was sent, so none of them was the reason.
      for (const { reject } of queued) reject(new ChatClientError(error.code))
    },
    /**
     * Resolves with the result. Rejects with `disconnected` if it is unknown whether the command took effect, and with
     * `too_large`, without sending it, if the server would not take it.
     */
    command<T>(type: string, fields: object): Promise<T> {
      const { roomId } = fields as { roomId: string }
      const isOrdered = /^(message|reaction)\./.test(type)
      return isOrdered ? mutex.take(roomId, () => ask<T>(type, fields)) : ask<T>(type, fields)
    },
  }
}
