import { z } from 'zod'
import { id, type SchemaOf, text, time } from './fields.js'
import { type User, user } from './users.js'

/** Somebody who is kept out of a room. */
export interface Ban {
  /** The room that they are kept out of. */
  roomId: string
  /** Who is kept out. */
  user: User
  /** Null where it does not end by itself. */
  until: string | null
  /** Why, for those who may ban; null where nobody said. */
  reason: string | null
  /** Null where the host's own code did it. */
  bannedById: string | null
  /** Since when, ISO 8601 in UTC. */
  createdAt: string
}

export const ban = z.strictObject({
  roomId: id,
  user,
  until: time.nullable(),
  reason: z.string().nullable(),
  bannedById: id.nullable(),
  createdAt: time,
}) satisfies SchemaOf<Ban>

/** How somebody is to be kept out: until when, for good where nothing is given, and why, for those who may do the same. */
export interface SetBan {
  /** When it ends by itself, ISO 8601 in UTC; null or left out, it does not. */
  until?: string | null | undefined
  /** Why, up to 500 characters. */
  reason?: string | null | undefined
}

export const setBan = z.strictObject({
  until: time.nullable().optional(),
  reason: text.max(500).nullable().optional(),
}) satisfies SchemaOf<SetBan>
