import { invalid, notFound } from '../contract/problems.js'
import type { RoomChange } from '../store/change.js'
import { changeMember, findMembership, type MemberRow } from '../store/members.js'
import type { AnyActor } from './actor.js'
import { auditIn } from './audit.js'
import { authorizeKeepingOut } from './authorize.js'
import type { Context } from './context.js'
import type { Acting } from './room-change.js'
import { updateMember } from './room-leaving.js'

export interface Silence {
  userId: string
  /** Null ends it. */
  until: Date | null
}

/**
 * Throws where somebody may not be silenced, nor heard again, by this one. Who left may be silenced as well, for when they
 * come back; of who never was here there is nothing to remember it by. `role` is what the same request makes of them.
 */
export async function authorizeSilence(
  context: Context,
  actor: AnyActor,
  { db, room, member }: Acting,
  { userId, until }: Silence,
  role?: MemberRow['role'],
): Promise<void> {
  const target = await findMembership(db, room.id, userId)
  if (!target && actor !== userId) {
    authorizeKeepingOut(context, actor, { room, member }, { userId, target: undefined })
    throw notFound()
  }
  // An owner who was silenced before may be heard again.
  const isOwner = target?.leftAt === null && (role ?? target.role) === 'owner' && until !== null
  const touched = isOwner ? { ...target, role: 'owner' as const } : undefined
  authorizeKeepingOut(context, actor, { room, member }, { userId, target: touched })
  if (until !== null && until <= context.clock()) throw invalid('/silencedUntil', 'must lie ahead; null ends it')
}

/** Somebody reads and does not write until then, once it is known that this may be. */
export async function silence(
  context: Context,
  change: RoomChange,
  actor: AnyActor,
  { userId, until }: Silence,
): Promise<void> {
  const { tx, room } = change
  const target = await findMembership(tx, room.id, userId)
  if (target?.leftAt === null) await updateMember(context, change, userId, { silencedUntil: until })
  else await changeMember(tx, room.id, userId, { silencedUntil: until })
  const action = until === null ? 'member.unsilenced' : 'member.silenced'
  await auditIn(change, actor, { action, userId, ...(until && { details: { until: until.toISOString() } }) })
}

export const silenceUntil = (userId: string, silencedUntil: string | null): Silence => ({
  userId,
  until: silencedUntil === null ? null : new Date(silencedUntil),
})
