import type { WelcomeLimits } from '../contract/frames.js'
import type { Message, ReplyTo } from '../contract/messages.js'
import { ChatClientError } from './api/errors.js'
import type { Draft } from './api/messages.js'
import { delay, ignore, newId } from './browser.js'
import type { Context } from './context.js'
import { createOutboxStorage } from './outbox-storage.js'
import { mergeMessage } from './state/events.js'
import { quoteOf } from './state/messages.js'
import { inOrder, takeUp } from './state/outbox.js'
import type { Pending } from './state/state.js'
import { tooLarge } from './too-large.js'

const retryMs = 1_500
/** How long a storage is waited for before messages that it may hold are left to come later. */
const storageMs = 3_000
/** So many are under way at once, of as many rooms: after a long time offline a client must not drown its server. */
const atOnce = 8
/** After so many connections in a row that ended while it was under way, a message is held to be the reason. */
const mostStrikes = 5
const tooBigForAPeer = 1009

/** Codes by which a peer says of itself, or of the session, why it closes; by others it may have been a message. */
const isAboutTheMessage = (closeCode = 0): boolean =>
  closeCode === 4400 || (closeCode > 0 && closeCode < 4000 && ![1001, 1012, 1013].includes(closeCode))

interface Waiting {
  promise: Promise<Message>
  resolve(message: Message): void
  reject(error: ChatClientError): void
}

/** How it stands with sending, from a sign-in to the end of it. */
interface Shift {
  /** Rooms in which a message is under way, or that rest. */
  readonly busy: Set<string>
  /** How many are under way, and of how many the connection would not say whom it ended for. */
  underWay: number
  together: number
  /** Whether one that is suspected of ending connections is under way: by itself. */
  isAlone: boolean
  /** How many refusals for haste are waited for. */
  resting: number
  /** Whether what was stored is known, so that the oldest goes first. */
  isReady: boolean
}

const startShift = (): Shift => ({
  ...{ busy: new Set<string>(), underWay: 0, together: 0 },
  ...{ isAlone: false, resting: 0, isReady: false },
})

const idOf = ({ roomId, clientId }: Pick<Pending, 'roomId' | 'clientId'>): string => JSON.stringify([roomId, clientId])

const quote = ({ id, seq, text, ...by }: NonNullable<Draft['replyTo']>): ReplyTo => ({
  ...{ id, seq, text: quoteOf(text) },
  userId: 'user' in by ? (by.user?.id ?? null) : by.userId,
})

const commandOf = ({ roomId, clientId, text, media, replyTo, mentions }: Pending) => ({
  ...{ roomId, clientId, text, mentions, replyToId: replyTo?.id, lenient: true },
  mediaIds: media.map(({ id }) => id),
})

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Messages on their way. They stay, under the same `clientId`, until the server has answered for them: sending one again is
 * harmless. In each room one at a time, so that what was written first is read first, however often the line breaks.
 */
export function createOutbox({ store, http, socket }: Context) {
  const waiting = new Map<string, Waiting>()
  /** Under what limits a message was found to be small enough. */
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

  // Whatever told of them: what the server has needs no more care.
  store
    .observable(({ outbox }) => [outbox])
    .subscribe(() => {
      for (const entry of entries()) if (entry.sent) end(entry, entry.sent)
    })

  /** Shows and stores a message as it is now. */
  function replace(entry: Pending): void {
    set([...without(idOf(entry)), entry])
    outboxStorage.put(entry)
  }

  /** Messages of an earlier page, or of a tab that is gone; `highest` is the highest `order` that was ever given. */
  function takeStored(stored: Pending[], highest: number): void {
    const own = entries()
    // They are older than what was written before they were known.
    const lowest = Math.min(...own.map(({ order }) => order))
    const shift = lowest <= highest ? highest - lowest + 1 : 0
    lastOrder = Math.max(lastOrder + shift, highest)
    if (shift > 0) {
      for (const entry of own) replace({ ...entry, order: entry.order + shift })
    }
    store.update(takeUp, stored)
    sendNext()
  }

  /** Takes up a message of a page; one that waits already stays as it is. */
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

  /** It is shown no more: somebody else cares for it, or nobody has to. */
  const drop = (entry: Pick<Pending, 'roomId' | 'clientId'>): void => set(without(idOf(entry)))

  function remove(entry: Pending): void {
    outboxStorage.remove(entry)
    drop(entry)
  }

  /** It needs no more care: the server has it, or it was given up. */
  function end(entry: Pending, outcome: Message | ChatClientError): void {
    remove(entry)
    settle(idOf(entry), outcome)
  }

  /** It stays where it is, with its reason, until its author decides what becomes of it. */
  function fail(entry: Pending, error: ChatClientError): void {
    replace({ ...entry, error, strikes: 0 })
    settle(idOf(entry), error)
  }

  /** Sends what may be sent: of each room the first, and what is suspected of ending connections after all others, alone. */
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

  /** Gives how long its room rests. */
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
    // Whose rate it is are all rooms.
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

  /** The connection ended while it was under way, `isAlone` or with others; it may have ended because of it. */
  function strike(entry: Pending, error: ChatClientError, isAlone: boolean): void {
    const strikes = entry.strikes + 1
    if (isAlone && error.closeCode === tooBigForAPeer) {
      fail(entry, new ChatClientError('too_large', { closeCode: error.closeCode }))
    } else if (isAlone && strikes >= mostStrikes) fail(entry, error)
    else replace({ ...entry, strikes })
  }

  function written(roomId: string, draft: Draft): Pending {
    const { text = '', media = [], replyTo, mentions = [], clientId = newId() } = draft
    return {
      ...{ clientId, roomId, text, media: [...media], mentions: [...mentions], error: null, strikes: 0 },
      replyTo: replyTo ? quote(replyTo) : null,
      ...{ createdAt: new Date().toISOString(), order: nextOrder() },
    }
  }

  return {
    send: (roomId: string, draft: Draft): Promise<Message> => add(written(roomId, draft)),
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
    /** Writes one that has failed anew, in its place: it is another message, whatever became of the first one. */
    async revise(roomId: string, clientId: string, draft: Draft): Promise<Message> {
      const entry = find(idOf({ roomId, clientId }))
      if (!entry?.error) throw new ChatClientError('not_found')
      const { order, createdAt } = entry
      const next = { ...written(roomId, draft), order, createdAt }
      const sent = add(next)
      if (next.clientId !== clientId) remove(entry)
      return sent
    },
    /** It is known who is here: what waits is kept for them, and what they left is taken up. */
    open(userId: string): void {
      const own = shift
      const opening = outboxStorage.open(userId)
      for (const entry of entries()) outboxStorage.put(entry)
      void Promise.race([opening, delay(storageMs)]).then(() => {
        own.isReady = true
        sendNext()
      })
    },
    /** Gives up what waits here; it stays where it is stored. */
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
