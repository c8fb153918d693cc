import type { WelcomeLimits } from '../contract/frames.js'
import type { Message } from '../contract/messages.js'
import { ChatClientError } from './api/errors.js'
import type { Draft } from './api/messages.js'
import { delay } from './browser.js'
import type { Context } from './context.js'
import { dueOf, idOf, isAbout, retryMs, startShift } from './outbox-shift.js'
import { createPendingFiles, withFiles } from './pending-files.js'
import { createPendingList } from './pending-list.js'
import { pendingOf } from './pending-message.js'
import { edited, merged, replaces, saidBy } from './pending-mutation.js'
import { createPromises } from './promises.js'
import { mergeMessage } from './state/events.js'
import { revisionOf, settleMutation } from './state/messages.js'
import type { PendingMutation } from './state/room-entry.js'
import type { Pending } from './state/state.js'
import { tooLarge } from './too-large.js'

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

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Pending messages, and what is changed of messages. Each stays, with the same `clientId`, until the server has answered, so
 * sending one again is harmless. Each room sends one message at a time, so that all keep their order however often the
 * connection breaks.
 */
export function createOutbox(context: Context) {
  const { store, http, socket } = context
  /** Of messages with the message, of mutations with what their command answers. */
  const promises = createPromises<Message>()
  /** The limits with which a message was last checked. */
  const fitting = new WeakMap<Pending, WelcomeLimits | undefined>()
  /** What may have reached the server already, by its id. */
  const said = new Set<string>()
  const files = createPendingFiles(context, sendNext)
  let shift = startShift()
  const { entries, find, replace, remove, nextOrder, ...list } = createPendingList(store, http.options, (stored) => {
    // Nobody knows how far an earlier page has come.
    for (const entry of stored) said.add(idOf(entry))
    sendNext()
  })

  // Messages that the server has are settled, whatever brought the news.
  store
    .observable(({ outbox }) => [outbox])
    .subscribe(() => {
      for (const entry of entries()) if (entry.sent) end(entry, entry.sent)
    })

  /** Queues a message of a page; one that is queued already stays as it is. */
  function add(entry: Pending, given?: Draft['files']): Promise<Message> {
    const id = idOf(entry)
    const existing = promises.get(id)
    if (existing) return existing
    const made = promises.make(id)
    const taken = files.take(given, () => {
      const now = find(id)
      if (now?.files) put(now)
    })
    put(taken.length > 0 ? { ...entry, files: taken } : entry)
    return made
  }

  /** Shows and stores a message as its files are now, and sends it once they are there. */
  function put(entry: Pending): void {
    const now = withFiles(entry)
    if (!now) end(entry, new ChatClientError('aborted'))
    else {
      replace(now)
      if (now.error) promises.settle(idOf(now), now.error)
    }
    sendNext()
  }

  /** Gives up the files that no message has any more. */
  function release(entry: Pending): void {
    const held = entries().flatMap((each) => each.files ?? [])
    for (const file of entry.files ?? []) if (!held.includes(file)) file.cancel()
  }

  /** Removes it for good: the server has it, or it was discarded. What is changed of a message becomes of it what becomes of that. */
  function end(entry: Pending, outcome: Message | ChatClientError): void {
    for (const each of entry.mutation ? [] : entries().filter((other) => isAbout(other, entry))) {
      if (outcome instanceof ChatClientError) end(each, outcome)
      else replace({ ...each, mutation: { ...(each.mutation as PendingMutation), messageId: outcome.id } })
    }
    remove(entry)
    release(entry)
    said.delete(idOf(entry))
    promises.settle(idOf(entry), outcome)
  }

  /**
   * Keeps it with its reason, until its author decides what to do with it. A mutation is kept only if nobody waits for its
   * answer any more, and its message is there.
   */
  function fail(entry: Pending, error: ChatClientError): void {
    const { code } = error
    const isGone = code === 'not_found' || (code === 'conflict' && entry.mutation?.type === 'message.edit')
    if (entry.mutation && (isGone || promises.get(idOf(entry)))) end(entry, error)
    else {
      replace({ ...entry, error, strikes: 0 })
      promises.settle(idOf(entry), error)
    }
  }

  /** Sends what may be sent: the first message of each room; suspects go after all others, one at a time. */
  function sendNext(): void {
    const { limits } = store.state
    for (const entry of entries()) {
      if (entry.error || entry.sent || fitting.get(entry) === limits) continue
      const error = tooLarge(limits, saidBy(entry)[1])
      if (error) fail(entry, error)
      else fitting.set(entry, limits)
    }
    if (!socket.isLive()) return
    files.retry(entries())
    const { isReady, resting, isAlone, underWay } = shift
    if (!isReady || resting > 0 || isAlone) return
    const due = dueOf(entries(), shift)
    for (const entry of due) {
      if (entry.strikes === 0 && (entry.mutation || shift.messages < atOnce)) void deliver(entry)
    }
    const [suspect] = due.sort((one, other) => one.strikes - other.strikes)
    if (underWay.size === 0 && suspect) void deliver(suspect)
  }

  async function deliver(entry: Pending): Promise<void> {
    const own = shift
    const { roomId, mutation, strikes } = entry
    const id = idOf(entry)
    const messages = mutation ? 0 : 1
    if (own.underWay.size === 0) own.together = 0
    own.underWay.add(id)
    own.messages += messages
    own.together += 1
    own.isAlone = strikes > 0
    said.add(id)
    let restMs = 0
    try {
      const revision = revisionOf(store.state, roomId, mutation?.messageId ?? '')
      const answer = await socket.command<Message>(...saidBy(entry))
      if (own !== shift) return
      if (mutation) store.update(settleMutation, entry, revision)
      else store.update(mergeMessage, answer)
      end(entry, answer)
    } catch (cause) {
      if (own !== shift) return
      restMs = refused(entry, cause as ChatClientError, own.together === 1)
    }
    own.underWay.delete(id)
    own.messages -= messages
    own.isAlone = false
    if (restMs > 0) {
      own.pausing.add(roomId)
      await delay(restMs)
      own.pausing.delete(roomId)
    }
    sendNext()
  }

  /** Returns how long its room pauses. */
  function refused({ clientId, roomId }: Pending, error: ChatClientError, isAlone: boolean): number {
    const { code, closeCode, isTransient, retryAfterMs = retryMs } = error
    const id = idOf({ clientId, roomId })
    const entry = find(id)
    if (!entry) return 0
    const { mutation } = entry
    if (code === 'disconnected' || code === 'aborted') {
      if (mutation) promises.settle(id, error)
      if (isAboutTheMessage(closeCode)) strike(entry, error, isAlone)
      return 0
    }
    if (!isTransient) {
      fail(entry, error)
      return 0
    }
    if (mutation) promises.settle(id, error)
    replace({ ...entry, strikes: 0, mutation: mutation && withLater(entry, mutation) })
    if (code !== 'rate_limited') return retryAfterMs
    // The rate is that of all rooms together.
    void rest(retryAfterMs)
    return 0
  }

  /** What is on its way behind a mutation will have been done when it is tried again. */
  const withLater = ({ roomId, order }: Pending, mutation: PendingMutation): PendingMutation =>
    entries()
      .flatMap((each) => (each.roomId === roomId && each.order > order && each.mutation) || [])
      .filter((each) => replaces(each, mutation))
      .reduce(merged, mutation)

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

  /** Changes a message that was never sent, where it waits; undefined where the mutation has to follow it. */
  function changePending(message: Pending, mutation: PendingMutation): Promise<unknown> | undefined {
    const id = idOf(message)
    if (mutation.type === 'message.delete' && (!said.has(id) || message.error)) {
      end(message, new ChatClientError('aborted'))
      return Promise.resolve()
    }
    if (message.error) return Promise.reject(new ChatClientError('not_found'))
    if (mutation.type !== 'message.edit' || said.has(id) || message.forward) return undefined
    const next = edited(message, mutation)
    const refusal = tooLarge(store.state.limits, saidBy(next)[1])
    if (refusal) return Promise.reject(refusal)
    replace(next)
    return promises.get(id)
  }

  /** Queues a mutation, in the place of one that waits or has failed and is of the same thing. */
  function change(roomId: string, mutation: PendingMutation): Promise<unknown> {
    const same = entries().filter(
      (each) =>
        each.roomId === roomId && each.mutation && replaces(mutation, each.mutation) && !shift.underWay.has(idOf(each)),
    )
    const [first] = same
    const entry: Pending = {
      ...pendingOf(roomId, { clientId: first?.clientId }, first?.order ?? nextOrder()),
      mutation: first?.mutation && !first.error ? merged(first.mutation, mutation) : mutation,
    }
    const refusal = tooLarge(store.state.limits, saidBy(entry)[1])
    if (refusal) return Promise.reject(refusal)
    for (const each of same) end(each, new ChatClientError('aborted'))
    const done = add(entry)
    if (!socket.isLive()) promises.settle(idOf(entry), new ChatClientError('disconnected'))
    return done
  }

  return {
    send: (roomId: string, draft: Draft): Promise<Message> =>
      add(pendingOf(roomId, draft, nextOrder()), draft.forward ? [] : draft.files),
    /** Rejects at once where there is no connection; the mutation waits for one all the same. */
    mutate(roomId: string, mutation: PendingMutation): Promise<unknown> {
      const message = find(idOf({ roomId, clientId: mutation.messageId }))
      return (message && !message.mutation && changePending(message, mutation)) || change(roomId, mutation)
    },
    /** The connection ended: nobody waits for what was not sent. */
    lost(): void {
      files.lost()
      for (const entry of entries()) {
        const id = idOf(entry)
        if (entry.mutation && !shift.underWay.has(id)) promises.settle(id, new ChatClientError('disconnected'))
      }
    },
    retry(roomId: string, clientId: string): void {
      const entry = find(idOf({ roomId, clientId }))
      if (!entry?.error || entry.error.code === 'file_lost') return
      replace({ ...entry, error: null })
      for (const file of entry.files ?? []) file.retry()
      sendNext()
    },
    discard(roomId: string, clientId: string): void {
      const entry = find(idOf({ roomId, clientId }))
      if (entry) end(entry, new ChatClientError('aborted'))
    },
    /** Replaces a failed message by a new one in its place, which counts as another message whatever became of the first. */
    async revise(roomId: string, clientId: string, draft: Draft): Promise<Message> {
      const entry = find(idOf({ roomId, clientId }))
      if (!entry?.error || entry.mutation) throw new ChatClientError('not_found')
      const { order, createdAt } = entry
      const next = { ...pendingOf(roomId, draft, order), createdAt }
      const sent = add(next, draft.files)
      if (next.clientId === clientId) release(entry)
      else end(entry, new ChatClientError('aborted'))
      return sent
    },
    /** A user is signed in: pending messages are stored for them, and those that they left are added. */
    open(userId: string): void {
      const own = shift
      void Promise.race([list.open(userId), delay(storageMs)]).then(() => {
        own.isReady = true
        sendNext()
      })
    },
    /** Drops the pending messages of this client; they stay stored, without their files. */
    close(): void {
      const left = entries()
      list.close()
      left.forEach(release)
      shift = startShift()
      promises.abortAll()
    },
    flush: sendNext,
  }
}
