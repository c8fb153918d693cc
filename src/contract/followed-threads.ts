import { z } from 'zod'
import { id, type SchemaOf } from './fields.js'
import { type Message, message } from './messages.js'
import { type ThreadMe, threadMe } from './threads.js'

/** A thread that one follows. */
export interface FollowedThread {
  /** The message that it is of; its `thread` has the number of replies, and who wrote them. */
  message: Message
  /** Where it is; a private room has no name. */
  room: {
    /** The room's id. */
    id: string
    /** What it is called; null for a private room. */
    name: string | null
  }
  /** One's own side of it. */
  me: ThreadMe
}

export const followedThread = z.strictObject({
  message,
  room: z.strictObject({ id, name: z.string().nullable() }),
  me: threadMe,
}) satisfies SchemaOf<FollowedThread>
