import type { Message, ReplyTo } from '../contract/messages.js'
import { ChatClientError } from './api/errors.js'
import type { Draft } from './api/messages.js'
import { ignore, newId, pause } from './browser.js'
import type { Context } from './context.js'
import { createShelf } from './shelf.js'
import { hear } from './state/events.js'
import { quoteOf } from './state/messages.js'
import type { Pending } from './state/state.js'

const retryMs = 1_500

interface Waiting {
  promise: Promise<Message>
  resolve(message: Message): void
  reject(error: ChatClientError): void
}

const quote = ({ id, seq, text, ...by }: NonNullable<Draft['replyTo']>): ReplyTo => ({
  ...{ id, seq, text: quoteOf(text) },
  userId: 'user' in by ? (by.user?.id ?? null) : by.userId,
})

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Messages on their way. They stay, under the same `clientId`, until the server has answered for them: sending one again is
 * harmless. In each room one at a time, so that what was written first is read first, however often the line breaks.
 */
export function createOutbox({ store, http, socket }: Context) {
  const waiting = new Map<string, Waiting>()
  /** Rooms in which a message is being sent. */
  const busy = new Set<string>()
  const shelf = createShelf(http.options, add)

  const entries = (): readonly Pending[] => store.state.outbox
  const find = (clientId: string) => entries().find((entry) => entry.clientId === clientId)
  const set = (outbox: readonly Pending[]) => store.set({ outbox })
  const without = (clientId: string) => entries().filter((entry) => entry.clientId !== clientId)

  /** Shows a message as it is now, in the order in which they were written. */
  function show(entry: Pending): void {
    const shown = [...without(entry.clientId), entry]
    set(shown.sort((one, other) => one.createdAt.localeCompare(other.createdAt)))
  }

  /** Takes up a message; one that waits already stays as it is. */
  function add(entry: Pending): Waiting {
    const { clientId } = entry
    const standing = waiting.get(clientId)
    if (standing) return standing
    const made = {} as Waiting
    made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
    // The list shows it.
    made.promise.catch(ignore)
    waiting.set(clientId, made)
    show(entry)
    void run(entry.roomId)
    return made
  }

  function replace(entry: Pending): void {
    show(entry)
    shelf.put(entry)
  }

  function settle(clientId: string, outcome: Message | ChatClientError): void {
    const { resolve, reject } = waiting.get(clientId) ?? {}
    waiting.delete(clientId)
    if (outcome instanceof ChatClientError) reject?.(outcome)
    else resolve?.(outcome)
  }

  /** It needs no more care: the server has it, or it was given up. */
  function end(clientId: string, outcome: Message | ChatClientError): void {
    set(without(clientId))
    shelf.remove(clientId)
    settle(clientId, outcome)
  }

  async function run(roomId: string): Promise<void> {
    if (busy.has(roomId)) return
    busy.add(roomId)
    for (;;) {
      const next = entries().find((entry) => entry.roomId === roomId && !entry.error)
      if (!next || !socket.isLive()) break
      await deliver(next)
    }
    busy.delete(roomId)
  }

  async function deliver({ roomId, clientId, text, media, replyTo, mentions }: Pending): Promise<void> {
    try {
      const message = await socket.command<Message>('message.send', {
        ...{ roomId, clientId, text, mentions },
        mediaIds: media.map(({ id }) => id),
        replyToId: replyTo?.id,
      })
      store.update(hear, message)
      end(clientId, message)
    } catch (cause) {
      const error = cause as ChatClientError
      const entry = find(clientId)
      // Neither says anything about the message, so it waits: for the connection, or for better times.
      if (!entry || !socket.isLive()) return
      if (error.isTransient) return pause(error.retryAfterMs ?? retryMs)
      // The room is not mine any more.
      if (error.code === 'not_found') return end(clientId, error)
      replace({ ...entry, error })
      settle(clientId, error)
    }
  }

  return {
    send(
      roomId: string,
      { text = '', media = [], replyTo, mentions = [], clientId = newId() }: Draft,
    ): Promise<Message> {
      const entry: Pending = {
        ...{ clientId, roomId, text, media: [...media], mentions: [...mentions], error: null },
        ...{ createdAt: new Date().toISOString(), replyTo: replyTo ? quote(replyTo) : null },
      }
      const { promise } = add(entry)
      shelf.put(entry)
      return promise
    },
    retry(clientId: string): void {
      const entry = find(clientId)
      if (!entry?.error) return
      replace({ ...entry, error: null })
      void run(entry.roomId)
    },
    discard: (clientId: string) => end(clientId, new ChatClientError('aborted')),
    /** The server has told of it. */
    heard(message: Message): void {
      const { clientId, user } = message
      if (clientId && user?.id === store.state.me?.id) end(clientId, message)
    },
    /** It is known who is here: what waits is kept for them, and what they left is taken up. */
    open(userId: string): void {
      shelf.open(userId)
      for (const entry of entries()) shelf.put(entry)
    },
    /** Gives up what waits here; it stays where it is stored. */
    close(): void {
      shelf.close()
      for (const { reject } of waiting.values()) reject(new ChatClientError('aborted'))
      waiting.clear()
      set([])
    },
    flush(): void {
      for (const { roomId } of entries()) void run(roomId)
    },
  }
}
