import { setTimeout as pause } from 'node:timers/promises'
import type { Frame } from '../../socket.js'
import type { Operation } from '../history.js'
import type { Api, ApiAnswer } from './api.js'
import type { Device } from './device.js'

/** What of the world the load needs. */
export interface LoadParts {
  api: Api
  random: () => number
  devices: Device[]
  operations: Operation[]
  /** How long the last messages may take once everything is well again. */
  graceMs: number
}

const lasting = ['👍', '🎉', '🚀']
const fleeting = '❤️'
/** A removal that nobody waits for any more may still happen, after the next addition: it is waited for. */
const visitPatienceMs = 60_000
/** When somebody who is being removed says something, counted from when that was asked for. */
const lastWordsMs = [0, 5, 10, 20, 40]
/** As long as a text may be: 24 kB as it goes over the wire. */
const long = '图'.repeat(7_900)

interface Said {
  userId: string
  roomId: string
  clientId: string
  text: string
  thread: { threadId?: string; alsoInRoom?: boolean }
  id: string
}

/** People who write, edit, delete and react, over sockets and HTTP, and send each message until it is acknowledged. */
export class Load {
  /** From the first attempt to the acknowledgement of each message, in ms. */
  readonly waits: number[] = []
  removals = 0
  readonly #said: Said[] = []
  /** The message of each room that is replied to; once there are replies, it may be deleted. */
  readonly #roots = new Map<string, string | undefined>()
  #count = 0
  #endsAt = Number.POSITIVE_INFINITY

  constructor(readonly parts: LoadParts) {}

  get acknowledged(): number {
    return this.waits.length
  }

  /** Nobody begins anything new; what is on its way goes on until it is done. */
  stop(): void {
    this.#endsAt = Math.min(this.#endsAt, performance.now())
  }

  get stopped(): boolean {
    return performance.now() > this.#endsAt
  }

  /** One thing after the other, by one person, in any of these rooms. */
  async act(userId: string, roomIds: string[], restMs: number): Promise<void> {
    const { random } = this.parts
    while (!this.stopped) {
      const kind = random()
      const roomId = this.#pick(roomIds)
      if (kind < 0.78) await this.say(userId, roomId)
      else if (kind < 0.82) await this.#sayAgain(userId)
      else if (kind < 0.9) await this.#change(userId)
      else await this.#react(userId, roomId)
      await pause(random() * 2 * restMs)
    }
  }

  #pick<T>(items: T[]): T {
    return items[Math.floor(this.parts.random() * items.length)] as T
  }

  /** Where a message goes: some are replies to one of the first in the room, in its thread alone or in the room as well. */
  #threadIn(roomId: string): Said['thread'] {
    const { random } = this.parts
    if (random() < 0.75) return {}
    this.#roots.set(
      roomId,
      this.#roots.get(roomId) ?? this.#said.find((said) => said.roomId === roomId && !said.thread.threadId)?.id,
    )
    const threadId = this.#roots.get(roomId)
    return threadId === undefined ? {} : { threadId, alsoInRoom: random() < 0.3 }
  }

  /** Sends a message, again and again until it is acknowledged, or refused since they are no longer in the room. */
  async say(userId: string, roomId: string, isLong = false): Promise<void> {
    const { operations, random } = this.parts
    this.#count += 1
    const clientId = `${userId}-${this.#count}`
    const text = `${clientId} ${isLong ? long : 'says something, and then a little more'}`
    const thread = this.#threadIn(roomId)
    const at = performance.now()
    operations.push({ type: 'sending', at, userId, roomId, clientId })
    while (performance.now() < this.#endsAt + this.parts.graceMs) {
      const answer = await this.#send({ userId, roomId, clientId, text, thread })
      if (answer?.body.id !== undefined) {
        this.waits.push(performance.now() - at)
        this.#said.push({ userId, roomId, clientId, text, thread, id: answer.body.id })
        return
      }
      if (answer?.status === 404) {
        operations.push({ type: 'refused', userId, roomId, clientId })
        return
      }
      await pause(20 + random() * 100)
    }
  }

  /** Says something in a transaction of the host's own, which then takes so many ms more; again until it is acknowledged. */
  async sayLate(userId: string, roomId: string, ms: number): Promise<void> {
    const { api, operations } = this.parts
    const clientId = `${userId}-late`
    const draft = { clientId, text: `${clientId} says the last word` }
    operations.push({ type: 'sending', at: performance.now(), userId, roomId, clientId })
    while (performance.now() < this.#endsAt + this.parts.graceMs) {
      const answer = await api(userId, 'POST', '/../late', { userId, roomId, draft, ms })
      if (answer?.status === 201) {
        const { id, seq } = answer.body
        return void operations.push({ type: 'acknowledged', at: performance.now(), userId, roomId, clientId, id, seq })
      }
      await pause(100)
    }
  }

  async #send({ userId, roomId, clientId, text, thread }: Omit<Said, 'id'>): Promise<ApiAnswer | undefined> {
    const draft = { clientId, text, ...thread }
    const answer = await this.#ask(userId, 'message.send', { roomId, ...draft }, [
      'POST',
      `/rooms/${roomId}/messages`,
      draft,
    ])
    if (answer && answer.status < 300) {
      const { id, seq } = answer.body
      this.parts.operations.push({ type: 'acknowledged', at: performance.now(), userId, roomId, clientId, id, seq })
    }
    return answer
  }

  /** Over one of their sockets or over HTTP. */
  async #ask(
    userId: string,
    command: string,
    input: object,
    [method, path, body]: [string, string, object?],
  ): Promise<ApiAnswer | undefined> {
    const { api, devices, random, operations } = this.parts
    const own = devices.filter((device) => device.userId === userId && device.isListening)
    if (own.length === 0 || random() < 0.5) return api(userId, method, path, body)
    const frame: Frame | undefined = await this.#pick(own).command(command, input)
    if (frame?.type === 'ok') return { status: 200, body: frame.result ?? {} }
    if (frame?.problem.status === 500)
      operations.push({ type: 'failed', what: `${command}: ${frame.problem.requestId}` })
    return frame && { status: frame.problem.status, body: frame.problem }
  }

  /** As one whose answer was lost would: it is the same message still. */
  async #sayAgain(userId: string): Promise<void> {
    const own = this.#said.filter((said) => said.userId === userId)
    if (own.length > 0) await this.#send(this.#pick(own))
  }

  async #change(userId: string): Promise<void> {
    const { operations, random } = this.parts
    const own = this.#said.filter((said) => said.userId === userId)
    const said = own[Math.floor(random() * own.length)]
    if (!said) return
    const { roomId, id, text } = said
    const path = `/rooms/${roomId}/messages/${id}`
    if (random() < 0.7) {
      const edited = { text: `${text.slice(0, 200)}, edited` }
      const answer = await this.#ask(userId, 'message.edit', { roomId, messageId: id, ...edited }, [
        'PATCH',
        path,
        edited,
      ])
      if (answer?.status === 200) operations.push({ type: 'edited', roomId, id, revision: answer.body.revision })
      return
    }
    // What is replied to has to stand until the first reply has come.
    if ([...this.#roots.values()].includes(id)) return
    // It is not to be sent again: as deleted, its clientId answers for any text.
    this.#said.splice(this.#said.indexOf(said), 1)
    const answer = await this.#ask(userId, 'message.delete', { roomId, messageId: id }, ['DELETE', path])
    if (answer && answer.status < 300) operations.push({ type: 'deleted', roomId, id })
  }

  async #react(userId: string, roomId: string): Promise<void> {
    const { operations, random } = this.parts
    const there = this.#said.filter((said) => said.roomId === roomId).slice(-50)
    const said = there[Math.floor(random() * there.length)]
    if (!said) return
    const { id } = said
    const reaction = random() < 0.6 ? this.#pick(lasting) : fleeting
    const path = `/rooms/${roomId}/messages/${id}/reactions`
    const answer = await this.#ask(userId, 'reaction.add', { roomId, messageId: id, reaction }, [
      'POST',
      path,
      { reaction },
    ])
    if (!answer || answer.status >= 300) return
    if (reaction === fleeting) {
      const { id: reactionId } = answer.body
      const taken = { roomId, messageId: id, reaction }
      await this.#ask(userId, 'reaction.remove', taken, ['DELETE', `${path}/${reactionId}`])
    } else operations.push({ type: 'reacted', roomId, id, userId, reaction })
  }

  /** Removes visitors and adds them again, one after the other. */
  async manage(ownerId: string, visitorIds: string[], roomIds: string[], restMs: number): Promise<void> {
    const { operations, devices, random } = this.parts
    const out = new Set<string>()
    while (!this.stopped) {
      const userId = this.#pick(visitorIds)
      const roomId = this.#pick(roomIds)
      const path = `/rooms/${roomId}/members`
      if (out.delete(`${userId} ${roomId}`)) {
        operations.push({ type: 'adding', at: performance.now(), userId, roomId })
        await this.#insist(ownerId, 'POST', path, { userId })
      } else {
        out.add(`${userId} ${roomId}`)
        // Just then they say something, on any server: what comes too late must not get in.
        const lastWords = lastWordsMs.map(async (ms) => {
          await pause(ms)
          await this.say(userId, roomId)
        })
        // Or they sleep through it, and come back as somebody who still believes to be in the room.
        const sleeping = random() < 0.5 ? devices.filter((device) => device.userId === userId) : []
        for (const device of sleeping) device.pauseReading()
        await Promise.all([this.#insist(ownerId, 'DELETE', `${path}/${userId}`), ...lastWords])
        for (const device of sleeping) device.reset()
        this.removals += 1
      }
      await pause(random() * 2 * restMs)
    }
  }

  /** Asks until it is so: what is there already, or is no longer there, was asked for before the answer was lost. */
  async #insist(userId: string, method: 'POST' | 'DELETE', path: string, body?: object): Promise<void> {
    const done = method === 'POST' ? [200, 201] : [204, 404]
    while (performance.now() < this.#endsAt + this.parts.graceMs) {
      const answer = await this.parts.api(userId, method, path, body, visitPatienceMs)
      if (answer && done.includes(answer.status)) return
      await pause(50)
    }
  }
}
