import { z } from 'zod'
import { id, type SchemaOf, time, whole } from './fields.js'

/** One's own side of a thread. */
export interface ThreadMe {
  /** Whether one is told of its replies: one wrote the message, replied, was mentioned, or asked to. */
  isFollowing: boolean
  /** The `threadSeq` of the last reply that one has read; 0 where one never followed it. */
  lastReadSeq: number
  /** How many replies of others one has not read; 0 where one never followed it. */
  unreadCount: number
  /** In how many of these one is mentioned; 100 may be more. */
  mentionCount: number
  /** The `threadSeq` of the last reply there was when these were counted; 0 before the first one. */
  lastSeq: number
  /**
   * The revision of the room when these were counted. What happened in the room up to it is counted, and nothing after it; of two
   * of these the one with the higher revision is the newer one, and of two with the same one that with the higher `lastReadSeq`.
   */
  revision: number
}

export const threadMe = z.strictObject({
  isFollowing: z.boolean(),
  lastReadSeq: whole,
  unreadCount: whole,
  mentionCount: whole,
  lastSeq: whole,
  revision: whole,
}) satisfies SchemaOf<ThreadMe>

/** How far one has read in a thread. */
export interface UpdateThreadMe {
  /** The `threadSeq` of the last reply that was read; it never goes back. */
  lastReadSeq: number
}

export const updateThreadMe = z.strictObject({ lastReadSeq: whole }) satisfies SchemaOf<UpdateThreadMe>

/** What a message shows of the thread that it begins. */
export interface Thread {
  /** How many replies there are, without those that were deleted. */
  count: number
  /** The `threadSeq` of the last reply, deleted or not. */
  lastSeq: number
  /** When the last reply was sent, ISO 8601 in UTC. */
  lastAt: string
  /** The first five who replied. */
  userIds: string[]
}

export const thread = z.strictObject({
  count: whole,
  lastSeq: whole,
  lastAt: time,
  userIds: z.array(id),
}) satisfies SchemaOf<Thread>
