import { z } from 'zod'
import { id, type SchemaOf, text, time } from './fields.js'

/** A person, as others see them. */
export interface User {
  /** The host's own id. */
  id: string
  /** What the host calls them; their id where it says nothing. */
  name: string
  /** What they say of themselves; empty where they say nothing. */
  description: string
  /** Their picture; null where they have none. It may be signed, and expire. */
  avatarUrl: string | null
  /** When they were last here, ISO 8601 in UTC; null where that is not known or not shown. */
  lastSeenAt: string | null
}

export const user = z.strictObject({
  id,
  name: z.string(),
  description: z.string(),
  avatarUrl: z.string().nullable(),
  lastSeenAt: time.nullable(),
}) satisfies SchemaOf<User>

/** What people may change of their own profile; the rest is the host's. */
export interface UpdateUser {
  /** Up to `limits.descriptionLength` characters; empty takes it away. */
  description?: string | undefined
  /** Media of one's own; null takes the picture away. */
  avatarMediaId?: string | null | undefined
}

export const updateUser = z.strictObject({
  description: text.optional(),
  avatarMediaId: id.nullable().optional(),
}) satisfies SchemaOf<UpdateUser>
