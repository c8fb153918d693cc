import type { Permissions } from '../contract/permissions.js'
import { forbidden } from '../contract/problems.js'
import type { RoomChange } from '../store/change.js'
import { deleteInvitesBy } from '../store/invites.js'
import { changeMember, countOwners, type MemberRow, successorOf } from '../store/members.js'
import type { RoomRow } from '../store/rooms.js'
import { findUser, type UserRow } from '../store/users.js'
import { type AnyActor, system, userIdOf } from './actor.js'
import { auditIn } from './audit.js'
import { type Context, notInPrivate } from './context.js'
import { requireMember } from './membership.js'
import { capped, permissionsOf, withoutTaken } from './permissions.js'
import { closeRoom } from './room-closing.js'
import { appendSystemMessage } from './system-messages.js'

/** Asks the host before a member leaves by themselves; it does not ask if they may not leave anyway. */
export async function askToLeave(context: Context, userId: string, roomId: string): Promise<void> {
  const { work, hooks } = context
  if (!hooks.before.leave) return
  const { room, member } = await requireMember(work.db, roomId, userId)
  notInPrivate(room, 'nobody can leave or be removed')
  if (member) authorizeLeave(context, room, member)
  await hooks.before.leave({ userId, roomId, prisma: work.prisma })
}

/** Throws if the preset of the member's role does not let them leave. */
export function authorizeLeave({ presets }: Context, room: RoomRow, { role }: MemberRow): void {
  if (presets[room.type][role].canLeave === false) throw forbidden('needs the permission canLeave')
}

/** A member leaves, or is removed. With the last member the room is deleted, unless it has no owner by design. */
export async function leaveRoom(
  context: Context,
  change: RoomChange,
  actor: AnyActor,
  target: MemberRow,
  isBanned = false,
): Promise<void> {
  const { userId } = target
  await takeOut(context, change, target, userIdOf(actor), (await findUser(change.tx, userId)) ?? undefined)
  if (actor !== userId) await auditIn(change, actor, { action: 'member.removed', userId })
  if (isDeserted(change)) return await closeRoom(change, actor)
  const type = actor === userId ? 'member.left' : isBanned ? 'member.banned' : 'member.removed'
  await appendSystemMessage(context, change, actor, { type, userIds: [userId] })
  await bequeath(context, change, target, actor === userId ? permissionsOf(target) : undefined)
}

/** Ends a membership, and the links that the member has made. `user` is what the room is told of them. */
export async function takeOut(
  context: Context,
  change: RoomChange,
  target: MemberRow,
  removedById: string | null,
  user: UserRow | undefined,
): Promise<void> {
  const { tx, room, now } = change
  const { userId } = target
  const revision = change.takeRevision()
  const memberCount = room.memberCount - 1
  change.set({ memberCount })
  const row = await changeMember(tx, room.id, userId, { leftAt: now, removedById, revision })
  const member = context.view.member(row, user, room)
  change.events.push({ type: 'member.removed', roomId: room.id, revision, member, memberCount, removedById })
  // Their links end with their membership, for good.
  await deleteInvitesBy(tx, room.id, userId)
}

/** Whether the last member is gone from a room that does not outlive them. */
export const isDeserted = ({ room }: RoomChange): boolean => room.memberCount === 0 && !room.isOwnerless

/**
 * A live group or channel has an owner, unless the host made it without members. The new owner gets an owner's permissions,
 * except those that were taken from them, and those that were taken from an owner who left by themselves (`left`); otherwise that owner
 * could leave the room to a second account of theirs.
 */
export async function bequeath(
  context: Context,
  change: RoomChange,
  target: MemberRow,
  left: Permissions | undefined,
): Promise<void> {
  if (target.role !== 'owner' || change.room.isOwnerless || (await countOwners(change.tx, change.room.id)) > 0) return
  const heir = await successorOf(change.tx, change.room.id, change.now)
  if (!heir) return
  const presets = context.presets[change.room.type]
  const permissions = withoutTaken(capped(presets.owner, left), presets[heir.role], heir)
  await updateMember(context, change, heir.userId, { role: 'owner', ...permissions })
  // Nobody gave it to them.
  await appendSystemMessage(context, change, system, { type: 'owner.changed', userIds: [heir.userId] })
}

/** Changes what a member is in a room. */
export async function updateMember(
  { view }: Context,
  change: RoomChange,
  userId: string,
  data: Partial<MemberRow>,
): Promise<void> {
  const { tx, room } = change
  const revision = change.takeRevision()
  const row = await changeMember(tx, room.id, userId, { ...data, revision })
  const member = view.member(row, (await findUser(tx, userId)) ?? undefined, room)
  change.events.push({ type: 'member.updated', roomId: room.id, revision, member })
}
