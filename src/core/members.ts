import type { List, Page } from '../contract/fields.js'
import type { AddMember, Me, Member, UpdateMember } from '../contract/members.js'
import type { Role } from '../contract/permissions.js'
import { ChatError, conflict, forbidden, invalid, notFound } from '../contract/problems.js'
import { changeRoom, type RoomChange } from '../store/change.js'
import {
  changeMember,
  countOwners,
  findMember,
  findMembership,
  type MemberRow,
  membersOf,
  moveMarker,
  saveMember,
  setMuted,
  successorOf,
} from '../store/members.js'
import { findRoom, type RoomRow, seenRooms } from '../store/rooms.js'
import { findUser, type UserRow, usersById } from '../store/users.js'
import { type Actor, system, userIdOf } from './actor.js'
import { authorize } from './authorize.js'
import { type Context, enter, inColumn, memberIn, notInPrivate, outside } from './context.js'
import { say } from './messages.js'
import { capped, checkGrant, permissionsOf, withGiven } from './permissions.js'
import { closeRoom } from './room-closing.js'
import type { Users } from './users.js'

/** A member as it joins: with everything before it read, and the whole history to look at. */
export function newMember(
  change: RoomChange,
  { userId, role, addedById }: { userId: string; role: Role; addedById: string | null },
  permissions: ReturnType<typeof permissionsOf>,
): MemberRow {
  const revision = change.takeRevision()
  change.set({ memberCount: change.room.memberCount + 1 })
  return {
    roomId: change.room.id,
    userId,
    role,
    ...permissions,
    muted: false,
    lastReadSeq: change.room.lastMessageSeq,
    lastSeenAt: null,
    addedById,
    removedById: null,
    joinedAt: change.now,
    leftAt: null,
    joinedRevision: revision,
    revision,
  }
}

export class Members {
  constructor(
    readonly context: Context,
    readonly users: Users,
  ) {}

  async list(actor: Actor, roomId: string, { limit = 50, cursor }: Page): Promise<List<Member>> {
    const { work, view, cursors } = this.context
    await enter(work.db, roomId, actor)
    const list = `members ${roomId}`
    const rows = await membersOf(work.db, roomId, cursors.read<number>(list, cursor) ?? 0, limit + 1)
    const page = cursors.page(list, rows, limit, (row) => row.joinedRevision)
    const users = await usersById(
      work.db,
      page.rows.map((row) => row.userId),
    )
    return { items: page.rows.map((row) => view.member(row, users.get(row.userId))), nextCursor: page.nextCursor }
  }

  async get(actor: Actor, roomId: string, userId: string): Promise<Member> {
    const { db } = this.context.work
    await enter(db, roomId, actor)
    const row = await findMember(db, roomId, userId)
    if (!row) throw notFound()
    return this.#show(row)
  }

  /** Adds somebody, or joins a public room. */
  async add(actor: Actor, roomId: string, input: AddMember): Promise<{ member: Member; created: boolean }> {
    const { work, hooks, clock } = this.context
    const draft = await this.#admit(actor, roomId, input)
    const asked = actor === system ? draft : ((await hooks.before.member?.(draft, { userId: actor, roomId })) ?? draft)
    const user = (await this.users.known([asked.userId])).get(asked.userId)
    return work.run(async (tx, commit) => {
      const { result, committed } = await changeRoom(tx, roomId, clock(), async (change) => {
        const present = await findMember(tx, roomId, asked.userId)
        const giver = actor === asked.userId ? undefined : await memberIn(tx, change.room, actor)
        if (present) return { row: present, created: false }
        this.#authorizeAdd(actor, change.room, giver, asked)
        if (!user) throw unknownUser('/userId')
        return { row: await this.#join(change, actor, giver, asked, user), created: true }
      })
      commit(committed)
      return { member: this.context.view.member(result.row, user), created: result.created }
    })
  }

  /** Tells nothing of a room to those who may not know of it, before a hook or the directory is asked. */
  async #admit(actor: Actor, roomId: string, input: AddMember): Promise<AddMember> {
    const { db } = this.context.work
    const room = await findRoom(db, roomId)
    if (!room || room.deletedAt !== null) throw notFound()
    const joins = actor === input.userId
    const member = actor === system ? undefined : await findMember(db, roomId, actor)
    if (actor !== system && !member && !room.isPublic) throw notFound()
    if (actor !== system && !member && !joins) throw outside()
    if (joins && (input.role !== undefined || input.permissions !== undefined) && !member) {
      throw forbidden('who joins does so with the preset of a member')
    }
    return input
  }

  #authorizeAdd(actor: Actor, room: RoomRow, giver: MemberRow | undefined, asked: AddMember): void {
    notInPrivate(room, 'nobody can be added')
    const { limits } = this.context
    const most = room.type === 'group' ? limits.groupMembers : limits.channelMembers
    if (room.memberCount >= most) throw conflict(`the room is full: ${most} members is its limit`)
    if (actor === system) return
    if (actor === asked.userId) {
      if (!room.isPublic) throw notFound()
      return
    }
    authorize(this.context, { room, member: giver }, 'canAddUsers')
    const gives = asked.role !== undefined || asked.permissions !== undefined
    if (giver && gives) {
      if (giver.role === 'member') throw forbidden('only owners and admins give a role or permissions')
      checkGrant(giver, asked.role ?? 'member', asked.permissions ?? {})
    }
  }

  async #join(
    change: RoomChange,
    actor: Actor,
    giver: MemberRow | undefined,
    asked: AddMember,
    user: UserRow,
  ): Promise<MemberRow> {
    const { presets, view } = this.context
    const { tx, room } = change
    const self = actor === asked.userId
    // A room that the host made with nobody in it gets its owner with its first member.
    const role = asked.role ?? (room.memberCount === 0 ? 'owner' : 'member')
    const preset = capped(presets[room.type][role], giver && permissionsOf(giver))
    const addedById = self ? null : userIdOf(actor)
    const fresh = newMember(change, { userId: user.id, role, addedById }, withGiven(preset, asked.permissions))
    const row = await saveMember(tx, fresh)
    change.events.push({
      type: 'member.added',
      roomId: room.id,
      revision: row.revision,
      member: view.member(row, user),
      memberCount: room.memberCount,
    })
    const who = actor === system || self ? undefined : await findUser(tx, actor)
    await say(this.context, change, actor, who ? `${who.name} added ${user.name}` : `${user.name} joined`)
    // That one joined oneself is not news to oneself.
    await moveMarker(tx, room.id, user.id, room.lastMessageSeq, change.now)
    return { ...row, lastReadSeq: room.lastMessageSeq, lastSeenAt: change.now }
  }

  async update(actor: Actor, roomId: string, userId: string, input: UpdateMember): Promise<Member> {
    const { muted, lastReadSeq, role, permissions } = input
    const governs = role !== undefined || permissions !== undefined
    if (actor !== userId && (muted !== undefined || lastReadSeq !== undefined)) {
      await enter(this.context.work.db, roomId, actor)
      throw invalid(muted === undefined ? '/lastReadSeq' : '/muted', 'is for everyone to set for themselves')
    }
    // First what may be refused, so that nothing is half done.
    if (governs) await this.#govern(actor, roomId, userId, { role, permissions })
    else await enter(this.context.work.db, roomId, actor)
    if (muted !== undefined && actor !== system) await this.#mute(actor, roomId, muted)
    if (lastReadSeq !== undefined && actor !== system) await this.markRead(actor, roomId, lastReadSeq)
    return this.get(actor, roomId, userId)
  }

  async #govern(actor: Actor, roomId: string, userId: string, { role, permissions }: UpdateMember): Promise<void> {
    const { work, presets, clock } = this.context
    await work.run(async (tx, commit) => {
      const { committed } = await changeRoom(tx, roomId, clock(), async (change) => {
        const { room } = change
        const giver = await memberIn(tx, room, actor)
        const target = await findMember(tx, roomId, userId)
        if (!target) throw notFound()
        notInPrivate(room, 'their roles and permissions stay as they are')
        if (giver && giver.role !== 'owner') throw forbidden('only an owner changes roles and permissions')
        if (giver) checkGrant(giver, role ?? target.role, permissions ?? {})
        const stepsDown = target.role === 'owner' && role !== undefined && role !== 'owner'
        if (stepsDown && (await countOwners(tx, roomId)) === 1) throw conflict('the last owner cannot step down')
        // A new role comes with its preset; single permissions go on top.
        const changes = role !== undefined && role !== target.role
        const preset = changes ? capped(presets[room.type][role], giver && permissionsOf(giver)) : permissionsOf(target)
        await this.#change(change, userId, { role: role ?? target.role, ...withGiven(preset, permissions) })
      })
      commit(committed)
    })
  }

  async #change(change: RoomChange, userId: string, data: Partial<MemberRow>): Promise<void> {
    const { tx, room } = change
    const revision = change.takeRevision()
    const row = await changeMember(tx, room.id, userId, { ...data, revision })
    const member = await this.#show(row, tx)
    change.events.push({ type: 'member.updated', roomId: room.id, revision, member })
  }

  /** Removes somebody, or leaves. */
  async remove(actor: Actor, roomId: string, userId: string): Promise<void> {
    const { work, clock } = this.context
    await work.run(async (tx, commit) => {
      const { committed } = await changeRoom(tx, roomId, clock(), async (change) => {
        const { room } = change
        const member = await memberIn(tx, room, actor)
        const target = actor === userId ? member : await findMember(tx, roomId, userId)
        if (!target) throw notFound()
        notInPrivate(room, 'nobody can leave or be removed')
        if (actor !== userId && actor !== system) {
          authorize(this.context, { room, member }, 'canRemoveUsers')
          if (target.role === 'owner') throw forbidden('an owner cannot be removed')
        }
        await this.#leave(change, actor, target)
      })
      commit(committed)
    })
  }

  async #leave(change: RoomChange, actor: Actor, target: MemberRow): Promise<void> {
    const { tx, room, now } = change
    const { userId } = target
    const revision = change.takeRevision()
    const memberCount = room.memberCount - 1
    change.set({ memberCount })
    const row = await changeMember(tx, room.id, userId, { leftAt: now, removedById: userIdOf(actor), revision })
    const member = await this.#show(row, tx)
    const { removedById } = row
    change.events.push({ type: 'member.removed', roomId: room.id, revision, member, memberCount, removedById })
    if (memberCount === 0) return await closeRoom(change)
    const { name } = member.user
    const who = actor === system || actor === userId ? undefined : await findUser(tx, actor)
    await say(this.context, change, who ? actor : userId, who ? `${who.name} removed ${name}` : `${name} left`)
    if (target.role === 'owner' && (await countOwners(tx, room.id)) === 0) await this.#succeed(change)
  }

  /** A live group or channel always has an owner. */
  async #succeed(change: RoomChange): Promise<void> {
    const heir = await successorOf(change.tx, change.room.id)
    if (!heir) return
    await this.#change(change, heir.userId, { role: 'owner', ...this.context.presets[change.room.type].owner })
  }

  /** Moves the own read marker forward; it never goes back, and stops at the last message. */
  async markRead(userId: string, roomId: string, seq: number): Promise<Me> {
    const { work, audience, clock } = this.context
    const { room } = await enter(work.db, roomId, userId)
    const furthest = Math.min(inColumn(seq), room.lastMessageSeq)
    const moved = await work.write((db) => moveMarker(db, roomId, userId, furthest, clock()))
    // Read again, so that what is told stands behind all that happened until the marker moved.
    const { me, revision } = await this.me(userId, roomId)
    if (moved) {
      audience.meChanged(userId, roomId, me)
      audience.markerMoved(roomId, userId, me.lastReadSeq, revision)
    }
    return me
  }

  /** What somebody is in a room, and where that stands; for the library's own use. */
  async me(userId: string, roomId: string): Promise<{ me: Me; revision: number }> {
    const [seen] = await seenRooms(this.context.work, userId, [roomId])
    if (!seen?.member) throw seen?.room.isPublic ? outside() : notFound()
    return { me: this.context.view.me(seen.member, seen.room), revision: seen.room.revision }
  }

  async #mute(userId: string, roomId: string, muted: boolean): Promise<void> {
    const { work, audience } = this.context
    await work.write((db) => setMuted(db, roomId, userId, muted))
    audience.meChanged(userId, roomId, (await this.me(userId, roomId)).me)
  }

  /** Why a user is no longer in a room; also what strangers are told of rooms that never were theirs. */
  async reasonOfLeaving(userId: string, roomId: string): Promise<'removed' | 'left' | 'deleted'> {
    const { db } = this.context.work
    const [room, row] = await Promise.all([findRoom(db, roomId), findMembership(db, roomId, userId)])
    if (!row) return 'removed'
    if (row.leftAt === null && room?.deletedAt) return 'deleted'
    return row.removedById === userId ? 'left' : 'removed'
  }

  async #show(row: MemberRow, db = this.context.work.db): Promise<Member> {
    return this.context.view.member(row, (await findUser(db, row.userId)) ?? undefined)
  }
}

export const unknownUser = (pointer: string): ChatError => {
  const detail = 'there is no such user'
  return new ChatError('not_found', detail, { errors: [{ pointer, detail }] })
}
