import type { RoomLeftReason } from '../contract/events.js'
import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { AddMember, HostMember, Member, UpdateMember } from '../contract/members.js'
import { ChatError, invalid, notFound } from '../contract/problems.js'
import {
  findAsked,
  findMember,
  findMembership,
  formerMemberships,
  type MemberRow,
  membersOf,
} from '../store/members.js'
import { findRoom, type RoomRow } from '../store/rooms.js'
import { findUser, usersById } from '../store/users.js'
import { type Actor, type AnyActor, type Moderator, system } from './actor.js'
import { authorizeKeepingOut } from './authorize.js'
import { keepOut } from './bans.js'
import { refuseBlocked } from './block-rules.js'
import { askContact, saveRequest } from './contact.js'
import { type Context, notInPrivate } from './context.js'
import type { Giver } from './data.js'
import { ask } from './hooks.js'
import { memberIn, requireMember } from './membership.js'
import { changeOwnSide, checkOwnSide, ownSideIn } from './own-side.js'
import type { ReadMarkers } from './read-markers.js'
import type { Acting } from './room-change.js'
import { checkRoomsOf } from './room-counts.js'
import { authorizeChange, changeGrant } from './room-granting.js'
import { admit, authorizeJoining, type Joining, join, joiningOf } from './room-joining.js'
import { askToLeave, authorizeLeave, leaveRoom } from './room-leaving.js'
import { isKnownIn, isSeenBy, seenBy } from './sight.js'
import { authorizeSilence, silence, silenceUntil } from './silence.js'
import type { Users } from './users.js'

/** One of a room's people. */
interface Found {
  room: Pick<RoomRow, 'isBlocked' | 'readReceipts'>
  row: MemberRow
}

type Comer = { existing: MemberRow; joining: undefined } | { existing: MemberRow | null; joining: Joining }

export class Members {
  constructor(
    readonly context: Context,
    readonly users: Users,
    readonly readMarkers: ReadMarkers,
  ) {}

  async list(actor: Actor, roomId: string, asked: PageRequest): Promise<Page<Member>> {
    const { room, rows, users, nextCursor } = await this.#page(actor, roomId, asked)
    const seen = await seenBy(
      this.context,
      actor,
      rows.map(({ userId }) => userId),
    )
    const items = rows.map((row) => {
      const isSeen = seen.has(row.userId) && this.#isKnown(actor, room, row)
      return this.context.view.member(row, users.get(row.userId), receiptsFor(actor, room, row), isSeen)
    })
    return { items, nextCursor }
  }

  async listForHost(roomId: string, asked: PageRequest): Promise<Page<HostMember>> {
    const { rows, users, nextCursor } = await this.#page(system, roomId, asked)
    return { items: rows.map((row) => this.context.view.memberForHost(row, users.get(row.userId))), nextCursor }
  }

  async #page(actor: Actor, roomId: string, { limit = pageSize, cursor }: PageRequest) {
    const { work, cursors } = this.context
    const { room } = await requireMember(work.db, roomId, actor)
    const list = `members ${roomId}`
    const rows = await membersOf(work.db, roomId, cursors.read<number>(list, cursor) ?? 0, limit + 1)
    const page = cursors.page(list, rows, limit, (row) => row.joinedRevision)
    const users = await usersById(
      work.db,
      page.rows.map((row) => row.userId),
    )
    return { ...page, room, users }
  }

  async get(actor: Actor, roomId: string, userId: string): Promise<Member> {
    return this.#showTo(actor, await this.#find(actor, roomId, userId))
  }

  async getForHost(roomId: string, userId: string): Promise<HostMember> {
    const { row } = await this.#find(system, roomId, userId)
    const user = await findUser(this.context.work.db, userId)
    return this.context.view.memberForHost(row, user ?? undefined)
  }

  async #find(actor: Actor, roomId: string, userId: string): Promise<Found> {
    const { db } = this.context.work
    const { room } = await requireMember(db, roomId, actor)
    const row = (await findMember(db, roomId, userId)) ?? (await findAsked(db, roomId, userId))
    if (!row) throw notFound()
    return { room, row }
  }

  /** Whether they may know of one of the room's people when they were here. */
  #isKnown(actor: Actor, room: Pick<RoomRow, 'isBlocked'>, { userId, leftAt }: MemberRow): boolean {
    return isKnownIn(this.context, actor, room, { userId, isIn: leftAt === null })
  }

  async #showTo(actor: Actor, { room, row }: Found): Promise<Member> {
    const isKnown = this.#isKnown(actor, room, row)
    const isSeen = isKnown && (await isSeenBy(this.context, actor, row.userId))
    return this.#show(row, receiptsFor(actor, room, row), isSeen)
  }

  /** Adds somebody, or joins a public room. Who is to be asked first is `asked`, and no member yet. */
  async add(
    actor: Actor,
    roomId: string,
    input: AddMember,
    giver: Giver,
  ): Promise<{ member: Member; created: boolean }> {
    const { work, hooks, clock } = this.context
    const room = await admit(this.context, actor, roomId, input)
    const { tenantId } = room
    const about = { userId: actor as string, roomId, prisma: work.prisma }
    const asked = actor === system ? input : await ask(hooks.before, 'member', input, about)
    // Who may not is refused without the room's lock; under it all is looked at again.
    const check = (acting: Pick<Acting, 'db' | 'now' | 'room'>) => this.#comer(actor, asked, acting)
    await check({ db: work.db, now: clock(), room })
    const viewer = actor === system ? null : await this.users.viewer(actor)
    // Whoever is of another tenant than the room is nobody, also for the host's own code.
    const user = (await this.users.known([asked.userId], viewer, tenantId)).get(asked.userId)
    const state = (await askContact(this.context, actor, user ? [user.id] : [], () => '/userId')).get(asked.userId)
    const adding = { actor, roomId, joins: true, isChecked: true, check } as const
    const { row, created, isAsked } = await work.changeRoom(adding, async (change, { existing, joining }) => {
      if (!joining) return { row: existing, created: false, isAsked: false }
      if (!user) throw unknownTo(giver, asked.userId, '/userId')
      if (state !== undefined && actor !== system) {
        const row = await saveRequest(this.context, change, { userId: user.id, askerId: actor, state })
        return { row, created: false, isAsked: true as const }
      }
      return { row: await join(this.context, change, joining, user), created: true, isAsked: false }
    })
    if (state === 'pending') work.publish({ type: 'request.changed', userId: asked.userId, roomId })
    const member = this.context.view.member(row, user, receiptsFor(actor, room, row))
    return { member: isAsked ? { ...member, isAsked } : member, created }
  }

  /** Throws where somebody may not come in, or not so; who is in already is not `joining`. */
  async #comer(actor: Actor, asked: AddMember, at: Pick<Acting, 'db' | 'now' | 'room'>): Promise<Comer> {
    const { db, room } = at
    const existing = await findMembership(db, room.id, asked.userId)
    const grantor = actor === asked.userId ? undefined : await memberIn(db, room, actor)
    if (existing?.leftAt === null) return { existing, joining: undefined }
    const joining = await joiningOf(at, { actor, grantor, asked }, existing)
    authorizeJoining(this.context, room, joining)
    await refuseBlocked(db, actor, [asked.userId], () => '/userId')
    await checkRoomsOf(this.context, db, actor, [asked.userId])
    return { existing, joining }
  }

  async update(actor: Actor, roomId: string, userId: string, input: UpdateMember): Promise<Member> {
    const { lastReadSeq, role, permissions, silencedUntil } = input
    const governs = role !== undefined || permissions !== undefined
    const own = ownSideIn(input)
    const isOwn = (own ?? lastReadSeq) !== undefined
    const isGoverned = governs || silencedUntil !== undefined
    const known = isOwn || !isGoverned ? await requireMember(this.context.work.db, roomId, actor) : undefined
    if (isOwn) {
      if (actor !== userId) throw invalid(`/${own ?? 'lastReadSeq'}`, 'is for everyone to set for themselves')
      checkOwnSide(this.context, input)
    }
    // First what may be refused, so that nothing is half done.
    if (isGoverned) await this.#govern(actor, roomId, userId, { role, permissions, silencedUntil })
    // Reading first: it takes away the mark that the same request may set.
    if (lastReadSeq !== undefined && actor !== system) await this.readMarkers.move(actor, roomId, lastReadSeq)
    if (own && known && actor !== system) await changeOwnSide(this.context, this.readMarkers, actor, known.room, input)
    return this.#showTo(actor, await this.#findAny(actor, roomId, userId, silencedUntil !== undefined))
  }

  /** What moderators may of all that is changed of members. */
  async silence(actor: Moderator, roomId: string, userId: string, silencedUntil: string | null): Promise<void> {
    const asked = silenceUntil(userId, silencedUntil)
    const check = (acting: Acting) => authorizeSilence(this.context, actor, acting, asked)
    await this.context.work.changeRoom({ actor, roomId, check }, (change) =>
      silence(this.context, change, actor, asked),
    )
  }

  /** Somebody in the room, or who left it silenced. */
  async getSilenced(roomId: string, userId: string): Promise<Member> {
    const { room, row } = await this.#findAny(system, roomId, userId, true)
    return this.#show(row, room, true)
  }

  /** Somebody who left may be silenced, too: their tombstone is shown then. */
  async #findAny(actor: Actor, roomId: string, userId: string, isTombstoneToo: boolean): Promise<Found> {
    const { db } = this.context.work
    const [row, room] = isTombstoneToo
      ? await Promise.all([findMembership(db, roomId, userId), findRoom(db, roomId)])
      : []
    return row && room ? { room, row } : this.#find(actor, roomId, userId)
  }

  async #govern(
    actor: Actor,
    roomId: string,
    userId: string,
    { silencedUntil, ...grant }: UpdateMember,
  ): Promise<void> {
    const grants = grant.role !== undefined || grant.permissions !== undefined
    const asked = silencedUntil === undefined ? undefined : silenceUntil(userId, silencedUntil)
    const check = async (acting: Acting): Promise<MemberRow | undefined> => {
      const target = grants ? await authorizeChange(this.context, acting, userId, grant) : undefined
      if (asked) await authorizeSilence(this.context, actor, acting, asked, grant.role)
      return target
    }
    await this.context.work.changeRoom({ actor, roomId, check }, async (change, target, { member }) => {
      if (target) await changeGrant(this.context, change, { actor, grantor: member, target }, grant)
      if (asked) await silence(this.context, change, actor, asked)
    })
  }

  /**
   * Removes somebody, or leaves. Whom somebody else removed from a public room could come straight back, and so is banned
   * from it unless `ban` says otherwise.
   */
  async remove(
    actor: AnyActor,
    roomId: string,
    userId: string,
    { ban }: { ban?: boolean | undefined } = {},
  ): Promise<void> {
    const check = async ({ db, room, member }: Acting): Promise<MemberRow> => {
      const target = actor === userId ? member : await findMember(db, roomId, userId)
      if (!target) throw notFound()
      notInPrivate(room, 'nobody can leave or be removed')
      if (actor === userId) authorizeLeave(this.context, room, target)
      else authorizeKeepingOut(this.context, actor, { room, member }, { userId, target })
      return target
    }
    if (actor === userId) await askToLeave(this.context, actor, roomId)
    await this.context.work.changeRoom({ actor, roomId, check }, async (change, target) => {
      const isBanned = actor !== userId && (ban ?? change.room.isPublic)
      if (isBanned) await keepOut(change, actor, userId, {})
      await leaveRoom(this.context, change, actor, target, isBanned)
    })
  }

  /** Why a user is no longer in a room; also what strangers are told of rooms that never were theirs. */
  async reasonOfLeaving(userId: string, roomId: string): Promise<RoomLeftReason> {
    const [reason] = (await this.reasonsOfLeaving(userId, [roomId])).values()
    return reason ?? 'removed'
  }

  /** The same of some hundred rooms, with one query; of each there is one. */
  async reasonsOfLeaving(userId: string, roomIds: string[]): Promise<Map<string, RoomLeftReason>> {
    const { db } = this.context.work
    const reasons = new Map(roomIds.map((roomId): [string, RoomLeftReason] => [roomId, 'removed']))
    for (const { roomId, leftAt, removedById, room } of await formerMemberships(db, userId, roomIds)) {
      if (leftAt === null && room.deletedAt) reasons.set(roomId, 'deleted')
      else if (removedById === userId) reasons.set(roomId, 'left')
    }
    return reasons
  }

  async #show(row: MemberRow, room: Pick<RoomRow, 'readReceipts'>, isSeen: boolean): Promise<Member> {
    const user = await findUser(this.context.work.db, row.userId)
    return this.context.view.member(row, user ?? undefined, room, isSeen)
  }
}

/** How far one has read oneself, one knows everywhere. */
const receiptsFor = (
  actor: Actor,
  room: Pick<RoomRow, 'readReceipts'>,
  { userId }: MemberRow,
): Pick<RoomRow, 'readReceipts'> => (userId === actor ? { readReceipts: true } : room)

export const unknownUser = (pointer: string, detail = 'there is no such user'): ChatError =>
  new ChatError('not_found', detail, { errors: [{ pointer, detail }] })

/** The same, by which the host's own code is told who it is, and what to do about it. */
export const unknownTo = (giver: Giver, userId: string, pointer: string): ChatError => {
  const mend = `the chat knows nobody by the id ${userId}: give \`directory.find\`, or call chat.users.save first`
  return unknownUser(pointer, giver === 'host' ? mend : undefined)
}
