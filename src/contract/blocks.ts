import { z } from 'zod'
import { type SchemaOf, time } from './fields.js'
import { type User, user } from './users.js'

/** Somebody with whom the caller wants nothing to do. Nobody else is told. */
export interface Block {
  /** Who is blocked. */
  user: User
  /** Since when, ISO 8601 in UTC. */
  createdAt: string
}

export const block = z.strictObject({ user, createdAt: time }) satisfies SchemaOf<Block>
