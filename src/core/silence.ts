import { invalid, notFound } from '../contract/problems.js'
import type { RoomChange } from '../store/change.js'
import { changeMember, findMembership, type MemberRow } from '../store/members.js'
import type { AnyActor } from './actor.js'
import { auditIn } from './audit.js'
import { authorizeKeepingOut } from './authorize.js'
import type { Context } from './context.js'
import { updateMember } from './room-leaving.js'

/**
 * Somebody reads and does not write until then; null ends that. Who left may be silenced as well, for when they come back;
 * of who never was here there is nothing to remember it by.
 */
export async function silence(
  context: Context,
  change: RoomChange,
  { actor, member }: { actor: AnyActor; member: MemberRow | undefined },
  userId: string,
  silencedUntil: string | null,
): Promise<void> {
  const { tx, room, now } = change
  const until = silencedUntil === null ? null : new Date(silencedUntil)
  const target = await findMembership(tx, room.id, userId)
  if (!target && actor !== userId) {
    authorizeKeepingOut(context, actor, { room, member }, { userId, target: undefined })
    throw notFound()
  }
  // An owner who was silenced before may be heard again.
  const isOwner = target?.leftAt === null && target.role === 'owner' && until !== null
  authorizeKeepingOut(context, actor, { room, member }, { userId, target: isOwner ? target : undefined })
  if (until !== null && until <= now) throw invalid('/silencedUntil', 'must lie ahead; null ends it')
  if (target?.leftAt === null) await updateMember(context, change, userId, { silencedUntil: until })
  else await changeMember(tx, room.id, userId, { silencedUntil: until })
  const action = until === null ? 'member.unsilenced' : 'member.silenced'
  await auditIn(change, actor, { action, userId, ...(until && { details: { until: until.toISOString() } }) })
}
