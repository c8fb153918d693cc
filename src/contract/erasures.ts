import { z } from 'zod'
import type { SchemaOf } from './fields.js'

/** What becomes of what somebody wrote, when everything of theirs is erased. */
export interface EraseUser {
  /**
   * `delete`: it goes as if they had deleted it. `anonymize`: it stays, said by "Deleted user", with its files.
   *
   * Their name, profile, reactions, memberships and everything else go with both.
   */
  messages: 'delete' | 'anonymize'
}

export const eraseUser = z.strictObject(
  { messages: z.enum(['delete', 'anonymize']) },
  // There is no default for what cannot be undone.
  {
    error: ({ code }) =>
      code === 'invalid_type' ? "give { messages: 'delete' } or { messages: 'anonymize' }" : undefined,
  },
) satisfies SchemaOf<EraseUser>

/** How far it is that everything of somebody is erased. */
export interface Erasure {
  /** Its own id, a UUIDv7: what is left to name it by in the end. */
  id: string
  /** Who is being erased; null once nothing of theirs is left. */
  userId: string | null
  /** What becomes of what they wrote. */
  messages: EraseUser['messages']
  /** Why it does not go on, if it does not: as while the store of the files is away. It is tried again each minute. */
  error: string | null
  /** When it was asked for, ISO 8601 in UTC. */
  requestedAt: string
  /** When all was done, ISO 8601 in UTC; null while it is not. */
  finishedAt: string | null
}
