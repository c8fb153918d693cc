import type { UpdateMember } from '../contract/members.js'
import { conflict, forbidden, notFound } from '../contract/problems.js'
import type { RoomChange } from '../store/change.js'
import { deleteInvitesBy } from '../store/invites.js'
import { countOwners, findMember, type MemberRow } from '../store/members.js'
import type { RoomRow } from '../store/rooms.js'
import type { Actor } from './actor.js'
import { auditIn } from './audit.js'
import { authorizeGrant } from './authorize.js'
import { type Context, notInPrivate } from './context.js'
import { capped, permissionsOf, withGiven } from './permissions.js'
import type { Acting } from './room-change.js'
import { updateMember } from './room-leaving.js'
import { appendSystemMessage } from './system-messages.js'

type Grant = Pick<UpdateMember, 'role' | 'permissions'>

/** Throws if a role or permissions may not be changed like this; returns the member who has them. */
export async function authorizeChange(
  context: Context,
  { db, room, member: grantor }: Acting,
  userId: string,
  { role, permissions }: Grant,
): Promise<MemberRow> {
  const target = await findMember(db, room.id, userId)
  if (!target) throw notFound()
  notInPrivate(room, 'their roles and permissions stay as they are')
  if (grantor && grantor.role !== 'owner') throw forbidden('only an owner changes roles and permissions')
  if (grantor) authorizeTouching(room, grantor, target)
  if (grantor) authorizeGrant(context, room, grantor, role ?? target.role, permissions ?? {})
  const stepsDown = target.role === 'owner' && role !== undefined && role !== 'owner' && !room.isOwnerless
  if (stepsDown && (await countOwners(db, room.id)) === 1) throw conflict('the last owner cannot step down')
  return target
}

/**
 * Throws if the grantor may not change this owner. An owner cannot be removed, so another owner must not demote them first, or
 * take their permissions. Only the creator of the room, if they still own it, may do that.
 */
function authorizeTouching(room: RoomRow, grantor: MemberRow, target: MemberRow): void {
  if (target.role !== 'owner' || grantor.userId === target.userId || grantor.userId === room.createdById) return
  throw forbidden('an owner is changed by themselves, and by who made the room')
}

/** Sets a role and permissions, after the check. */
export async function changeGrant(
  context: Context,
  change: RoomChange,
  { actor, grantor, target }: { actor: Actor; grantor: MemberRow | undefined; target: MemberRow },
  { role, permissions }: Grant,
): Promise<void> {
  const { userId } = target
  // A new role comes with its preset; single permissions are applied on top.
  const changes = role !== undefined && role !== target.role
  const preset = context.presets[change.room.type]
  const current = changes ? capped(preset[role], grantor && permissionsOf(grantor)) : permissionsOf(target)
  const given = withGiven(current, permissions)
  await updateMember(context, change, userId, { role: role ?? target.role, ...given })
  // Their links end with the right to add people, for good.
  if (target.canAddUsers && !given.canAddUsers) await deleteInvitesBy(change.tx, change.room.id, userId)
  if (changes) await auditIn(change, actor, { action: 'member.role', userId, details: { from: target.role, to: role } })
  if (permissions) await auditIn(change, actor, { action: 'member.permissions', userId, details: { ...permissions } })
  if (changes && role === 'owner')
    await appendSystemMessage(context, change, actor, { type: 'owner.changed', userIds: [userId] })
}
