import { createHash, randomBytes } from 'node:crypto'
import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { CreateInvite, Invite, InvitedRoom, NewInvite } from '../contract/invites.js'
import { conflict, forbidden, invalid, notFound } from '../contract/problems.js'
import { findBan } from '../store/bans.js'
import type { Db } from '../store/client.js'
import { newId } from '../store/ids.js'
import {
  countInvites,
  countUse,
  createInvite,
  deleteEndedInvites,
  deleteInvite,
  findInvite,
  findInviteOf,
  type InviteRow,
  invitesOf,
  standsAt,
} from '../store/invites.js'
import { findMember, findMembership, type MemberRow } from '../store/members.js'
import { findRoom, type RoomRow } from '../store/rooms.js'
import { isOfOneTenant } from '../store/tenants.js'
import { usersById } from '../store/users.js'
import { type Actor, system, userIdOf } from './actor.js'
import { auditIn } from './audit.js'
import { authorize, whyNot } from './authorize.js'
import { refuseBlocked } from './block-rules.js'
import { mayTurnTo } from './contact.js'
import { type Context, notInPrivate } from './context.js'
import { ask } from './hooks.js'
import { unknownUser } from './members.js'
import { type Membership, requireMember } from './membership.js'
import type { Acting } from './room-change.js'
import { checkRoomsOf } from './room-counts.js'
import { authorizeJoining, type Joining, join, joiningOf } from './room-joining.js'
import type { Users } from './users.js'

/** 128 random bits: nobody guesses one, at whatever rate. */
const newCode = (): string => randomBytes(16).toString('base64url')

/** So many bits need no salt and no slow hash. */
const hashOf = (code: string): string => createHash('sha256').update(code).digest('hex')

/** Where a code leads for a user. */
interface Found {
  invite: InviteRow
  room: RoomRow
  /** The user's row in the room, from now or from before. */
  existing: MemberRow | null
  /** Who made it, where a member did. */
  maker: MemberRow | undefined
}

/** Links that let people into groups and channels. */
export class Invites {
  constructor(
    readonly context: Context,
    readonly users: Users,
  ) {}

  /** For those who may add people, and the host. Those that have ended are none. */
  async list(actor: Actor, roomId: string, { limit = pageSize, cursor }: PageRequest): Promise<Page<Invite>> {
    const { work, cursors, clock } = this.context
    this.#authorize(await requireMember(work.db, roomId, actor))
    const list = `invites ${roomId}`
    const rows = await invitesOf(work.db, roomId, cursors.read<string>(list, cursor), clock(), limit + 1)
    const page = cursors.page(list, rows, limit, ({ id }) => id)
    return { items: await this.#show(work.db, page.rows), nextCursor: page.nextCursor }
  }

  async create(actor: Actor, roomId: string, { expiresAt, maxUses = null }: CreateInvite): Promise<NewInvite> {
    const { work, limits } = this.context
    const check = (acting: Acting) => this.#authorize(acting)
    const code = newCode()
    return work.changeRoom({ actor, roomId, check }, async ({ tx, now }) => {
      const ends = expiresAt ? new Date(expiresAt) : null
      if (ends && ends <= now) throw invalid('/expiresAt', 'must lie ahead')
      await deleteEndedInvites(tx, roomId, now)
      if ((await countInvites(tx, roomId)) >= limits.invitesPerRoom)
        throw conflict(`a room has ${limits.invitesPerRoom} invite links at most: revoke one first`)
      // Else one member could leave no place for the links of others.
      if (actor !== system && (await countInvites(tx, roomId, actor)) >= limits.invitesPerUserAndRoom)
        throw conflict(`a room has ${limits.invitesPerUserAndRoom} invite links of one user at most: revoke one first`)
      const row = await createInvite(tx, {
        ...{ id: newId(), roomId, codeHash: hashOf(code), createdById: userIdOf(actor), createdAt: now },
        ...{ expiresAt: ends, uses: 0, usesLeft: maxUses },
      })
      const [shown] = await this.#show(tx, [row])
      return { ...(shown as Invite), code }
    })
  }

  /** Revokes a link of one's own; those of others need the right to keep people out. */
  async remove(actor: Actor, roomId: string, inviteId: string): Promise<void> {
    const check = async (acting: Acting): Promise<InviteRow> => {
      this.#authorize(acting)
      const row = await findInviteOf(acting.db, roomId, inviteId)
      if (!row) throw notFound()
      if (row.createdById !== actor) authorize(this.context, acting, 'canRemoveUsers')
      return row
    }
    await this.context.work.changeRoom({ actor, roomId, check }, async (change, { id, createdById }) => {
      await deleteInvite(change.tx, id)
      if (createdById !== actor) await auditIn(change, actor, { action: 'invite.revoked', userId: createdById })
    })
  }

  /** What somebody sees of a room who has a code. */
  async get(userId: string, code: string): Promise<InvitedRoom> {
    const { room } = await this.#find(this.context.work.db, userId, code)
    const { name, avatarUrl, memberCount } = this.context.view.room(room)
    return { name, avatarUrl, memberCount }
  }

  /**
   * Who would do something if a user joined by a code: whoever comes in, and the link's maker, who brings them in if they were
   * never in the room. So nobody uses up what another may do by going and coming back.
   */
  async actingFor(userId: string, code: string): Promise<{ joins: string | undefined; brings: string | undefined }> {
    const { existing, maker } = await this.#find(this.context.work.db, userId, code)
    const isIn = existing?.leftAt === null
    return { joins: isIn ? undefined : userId, brings: isIn || existing?.revision ? undefined : maker?.userId }
  }

  /** Joins the room of a code. Who is in it already stays as they are; who was in it before counts as no use. */
  async join(userId: string, code: string): Promise<{ roomId: string; created: boolean }> {
    const { work, hooks } = this.context
    const { invite, room, existing } = await this.#find(work.db, userId, code)
    const { roomId, createdById } = invite
    if (existing?.leftAt === null) return { roomId, created: false }
    const about = { userId, roomId, invite: { id: invite.id, createdById }, prisma: work.prisma }
    const asked = await ask(hooks.before, 'member', { userId }, about)
    const user = (await this.users.known([userId], await this.users.viewer(userId), room.tenantId)).get(userId)
    if (!user) throw unknownUser('/userId')
    if (createdById !== null && !(await mayTurnTo(this.context, createdById, userId)))
      throw forbidden('who made this link may not bring you into a room')
    const check = async (acting: Acting) => {
      const found = await this.#find(acting.db, userId, code, acting)
      if (found.existing?.leftAt === null) return { ...found, joining: undefined }
      const joining = await this.#joining(acting, found, { ...asked, userId })
      await checkRoomsOf(this.context, acting.db, userId, [userId])
      return { ...found, joining }
    }
    const request = { actor: userId, roomId, joins: true, check } as const
    const created = await work.changeRoom(request, async (change, { invite, joining }) => {
      if (!joining) return false
      await join(this.context, change, joining, user)
      if (!joining.former) await countUse(change.tx, invite)
      return true
    })
    return { roomId, created }
  }

  async #joining(acting: Acting, { existing, maker }: Found, asked: Joining['asked']): Promise<Joining> {
    const by = { actor: asked.userId, grantor: maker, asked, isInvited: true }
    const joining = await joiningOf(acting, by, existing)
    authorizeJoining(this.context, acting.room, joining)
    if (maker) await refuseBlocked(acting.db, maker.userId, [asked.userId], () => '/code')
    return joining
  }

  /**
   * Throws `not_found` for a code that lets this user in nowhere: one that never was, has ended, or is of another tenant, for
   * whom is banned, and for whom was removed from a room that is not public, since only people who may remove bring them back.
   */
  async #find(db: Db, userId: string, code: string, at?: Pick<Acting, 'room' | 'now'>): Promise<Found> {
    const invite = await findInvite(db, hashOf(code))
    const room = invite && (at?.room ?? (await findRoom(db, invite.roomId)))
    if (!room || room.id !== invite.roomId || room.deletedAt !== null) throw notFound()
    if (!(await isOfOneTenant(db, room.id, userId))) throw notFound()
    const existing = await findMembership(db, room.id, userId)
    const { createdById } = invite
    const maker = createdById === null ? undefined : await findMember(db, room.id, createdById)
    if (existing?.leftAt === null) return { invite, room, existing, maker }
    const now = at?.now ?? this.context.clock()
    if (!standsAt(invite, now) || (await findBan(db, room.id, userId, now))) throw notFound()
    const wasRemoved = existing && existing.revision > 0 && existing.removedById !== userId
    if (wasRemoved && !room.isPublic) throw notFound()
    if (createdById !== null && !(maker && !whyNot(this.context.hooks, room, maker, 'canAddUsers'))) throw notFound()
    return { invite, room, existing, maker }
  }

  #authorize({ room, member }: Membership): void {
    notInPrivate(room, 'nobody is invited by a link')
    authorize(this.context, { room, member }, 'canAddUsers')
  }

  async #show(db: Db, rows: InviteRow[]): Promise<Invite[]> {
    const { view } = this.context
    const users = await usersById(
      db,
      rows.map(({ createdById }) => createdById),
    )
    return rows.map((row) => view.invite(row, users.get(row.createdById ?? '')))
  }
}
