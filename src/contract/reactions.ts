import { z } from 'zod'
import { id, text, time } from './fields.js'
import { type User, user } from './users.js'

/** One person's reaction to one message. */
export interface Reaction {
  id: string
  messageId: string
  roomId: string
  user: User
  reaction: string
  createdAt: string
}

export const reaction = z.strictObject({
  id,
  messageId: id,
  roomId: id,
  user,
  reaction: z.string(),
  createdAt: time,
}) satisfies z.ZodType<Reaction>

/** All reactions of one kind to a message. */
export interface ReactionCount {
  reaction: string
  count: number
  /** The first 20 who reacted so. */
  userIds: string[]
}

export const reactionCount = z.strictObject({
  reaction: z.string(),
  count: z.int(),
  userIds: z.array(id),
}) satisfies z.ZodType<ReactionCount>

export interface AddReaction {
  reaction: string
}

export const addReaction = z.strictObject({ reaction: text.min(1) }) satisfies z.ZodType<AddReaction>
