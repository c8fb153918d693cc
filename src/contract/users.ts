import { z } from 'zod'
import { id, text, time } from './fields.js'

/** A person, as others see them. */
export interface User {
  id: string
  name: string
  description: string
  avatarUrl: string | null
  lastSeenAt: string | null
}

export const user = z.strictObject({
  id,
  name: z.string(),
  description: z.string(),
  avatarUrl: z.string().nullable(),
  lastSeenAt: time.nullable(),
}) satisfies z.ZodType<User>

/** What people may change of their own profile; the rest is the host's. */
export interface UpdateUser {
  description?: string | undefined
  /** Media of one's own; null takes the picture away. */
  avatarMediaId?: string | null | undefined
}

export const updateUser = z.strictObject({
  description: text.optional(),
  avatarMediaId: id.nullable().optional(),
}) satisfies z.ZodType<UpdateUser>
