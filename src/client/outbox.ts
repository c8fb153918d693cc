import type { Message } from '../contract/messages.js'
import { ChatClientError } from './api/errors.js'
import type { Draft } from './api/messages.js'
import { ignore, newId, pause } from './browser.js'
import type { Context } from './context.js'
import { Shelf } from './shelf.js'
import { hear } from './state/events.js'
import { quoteOf } from './state/messages.js'
import type { Pending } from './state/state.js'

const retryMs = 1_500

interface Waiting {
  promise: Promise<Message>
  resolve(message: Message): void
  reject(error: ChatClientError): void
}

/**
 * Messages on their way. They stay, under the same `clientId`, until the server has answered for them: sending one again is
 * harmless. In each room one at a time, so that what was written first is read first, however often the line breaks.
 */
export class Outbox {
  readonly #waiting = new Map<string, Waiting>()
  /** Rooms in which a message is being sent. */
  readonly #busy = new Set<string>()
  readonly #shelf: Shelf

  constructor(readonly context: Context) {
    this.#shelf = new Shelf(context.http.options)
  }

  get #entries(): readonly Pending[] {
    return this.context.state.outbox
  }

  send(roomId: string, { text = '', media = [], replyTo, mentions = [], clientId = newId() }: Draft): Promise<Message> {
    const standing = this.#waiting.get(clientId)
    if (standing && this.#find(clientId)) return standing.promise
    const pending: Pending = {
      ...{ clientId, roomId, text, media, mentions, error: null, createdAt: new Date().toISOString() },
      replyTo: replyTo
        ? {
            id: replyTo.id,
            seq: replyTo.seq,
            userId: 'user' in replyTo ? (replyTo.user?.id ?? null) : 'userId' in replyTo ? replyTo.userId : null,
            text: quoteOf(replyTo.text),
          }
        : null,
    }
    const { promise } = this.#wait(clientId)
    this.#change((entries) => [...entries, pending])
    this.#shelf.put(pending)
    void this.#run(roomId)
    return promise
  }

  retry(clientId: string): void {
    const entry = this.#find(clientId)
    if (!entry?.error) return
    this.#replace({ ...entry, error: null })
    void this.#run(entry.roomId)
  }

  discard(clientId: string, code: 'aborted' | 'not_found' = 'aborted'): void {
    this.#change((entries) => entries.filter((entry) => entry.clientId !== clientId))
    this.#settle(clientId, ({ reject }) => reject(new ChatClientError(code)))
  }

  /** The room is no longer mine: nothing can be sent there. */
  leave(roomId: string): void {
    for (const { clientId, ...entry } of this.#entries) if (entry.roomId === roomId) this.discard(clientId, 'not_found')
  }

  /** The server has it, whether it said so as an answer or as an event. */
  heard(message: Message): void {
    const { clientId, user } = message
    if (clientId && user?.id === this.context.state.me?.id) this.#settle(clientId, ({ resolve }) => resolve(message))
  }

  /** It is known who is here: what waits is kept for them, and what they left is taken up. */
  open(userId: string): void {
    this.#shelf.open(userId, (entry) => this.#adopt(entry))
    for (const entry of this.#entries) this.#shelf.put(entry)
  }

  /** Gives up what waits here; it stays where it is stored. */
  close(): void {
    this.#shelf.close()
    for (const { reject } of this.#waiting.values()) reject(new ChatClientError('aborted'))
    this.#waiting.clear()
    this.#change(() => [])
  }

  #adopt(entry: Pending): void {
    if (this.#find(entry.clientId)) return
    this.#wait(entry.clientId)
    this.#change((entries) => [...entries, entry].sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1)))
    void this.#run(entry.roomId)
  }

  flush(): void {
    for (const roomId of new Set(this.#entries.map((entry) => entry.roomId))) void this.#run(roomId)
  }

  async #run(roomId: string): Promise<void> {
    if (this.#busy.has(roomId)) return
    this.#busy.add(roomId)
    for (;;) {
      const next = this.#entries.find((entry) => entry.roomId === roomId && !entry.error)
      if (!next || !this.context.socket.isLive) break
      await this.#deliver(next)
    }
    this.#busy.delete(roomId)
  }

  async #deliver({ roomId, clientId, text, media, replyTo, mentions }: Pending): Promise<void> {
    const { store, socket } = this.context
    try {
      const message = await socket.command<Message>('message.send', {
        ...{ roomId, clientId },
        ...(text && { text }),
        ...(media.length > 0 && { mediaIds: media.map(({ id }) => id) }),
        ...(replyTo && { replyToId: replyTo.id }),
        ...(mentions.length > 0 && { mentions }),
      })
      const entry = this.context.state.rooms.get(roomId)
      if (entry) store.update((state) => hear(state, entry, message))
      this.#change((entries) => entries.filter((each) => each.clientId !== clientId))
      this.heard(message)
    } catch (cause) {
      const error = cause as ChatClientError
      // Neither says anything about the message, so it waits: for the connection, or for better times.
      if (error.code === 'disconnected') return
      if (error.isTransient) return pause(error.retryAfterMs ?? retryMs)
      const entry = this.#find(clientId)
      if (error.code === 'aborted' || !entry) return
      // The room is not mine any more.
      if (error.code === 'not_found') return this.discard(clientId, 'not_found')
      this.#replace({ ...entry, error })
      this.#waiting.get(clientId)?.reject(error)
      this.#waiting.delete(clientId)
    }
  }

  #find(clientId: string): Pending | undefined {
    return this.#entries.find((entry) => entry.clientId === clientId)
  }

  #change(change: (entries: readonly Pending[]) => readonly Pending[]): void {
    this.context.store.update((state) => {
      const outbox = change(state.outbox)
      return outbox.length === state.outbox.length && outbox.every((each, n) => each === state.outbox[n])
        ? state
        : { ...state, outbox }
    })
  }

  #replace(entry: Pending): void {
    this.#change((entries) => entries.map((each) => (each.clientId === entry.clientId ? entry : each)))
    this.#shelf.put(entry)
  }

  #wait(clientId: string): Waiting {
    const made = {} as Waiting
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
    made.promise.catch(ignore)
    this.#waiting.set(clientId, made)
    return made
  }

  #settle(clientId: string, end: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(clientId)
    this.#waiting.delete(clientId)
    if (waiting) end(waiting)
    this.#shelf.remove(clientId)
  }
}
