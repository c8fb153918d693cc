import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { RoomType } from '../contract/permissions.js'
import { conflict, forbidden, invalid, notFound } from '../contract/problems.js'
import type { CreateRoom, HistoryFrom, HostRoom, Room, RoomFilter, UpdateRoom } from '../contract/rooms.js'
import { failureOf } from '../store/failures.js'
import { newId } from '../store/ids.js'
import { setRetention } from '../store/purge.js'
import { hiddenUpTo } from '../store/readable.js'
import {
  type ActivityCursor,
  allRooms,
  findRoomByKey,
  findRooms,
  type PinnedCursor,
  publicRooms,
  type RoomRow,
  roomsOfUser,
  type SeenRoom,
  seenRooms,
} from '../store/rooms.js'
import { SearchBudget } from '../store/search-budget.js'
import { searchRoomIds } from '../store/search-names.js'
import { isOfOneTenant } from '../store/tenants.js'
import type { UserRow } from '../store/users.js'
import { type Actor, system } from './actor.js'
import { authorize, authorizeWriting, checkSilence } from './authorize.js'
import { takeAvatar } from './avatars.js'
import { refuseBlocked, refuseIn } from './block-rules.js'
import { type Asked, askContact } from './contact.js'
import { type Context, checkLength } from './context.js'
import { acceptData, checkData, dataText, type Giver } from './data.js'
import { ask } from './hooks.js'
import { unknownTo } from './members.js'
import { requireMember } from './membership.js'
import { mayOpenHistory, readerOf } from './readable.js'
import type { Requests } from './requests.js'
import type { RoomRetention } from './retention.js'
import type { Acting } from './room-change.js'
import { closeRoom } from './room-closing.js'
import { askOfComers, checkDraft, findPairOf, makePair, makeShared, type RoomIdentity } from './room-making.js'
import { showMessages } from './show-messages.js'
import { isKnownIn, seenBy } from './sight.js'
import { appendSystemMessage } from './system-messages.js'
import type { Users } from './users.js'

/** Set again, it stays as it was: whoever has joined since sees no more than before. */
function historyRevisionOf(room: RoomRow, historyFrom: HistoryFrom | undefined): number | null | undefined {
  if (historyFrom === undefined || (historyFrom === 'start') === (room.historyRevision === null)) return undefined
  return historyFrom === 'start' ? null : room.revision
}

const position = (room: RoomRow): ActivityCursor => ({ at: room.lastMessageAt.getTime(), id: room.id })

/** Above every id: ids are lower-case hexadecimal. */
const afterAllIds = 'zzzz'

export class Rooms {
  constructor(
    readonly context: Context,
    readonly users: Users,
    readonly requests: Requests,
  ) {}

  /** A user's rooms: pinned ones first, and then last active first. Those that were put away are a list of their own. */
  async list(
    userId: string,
    {
      type,
      key,
      pinned,
      archived = false,
      limit = pageSize,
      cursor,
    }: PageRequest & RoomFilter & { key?: string | undefined },
  ): Promise<Page<Room>> {
    const { work, cursors, clock } = this.context
    if (key !== undefined) return { items: await this.#ofKey(userId, key, type), nextCursor: null }
    const which = [type, pinned === undefined ? '' : `pinned=${pinned}`, archived ? 'archived' : '']
    const list = ['rooms', userId, ...which].join(' ').trimEnd()
    const seen = await roomsOfUser(work, userId, {
      ...{ type, isPinned: pinned, isArchived: archived },
      cursor: cursors.read<PinnedCursor>(list, cursor),
      take: limit + 1,
      now: clock(),
    })
    const page = cursors.page(list, seen, limit, ({ room, member }) => {
      return { ...position(room), isPinned: member?.isPinned ?? false }
    })
    return { items: await this.#show(page.rows, userId), nextCursor: page.nextCursor }
  }

  /** The room of theirs that the host calls so; none if there is none, or they are not in it. */
  async #ofKey(userId: string, key: string, type: RoomType | undefined): Promise<Room[]> {
    const { work } = this.context
    const row = await findRoomByKey(work.db, await this.users.tenantOf(userId), key)
    if (!row || (type ?? row.type) !== row.type) return []
    const seen = await seenRooms(work, userId, [row.id])
    return this.#show(
      seen.filter(({ member }) => member),
      userId,
    )
  }

  /** The host's room of this key. */
  async find(key: string, tenantId = ''): Promise<Room | null> {
    const { work, view } = this.context
    const row = await findRoomByKey(work.db, tenantId, key)
    return row && view.room(row)
  }

  /**
   * The host's room of this key, which is made unless it is there; then it stays as it is. Whoever makes it at the same
   * moment, in a transaction that has not ended, is waited for by the database: the first one counts.
   */
  async ensure(input: HostRoom & { key: string }, tries = 4): Promise<{ room: Room; created: boolean }> {
    const [someone] = input.userIds ?? []
    const { tenantId = someone === undefined ? '' : await this.users.tenantOf(someone) } = input
    const room = await this.find(input.key, tenantId)
    if (room) return { room, created: false }
    try {
      return await this.#create(system, input, 'host')
    } catch (error) {
      if (failureOf(error) !== 'unique' || tries === 1) throw error
      return this.ensure(input, tries - 1)
    }
  }

  /** Rooms that anyone of the tenant may join. */
  async listPublic(
    userId: string,
    { q, limit = pageSize, cursor }: PageRequest & { q?: string | undefined },
    signal?: AbortSignal,
  ): Promise<Page<Room>> {
    const { work, cursors, limits } = this.context
    const tenantId = await this.users.tenantOf(userId)
    const list = JSON.stringify(['public', tenantId, q ?? ''])
    if (q === undefined || q === '') {
      const rows = await publicRooms(work.db, tenantId, cursors.read<ActivityCursor>(list, cursor), limit + 1)
      const page = cursors.page(list, rows, limit, position)
      const ids = page.rows.map(({ id }) => id)
      return { items: await this.#showPublic(ids, userId), nextCursor: page.nextCursor }
    }
    const budget = new SearchBudget(limits.searchRows, signal)
    const before = cursors.read<string>(list, cursor) ?? afterAllIds
    const found = await searchRoomIds(work, tenantId, q, before, limit + 1, budget)
    const page = cursors.page(list, found.ids, limit, (id) => id)
    await budget.next()
    const items = await this.#showPublic(page.rows, userId)
    return { items, nextCursor: page.nextCursor ?? cursors.goOn(list, found.stoppedAt) }
  }

  /** All rooms, last active first, without a viewer: for the host's own pages. */
  async all({ limit = pageSize, cursor }: PageRequest = {}): Promise<Page<Room>> {
    const { work, cursors, view } = this.context
    const rows = await allRooms(work.db, cursors.read<ActivityCursor>('all', cursor), limit + 1)
    const page = cursors.page('all', rows, limit, position)
    return { items: page.rows.map((row) => view.room(row)), nextCursor: page.nextCursor }
  }

  async get(actor: Actor, roomId: string): Promise<Room> {
    const [room] = await this.#showAll([roomId], actor)
    if (room && (actor === system || room.me || (await this.#isFoundBy(room, actor)))) return room
    const request = room && actor !== system ? await this.requests.find(actor, roomId) : undefined
    if (!request) throw notFound()
    return request
  }

  /** Whether a user who is not a member may look at a room. */
  async #isFoundBy({ id, isPublic }: Room, userId: string): Promise<boolean> {
    return isPublic && (await isOfOneTenant(this.context.work.db, id, userId))
  }

  /** Rooms as a user sees them, in a fixed number of queries. The content of a public room is for its members only. */
  async #show(seen: SeenRoom[], userId: string): Promise<Room[]> {
    const { work, view } = this.context
    const writers = new Map(seen.flatMap(({ writer }) => (writer ? [[writer.id, writer]] : [])))
    const rows = seen.flatMap(({ lastMessage }) => lastMessage ?? [])
    const hidden = seen.flatMap(({ room, member }) => (member ? [[room.id, hiddenUpTo(room, member)] as const] : []))
    const reader = readerOf(userId, new Map(hidden))
    const messages = await showMessages(this.context, work.db, rows, reader, writers)
    const byRoom = new Map(messages.map((message) => [message.roomId, message]))
    const peers = seen.flatMap(({ member, peer }) => (member && peer ? [peer.id] : []))
    const visible = await seenBy(this.context, userId, peers)
    const known = (room: RoomRow, peerId: string, isIn: boolean) =>
      isKnownIn(this.context, userId, room, { userId: peerId, isIn })
    return seen.map(({ member, peer, isPeerIn, ...own }): Room => {
      const { room } = own
      const shown = view.room(room)
      if (!member) return { ...shown, lastMessage: null, peer: null, me: null }
      const lastMessage = byRoom.get(room.id) ?? null
      return {
        ...shown,
        lastMessage,
        peer: peer ? view.user(peer, visible.has(peer.id) && known(room, peer.id, isPeerIn)) : null,
        me: view.me(member, own),
      }
    })
  }

  /** Shows the rooms with these ids, in their order, without those that are gone. */
  async #showAll(ids: string[], actor: Actor): Promise<Room[]> {
    if (ids.length === 0) return []
    const { work, view } = this.context
    const rooms = await (actor === system
      ? findRooms(work.db, ids).then((rows) => rows.map((row) => view.room(row)))
      : seenRooms(work, actor, ids).then((seen) => this.#show(seen, actor)))
    const byId = new Map(rooms.map((room) => [room.id, room]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  }

  /** A room that was made non-public in between is not shown. */
  async #showPublic(ids: string[], actor: Actor): Promise<Room[]> {
    return (await this.#showAll(ids, actor)).filter(({ isPublic }) => isPublic)
  }

  /** Makes a room. Two people have one private room: if either asks for it again, they get the first. */
  async create(actor: Actor, input: HostRoom, giver: Giver): Promise<{ room: Room; created: boolean }> {
    try {
      return await this.#create(actor, input, giver)
    } catch (error) {
      if (input.key === undefined || failureOf(error) !== 'unique') throw error
      throw conflict('there is a room with this key')
    }
  }

  async #create(
    actor: Actor,
    { key, tenantId, ...input }: HostRoom,
    giver: Giver,
  ): Promise<{ room: Room; created: boolean }> {
    const { work, hooks } = this.context
    checkDraft(this.context, actor, input, giver)
    if (key !== undefined && input.type === 'private')
      throw invalid('/key', 'a private room is found by its two people')
    let draft: CreateRoom = await acceptData(this.context, 'room', input, giver)
    if (actor !== system && hooks.before.room) {
      draft = await ask(hooks.before, 'room', draft, { userId: actor, prisma: work.prisma })
      checkDraft(this.context, actor, draft, 'host')
    }
    const roomId = newId()
    const comers = await askOfComers(this.context, actor, roomId, draft)
    const others = comers.map(({ userId }) => userId)
    const ids = [...new Set([...(actor === system ? [] : [actor]), ...others])]
    const viewer = actor === system ? null : await this.users.viewer(actor)
    const users = await this.users.known(ids, viewer, viewer?.tenantId ?? tenantId)
    const unknown = others.findIndex((id) => !users.has(id))
    if (unknown >= 0) throw unknownTo(giver, others[unknown] as string, `/userIds/${unknown}`)
    if (actor !== system && !users.has(actor)) throw unknownTo(giver, actor, 'userId')
    const people = ids.flatMap((id) => users.get(id) ?? [])
    const [whose = viewer?.tenantId ?? tenantId ?? ''] = people.map((user) => user.tenantId)
    const isMixed = people.some((user) => user.tenantId !== whose)
    if (isMixed) throw invalid('/userIds', 'people of several tenants are never in one room')
    const of = {
      ...{ id: roomId, tenantId: whose, key: key ?? null, data: dataText(draft.data) },
      readReceipts: draft.readReceipts ?? true,
      historyRevision: draft.historyFrom === 'joined' ? 0 : null,
    }
    if (draft.type === 'private') return this.#pair(actor, people, of)
    await refuseBlocked(work.db, actor, others, (n) => `/userIds/${n}`)
    const asked = await this.#ask(actor, people, draft)
    await makeShared(this.context, actor, of, draft, people, comers, asked)
    this.#publishRequests(roomId, asked)
    return { room: await this.get(actor, roomId), created: true }
  }

  #ask(actor: Actor, people: UserRow[], { userIds = [] }: Pick<CreateRoom, 'userIds'>): Promise<Asked> {
    const ids = people.map(({ id }) => id)
    return askContact(this.context, actor, ids, (userId) => `/userIds/${Math.max(0, userIds.indexOf(userId))}`)
  }

  #publishRequests(roomId: string, asked: Asked): void {
    const { work } = this.context
    for (const [userId, state] of asked)
      if (state === 'pending') work.publish({ type: 'request.changed', userId, roomId })
  }

  /** The other user may delete the room between finding it and showing it: then a new one is made. */
  async #pair(actor: Actor, people: UserRow[], of: RoomIdentity): Promise<{ room: Room; created: boolean }> {
    for (let tries = 3; tries > 0; tries -= 1) {
      const { roomId, created } = await this.#makePair(actor, people, of)
      const [room] = await this.#showAll([roomId], actor)
      if (room && (actor === system || room.me)) return { room, created }
    }
    throw notFound()
  }

  /** Joins the room into which the user was asked. */
  async accept(userId: string, roomId: string): Promise<Room> {
    await this.requests.accept(userId, roomId)
    return this.get(userId, roomId)
  }

  /** Starting a private room with somebody accepts their request, and withdraws earlier refusals. */
  async #makePair(actor: Actor, people: UserRow[], of: RoomIdentity): Promise<{ roomId: string; created: boolean }> {
    const { context, requests } = this
    const existing = await findPairOf(context, people)
    if (existing) {
      if (actor !== system) await requests.acceptIfAsked(actor, existing.id)
      return { roomId: existing.id, created: false }
    }
    const userIds = people.flatMap(({ id }) => (id === actor ? [] : [id]))
    const asked = await this.#ask(actor, people, { userIds })
    const made = await makePair(context, actor, of, people, asked)
    if (made.created) this.#publishRequests(made.roomId, asked)
    if (actor !== system) await requests.forgetRefusals(actor, userIds)
    return made
  }

  async update(actor: Actor, roomId: string, asked: UpdateRoom, giver: Giver): Promise<Room> {
    const { view, limits } = this.context
    checkLength('/name', asked.name, limits.nameLength)
    checkLength('/description', asked.description, limits.descriptionLength)
    checkData(this.context, 'room', asked, giver)
    const { data, historyFrom, ...input } = await acceptData(this.context, 'room', asked, giver)
    // Of a private room nothing else can be changed, and nobody of its two people is more than the other.
    const isOnlyReceipts = Object.entries(input).every(([key, value]) => key === 'readReceipts' || value === undefined)
    const check = (acting: Acting) => {
      authorize(this.context, acting, 'canEditRoom')
      if (acting.room.type === 'private' && !(actor === system && isOnlyReceipts && historyFrom === undefined))
        throw forbidden('a private room has nothing to edit')
      if (historyFrom === 'start' && !mayOpenHistory(acting.room, acting.member))
        throw forbidden('who does not see the whole history cannot show it to others')
      // A name or a description is read by all, as a message is.
      checkSilence(this.context, acting)
    }
    await this.context.work.changeRoom({ actor, roomId, check }, async (change) => {
      if (input.avatarMediaId && actor !== system) await takeAvatar(change.tx, actor, input.avatarMediaId)
      const stored = {
        ...{ ...input, data: data === undefined ? undefined : dataText(data) },
        historyRevision: historyRevisionOf(change.room, historyFrom),
      }
      const given = Object.entries(stored).filter(([, value]) => value !== undefined)
      const { name = change.room.name } = input
      const isRenamed = name !== change.room.name
      if (given.length === 0) return
      const revision = change.takeRevision()
      change.set({ ...Object.fromEntries(given), editedRevision: revision, updatedAt: change.now })
      change.events.push({ type: 'room.updated', roomId, revision, room: view.room(change.room) })
      if (isRenamed && name !== null)
        await appendSystemMessage(this.context, change, actor, { type: 'room.renamed', name })
    })
    return this.get(actor, roomId)
  }

  async delete(actor: Actor, roomId: string): Promise<void> {
    const check = (acting: Acting) => authorize(this.context, acting, 'canDeleteRoom')
    await this.context.work.changeRoom({ actor, roomId, check }, (change) => closeRoom(change, actor))
  }

  /** How long the room keeps messages, whatever the options say; null: as they say. Nobody but the host is told. */
  async setRetention(roomId: string, retention: RoomRetention | null): Promise<void> {
    const days = retention && (retention.days ?? 0)
    if (!(await this.context.work.write((db) => setRetention(db, roomId, days)))) throw notFound()
  }

  /** Throws unless the user may write in the room, for the command `typing`. Returns the room's revision. */
  async checkTyping(userId: string, roomId: string): Promise<number> {
    const membership = await requireMember(this.context.work.db, roomId, userId)
    authorizeWriting(this.context, membership)
    refuseIn(membership.room, userId)
    return membership.room.revision
  }
}
