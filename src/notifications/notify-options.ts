import type { Message } from '../contract/messages.js'
import type { Room } from '../contract/rooms.js'

/** What somebody has not read in a room, and was not notified of before. */
export interface NotifiedRoom {
  /** The room, with `peer` where it is a private one. */
  room: Room
  /** What it is called for them: its name, or that of the other person of a private room. */
  title: string
  /** How many messages they have to read there. */
  unread: number
  /** How many of those mention them or everyone, 100 at most. */
  mentions: number
  /** The last of what is new, as it is now, the oldest first; where they want to hear of mentions alone, of those. */
  messages: Message[]
}

/** The same of a thread that they follow. */
export interface NotifiedThread extends NotifiedRoom {
  /** The id of the message that the thread is of. */
  threadId: string
}

/** What one person is notified of: all that is new to them, in all rooms. */
export interface NotificationBatch {
  /** Stays the same where the same is told again, after a crash or after `handler` threw. */
  id: string
  /** Whom to notify. */
  userId: string
  /** What they have to read in all rooms, as `chat.system.unread` counts it: the number for a badge. */
  unread: number
  /** Those with something new. */
  rooms: NotifiedRoom[]
  /** Those with something new that does not stand in `rooms` as well. */
  threads: NotifiedThread[]
}

/** What a handler is told beside the batch. */
export interface NotificationContext {
  /** How often it was tried before, and failed: 0 at first. */
  attempt: number
  /** Aborted once this server is to stop: return soon, or throw, and another server goes on. */
  signal: AbortSignal
}

/** Who is away and has not read is notified by your code: by mail, by a push, however it does that. */
export interface NotifyOptions {
  /**
   * Is given what one person is to be notified of, once nobody looks at it on any of their devices. What was in a batch is in no other
   * one once this has returned. Where it throws, or the server dies meanwhile, the same batch comes again, under the same
   * `id`, as much of it as is still to be read.
   */
  handler(batch: NotificationBatch, context: NotificationContext): void | Promise<void>
  /**
   * Seconds that a message may wait for being read, 0–86400. Then it is looked whether it still has to be. A longer time, as 600,
   * makes few mails of much talk.
   *
   * @default 30
   */
  afterSeconds?: number
  /**
   * So many messages of a room or thread are given at most, the newest, 1–50.
   *
   * @default 5
   */
  messages?: number
  /**
   * How many people this server notifies at once, 1–100.
   *
   * @default 8
   */
  concurrency?: number
  /**
   * After so many failures in a row somebody is put aside, and no longer tried: 1–1000. `chat.subscriptions.failedPeople` lists them.
   *
   * @default 15
   */
  attempts?: number
  /**
   * How long to wait after a failure, in ms up to a day; `attempt` is 0 after the first one. Unless given, a second, twice as
   * long each time up to an hour, and a little more or less by chance.
   */
  backoff?(attempt: number): number
}

/** What is used, with every default but that of `backoff`. */
export const notifyDefaults = { afterSeconds: 30, messages: 5, concurrency: 8, attempts: 15 } as const
