import { tenantOf } from '../store/tenants.js'
import { usersById } from '../store/users.js'
import { type Actor, system } from './actor.js'
import type { Context } from './context.js'

/**
 * The host's word on whom somebody may see: false, and that person has no profile for them, is not found, is never online
 * and was never seen.
 */
export type CanSee = (viewerId: string, userId: string) => boolean | Promise<boolean>

/** Of these people, those whom somebody may see: all, where the host does not say, and oneself in any case. */
export async function seenBy(
  { canSee }: Pick<Context, 'canSee'>,
  viewer: Actor | undefined,
  ids: string[],
): Promise<Set<string>> {
  if (!canSee || typeof viewer !== 'string') return new Set(ids)
  // Each in a promise of its own: what one throws must not leave another's rejection to nobody.
  const answers = await Promise.all(ids.map(async (id) => id === viewer || (await canSee(viewer, id)) === true))
  return new Set(ids.filter((_, n) => answers[n]))
}

/** Those of them whose presence somebody may watch: people of the chat, of the same tenant, whom they may see. */
export async function watchableBy(context: Context, viewer: string, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const { db } = context.work
  const [rows, tenantId] = await Promise.all([usersById(db, ids), tenantOf(db, viewer)])
  const known = ids.filter((id) => rows.get(id)?.tenantId === tenantId)
  const seen = await seenBy(context, viewer, known)
  return known.filter((id) => seen.has(id))
}

/** Whether a picture that shows `userId` is for `viewer` to look at. */
export const isSeenBy = async (context: Context, viewer: Actor, userId: string): Promise<boolean> =>
  viewer === system || (await seenBy(context, viewer, [userId])).has(userId)
