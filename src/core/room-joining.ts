import type { AddMember } from '../contract/members.js'
import type { Role } from '../contract/permissions.js'
import { conflict, forbidden, notFound } from '../contract/problems.js'
import { type BanRow, findBan } from '../store/bans.js'
import type { RoomChange } from '../store/change.js'
import { findMember, type MemberRow, saveMember } from '../store/members.js'
import { plainSide } from '../store/own-side.js'
import { findRoom, type RoomRow } from '../store/rooms.js'
import type { UserRow } from '../store/users.js'
import { type Actor, system, userIdOf } from './actor.js'
import { authorize, authorizeGrant } from './authorize.js'
import { banned, liftBan } from './bans.js'
import { type Context, notInPrivate } from './context.js'
import { whyNotAMember } from './membership.js'
import { capped, checkReturn, permissionsOf, withGiven } from './permissions.js'
import type { Acting } from './room-change.js'
import { appendSystemMessage } from './system-messages.js'

/** A user joins, or is added to, an existing room. */
export interface Joining {
  actor: Actor
  /** The member who adds them; absent if they join by themselves, or if the host adds them. */
  grantor: MemberRow | undefined
  asked: AddMember
  /** Their row from when they left, if they were a member before and not only asked (which takes no revision). */
  former: MemberRow | undefined
  /** Until when they are silenced, also where they were only asked until now. */
  silencedUntil: Date | null
  /** Their ban. */
  ban: BanRow | undefined
  /** They join by a link, which `grantor` made, or the host. */
  isInvited?: boolean
}

/** The same with what is remembered of them; `existing` is their row in the room. */
export async function joiningOf(
  { db, room, now }: Pick<Acting, 'db' | 'room' | 'now'>,
  by: Pick<Joining, 'actor' | 'grantor' | 'asked' | 'isInvited'>,
  existing: MemberRow | null,
): Promise<Joining> {
  const ban = await findBan(db, room.id, by.asked.userId, now)
  const former = existing?.revision ? existing : undefined
  return { ...by, former, silencedUntil: existing?.silencedUntil ?? null, ban: ban ?? undefined }
}

/** The row of a new member: all earlier messages count as read. Who comes back is as quiet as before. */
export function newMember(
  change: RoomChange,
  {
    userId,
    role,
    addedById,
    former,
    silencedUntil = null,
  }: Pick<Joining, 'former'> &
    Partial<Pick<Joining, 'silencedUntil'>> & {
      userId: string
      role: Role
      addedById: string | null
    },
  permissions: ReturnType<typeof permissionsOf>,
): MemberRow {
  const revision = change.takeRevision()
  change.set({ memberCount: change.room.memberCount + 1 })
  return {
    roomId: change.room.id,
    userId,
    role,
    ...permissions,
    ...plainSide,
    muted: former?.muted ?? false,
    mutedUntil: former?.mutedUntil ?? null,
    notify: former?.notify ?? plainSide.notify,
    silencedUntil,
    lastReadSeq: change.room.lastMessageSeq,
    lastSeenAt: null,
    addedById,
    removedById: null,
    joinedAt: change.now,
    leftAt: null,
    joinedRevision: revision,
    joinedSeq: change.room.lastMessageSeq,
    revision,
    request: null,
    meRevision: former?.meRevision ?? 0,
    meChangedAt: change.now,
    scheduledRevision: former?.scheduledRevision ?? 0,
  }
}

/** Throws for users who may not know of the room, before a hook or the directory is asked. Returns the room. */
export async function admit({ work }: Context, actor: Actor, roomId: string, input: AddMember): Promise<RoomRow> {
  const { db } = work
  const room = await findRoom(db, roomId)
  if (!room || room.deletedAt !== null) throw notFound()
  const joins = actor === input.userId
  const member = actor === system ? undefined : await findMember(db, roomId, actor)
  if (actor !== system && !member) {
    const why = await whyNotAMember(db, room, actor)
    if (!joins || why.code === 'not_found') throw why
  }
  if (joins && (input.role !== undefined || input.permissions !== undefined) && !member) {
    throw forbidden('who joins does so with the preset of a member')
  }
  return room
}

/** Throws if the user may not join, or not with this role and these permissions. */
export function authorizeJoining(
  context: Context,
  room: RoomRow,
  { actor, grantor, asked, former, ban, isInvited }: Joining,
): void {
  notInPrivate(room, 'nobody can be added')
  const { limits } = context
  const most = room.type === 'group' ? limits.groupMembers : limits.channelMembers
  if (room.memberCount >= most) throw conflict(`the room is full: ${most} members is its limit`)
  if (actor === system) return
  if (actor === asked.userId) {
    if (!room.isPublic && !isInvited) throw notFound()
    if (ban) throw banned(ban)
    return
  }
  authorize(context, { room, member: grantor }, 'canAddUsers')
  if (ban) throw banned(ban)
  // Otherwise any member could bring back a removed user.
  if (former && former.removedById !== former.userId) authorize(context, { room, member: grantor }, 'canRemoveUsers')
  const { role = 'member', permissions = {} } = asked
  const gives = asked.role !== undefined || asked.permissions !== undefined
  if (!grantor || !gives) return
  if (grantor.role === 'member') throw forbidden('only owners and admins give a role or permissions')
  authorizeGrant(context, room, grantor, role, permissions)
  if (former && grantor.role !== 'owner') checkReturn(former, role, permissions)
}

/** Adds a user, after the check. Permissions that were taken from them stay taken when they come back, unless an owner or the host adds them. */
export async function join(
  context: Context,
  change: RoomChange,
  { actor, grantor, asked, former, silencedUntil, ban, isInvited }: Joining,
  user: UserRow,
): Promise<MemberRow> {
  const { presets, view } = context
  const { tx, room } = change
  const self = actor === asked.userId
  const { role = 'member' } = asked
  const preset = capped(presets[room.type][role], grantor && permissionsOf(grantor))
  const isNew = actor === system || (grantor?.role === 'owner' && !isInvited)
  const current = capped(preset, isNew || !former ? undefined : permissionsOf(former))
  const addedById = isInvited ? (grantor?.userId ?? null) : self ? null : userIdOf(actor)
  const who = { userId: user.id, role, addedById, former, silencedUntil }
  const joined = newMember(change, who, withGiven(current, asked.permissions))
  // The next message announces it, and the new member's own joining is not unread for them.
  const hasRead = { lastReadSeq: room.lastMessageSeq + 1, lastSeenAt: change.now, meRevision: joined.meRevision + 1 }
  const row = await saveMember(tx, { ...joined, ...hasRead })
  // Only the host can add a banned user, which ends the ban.
  if (ban) await liftBan(change, actor, user.id)
  change.events.push({
    type: 'member.added',
    roomId: room.id,
    revision: row.revision,
    member: view.member(row, user, room),
    memberCount: room.memberCount,
  })
  const type = self ? 'member.joined' : 'member.added'
  await appendSystemMessage(context, change, actor, { type, userIds: [user.id] })
  return row
}
