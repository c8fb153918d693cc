import { inChunks } from '../concurrency/chunks.js'
import { presencesOf } from '../store/presence.js'
import { findUsers } from '../store/users.js'
import type { Context } from './context.js'

/** Where somebody is: here or on another server, or nowhere since `lastSeenAt`. */
export interface Whereabouts {
  userId: string
  isPresent: boolean
  lastSeenAt: Date | null
}

/** Looks in the database where these are, in the order in which they are asked for. */
export async function whereaboutsOf({ work, clock }: Context, userIds: string[]): Promise<Whereabouts[]> {
  const now = clock()
  const last = new Map<string, Date>()
  for (const { userId, aliveUntil } of await presencesOf(work.db, userIds)) {
    if (aliveUntil > (last.get(userId) ?? 0)) last.set(userId, aliveUntil)
  }
  const isPresent = (userId: string) => (last.get(userId) ?? 0) > now
  const rows = await inChunks(
    userIds.filter((userId) => !isPresent(userId)),
    (some) => findUsers(work.db, some),
  )
  const seen = new Map(rows.flat().map((row) => [row.id, row.lastSeenAt]))
  return userIds.map((userId) => ({
    userId,
    isPresent: isPresent(userId),
    // Of one whose server was killed, and who is not buried yet, only that server's end is known.
    lastSeenAt: latest(seen.get(userId), last.get(userId)),
  }))
}

const latest = (a: Date | null | undefined, b: Date | undefined): Date | null =>
  a && b ? new Date(Math.max(a.getTime(), b.getTime())) : (a ?? b ?? null)
