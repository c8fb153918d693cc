import { z } from 'zod'
import { id, type SchemaOf, text, time } from './fields.js'
import { type User, user } from './users.js'

/** One person's reaction to one message. */
export interface Reaction {
  /** A UUIDv7, by which it is taken back. */
  id: string
  /** What was reacted to. */
  messageId: string
  /** The room of the message. */
  roomId: string
  /** Who reacted. */
  user: User
  /** What they reacted with, in the form that the policy gave it. */
  reaction: string
  /** When they reacted, ISO 8601 in UTC. */
  createdAt: string
}

export const reaction = z.strictObject({
  id,
  messageId: id,
  roomId: id,
  user,
  reaction: z.string(),
  createdAt: time,
}) satisfies SchemaOf<Reaction>

/** All reactions of one kind to a message. */
export interface ReactionCount {
  /** What was reacted with. */
  reaction: string
  /** How many people did so. */
  count: number
  /** The first 20 who reacted so. */
  userIds: string[]
}

export const reactionCount = z.strictObject({
  reaction: z.string(),
  count: z.int(),
  userIds: z.array(id),
}) satisfies SchemaOf<ReactionCount>

/** A reaction to a message. */
export interface AddReaction {
  /** One that the reaction policy takes, up to `limits.reactionBytes`. */
  reaction: string
}

export const addReaction = z.strictObject({ reaction: text.min(1) }) satisfies SchemaOf<AddReaction>
