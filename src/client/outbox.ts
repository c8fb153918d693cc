import type { WelcomeLimits } from '../contract/frames.js'
import type { Message } from '../contract/messages.js'
import { ChatClientError } from './api/errors.js'
import type { Draft } from './api/messages.js'
import { delay, ignore } from './browser.js'
import type { Context } from './context.js'
import { createOutboxStorage } from './outbox-storage.js'
import { commandOf, pendingOf } from './pending-message.js'
import { mergeMessage } from './state/events.js'
import { inOrder, takeUp } from './state/outbox.js'
import type { Pending } from './state/state.js'
import { tooLarge } from './too-large.js'

const retryMs = 1_500
/** How long to wait for the storage; messages that it brings after that are added later. */
const storageMs = 3_000
/** How many messages are sent at once, of as many rooms: after a long time offline a client must not flood its server. */
const atOnce = 8
/** After this many connections in a row that ended while a message was being sent, the message counts as the reason. */
const mostStrikes = 5
const tooBigForAPeer = 1009

/** Close codes that are about the server or the session; with others a message may have been the reason. */
const isAboutTheMessage = (closeCode = 0): boolean =>
  closeCode === 4400 || (closeCode > 0 && closeCode < 4000 && ![1001, 1012, 1013].includes(closeCode))

interface Waiting {
  promise: Promise<Message>
  resolve(message: Message): void
  reject(error: ChatClientError): void
}

/** The state of sending, from a sign-in to a sign-out. */
interface Shift {
  /** Rooms in which a message is being sent, or that pause. */
  readonly busy: Set<string>
  /** How many messages are being sent, and how many of them could be the reason if the connection ends now. */
  underWay: number
  together: number
  /** Whether a suspect is being sent, which is sent alone. */
  isAlone: boolean
  /** How many `rate_limited` refusals are being waited out. */
  resting: number
  /** Whether the storage was read, so that the oldest message goes first. */
  isReady: boolean
}

const startShift = (): Shift => ({
  ...{ busy: new Set<string>(), underWay: 0, together: 0 },
  ...{ isAlone: false, resting: 0, isReady: false },
})

const idOf = ({ roomId, clientId }: Pick<Pending, 'roomId' | 'clientId'>): string => JSON.stringify([roomId, clientId])

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Pending messages. Each stays, with the same `clientId`, until the server has answered, so sending one again is harmless.
 * Each room sends one at a time, so that messages keep their order however often the connection breaks.
 */
export function createOutbox({ store, http, socket }: Context) {
  const waiting = new Map<string, Waiting>()
  /** The limits with which a message was last checked. */
  const fitting = new WeakMap<Pending, WelcomeLimits | undefined>()
  let shift = startShift()
  /** The `order` of the message that was written last. */
  let lastOrder = 0
  const outboxStorage = createOutboxStorage(http.options, {
    found: takeStored,
    gone(entries) {
      for (const entry of entries) drop(entry)
    },
  })

  const entries = (): readonly Pending[] => store.state.outbox
  const find = (id: string) => entries().find((entry) => idOf(entry) === id)
  const without = (id: string) => entries().filter((entry) => idOf(entry) !== id)
  const set = (outbox: readonly Pending[]) => store.set({ outbox: inOrder(outbox) })

  function nextOrder(): number {
    lastOrder = Math.max(Date.now(), lastOrder + 1)
    return lastOrder
  }

  // Messages that the server has are settled, whatever brought the news.
  store
    .observable(({ outbox }) => [outbox])
    .subscribe(() => {
      for (const entry of entries()) if (entry.sent) end(entry, entry.sent)
    })

  /** Shows and stores the current state of a message. */
  function replace(entry: Pending): void {
    set([...without(idOf(entry)), entry])
    outboxStorage.put(entry)
  }

  /** Adds messages of an earlier page, or of a closed tab; `highest` is the highest `order` so far. */
  function takeStored(stored: Pending[], highest: number): void {
    const own = entries()
    // They are older than messages that were written before the storage was read.
    const lowest = Math.min(...own.map(({ order }) => order))
    const shift = lowest <= highest ? highest - lowest + 1 : 0
    lastOrder = Math.max(lastOrder + shift, highest)
    if (shift > 0) {
      for (const entry of own) replace({ ...entry, order: entry.order + shift })
    }
    store.update(takeUp, stored)
    sendNext()
  }

  /** Queues a message of a page; one that is queued already stays as it is. */
  function add(entry: Pending): Promise<Message> {
    const id = idOf(entry)
    const existing = waiting.get(id)
    if (existing) return existing.promise
    const made = {} as Waiting
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
    // The list shows it.
    made.promise.catch(ignore)
    waiting.set(id, made)
    replace(entry)
    sendNext()
    return made.promise
  }

  function settle(id: string, outcome: Message | ChatClientError): void {
    const { resolve, reject } = waiting.get(id) ?? {}
    waiting.delete(id)
    if (outcome instanceof ChatClientError) reject?.(outcome)
    else resolve?.(outcome)
  }

  /** Stops showing it: another tab sends it, or nobody has to. */
  const drop = (entry: Pick<Pending, 'roomId' | 'clientId'>): void => set(without(idOf(entry)))

  function remove(entry: Pending): void {
    outboxStorage.remove(entry)
    drop(entry)
  }

  /** Removes it for good: the server has it, or it was discarded. */
  function end(entry: Pending, outcome: Message | ChatClientError): void {
    remove(entry)
    settle(idOf(entry), outcome)
  }

  /** Keeps it with its reason, until its author decides what to do with it. */
  function fail(entry: Pending, error: ChatClientError): void {
    replace({ ...entry, error, strikes: 0 })
    settle(idOf(entry), error)
  }

  /** Sends what may be sent: the first message of each room; suspects go after all others, one at a time. */
  function sendNext(): void {
    const { limits } = store.state
    for (const entry of entries()) {
      if (entry.error || entry.sent || fitting.get(entry) === limits) continue
      const error = tooLarge(limits, commandOf(entry))
      if (error) fail(entry, error)
      else fitting.set(entry, limits)
    }
    const { isReady, resting, isAlone, busy } = shift
    if (!isReady || resting > 0 || isAlone || !socket.isLive()) return
    const firsts = new Map<string, Pending>()
    for (const entry of entries()) {
      if (!entry.error && !entry.sent && !firsts.has(entry.roomId)) firsts.set(entry.roomId, entry)
    }
    const due = [...firsts.values()].filter(({ roomId }) => !busy.has(roomId))
    for (const entry of due) if (entry.strikes === 0 && shift.underWay < atOnce) void deliver(entry)
    const [suspect] = due.sort((one, other) => one.strikes - other.strikes)
    if (shift.underWay === 0 && suspect) void deliver(suspect)
  }

  async function deliver(entry: Pending): Promise<void> {
    const own = shift
    const { roomId, strikes } = entry
    if (own.underWay === 0) own.together = 0
    own.busy.add(roomId)
    own.underWay += 1
    own.together += 1
    own.isAlone = strikes > 0
    let restMs = 0
    try {
      const message = await socket.command<Message>('message.send', commandOf(entry))
      if (own !== shift) return
      store.update(mergeMessage, message)
      end(entry, message)
    } catch (cause) {
      if (own !== shift) return
      restMs = refused(entry, cause as ChatClientError, own.together === 1)
    }
    own.underWay -= 1
    own.isAlone = false
    if (restMs > 0) await delay(restMs)
    own.busy.delete(roomId)
    sendNext()
  }

  /** Returns how long its room pauses. */
  function refused({ clientId, roomId }: Pending, error: ChatClientError, isAlone: boolean): number {
    const { code, closeCode, isTransient, retryAfterMs = retryMs } = error
    const entry = find(idOf({ clientId, roomId }))
    if (!entry) return 0
    if (code === 'disconnected' || code === 'aborted') {
      if (isAboutTheMessage(closeCode)) strike(entry, error, isAlone)
      return 0
    }
    if (!isTransient) {
      fail(entry, error)
      return 0
    }
    replace({ ...entry, strikes: 0 })
    if (code !== 'rate_limited') return retryAfterMs
    // The rate is that of all rooms together.
    void rest(retryAfterMs)
    return 0
  }

  async function rest(ms: number): Promise<void> {
    const own = shift
    own.resting += 1
    await delay(ms)
    own.resting -= 1
    sendNext()
  }

  /** The connection ended while it was being sent, `isAlone` or with others; the message may be the reason. */
  function strike(entry: Pending, error: ChatClientError, isAlone: boolean): void {
    const strikes = entry.strikes + 1
    if (isAlone && error.closeCode === tooBigForAPeer) {
      fail(entry, new ChatClientError('too_large', { closeCode: error.closeCode }))
    } else if (isAlone && strikes >= mostStrikes) fail(entry, error)
    else replace({ ...entry, strikes })
  }

  return {
    send: (roomId: string, draft: Draft): Promise<Message> => add(pendingOf(roomId, draft, nextOrder())),
    retry(roomId: string, clientId: string): void {
      const entry = find(idOf({ roomId, clientId }))
      if (!entry?.error) return
      replace({ ...entry, error: null })
      sendNext()
    },
    discard(roomId: string, clientId: string): void {
      const entry = find(idOf({ roomId, clientId }))
      if (entry) end(entry, new ChatClientError('aborted'))
    },
    /** Replaces a failed message by a new one in its place, which counts as another message whatever became of the first. */
    async revise(roomId: string, clientId: string, draft: Draft): Promise<Message> {
      const entry = find(idOf({ roomId, clientId }))
      if (!entry?.error) throw new ChatClientError('not_found')
      const { order, createdAt } = entry
      const next = { ...pendingOf(roomId, draft, order), createdAt }
      const sent = add(next)
      if (next.clientId !== clientId) remove(entry)
      return sent
    },
    /** A user is signed in: pending messages are stored for them, and those that they left are added. */
    open(userId: string): void {
      const own = shift
      const opening = outboxStorage.open(userId)
      for (const entry of entries()) outboxStorage.put(entry)
      void Promise.race([opening, delay(storageMs)]).then(() => {
        own.isReady = true
        sendNext()
      })
    },
    /** Drops the pending messages of this client; they stay stored. */
    close(): void {
      outboxStorage.close()
      shift = startShift()
      for (const { reject } of waiting.values()) reject(new ChatClientError('aborted'))
      waiting.clear()
      set([])
    },
    flush: sendNext,
  }
}
