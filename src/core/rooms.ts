import type { List, Page } from '../contract/fields.js'
import type { WelcomeRoom } from '../contract/frames.js'
import type { RoomType } from '../contract/permissions.js'
import { ChatError, forbidden, notFound } from '../contract/problems.js'
import type { CreateRoom, Room, UpdateRoom } from '../contract/rooms.js'
import { changeRoom } from '../store/change.js'
import { inChunks } from '../store/chunks.js'
import { Gathered } from '../store/gathered.js'
import { type OwnSideRow, ownSidesOf, standingsOf } from '../store/members.js'
import {
  type ActivityCursor,
  allRooms,
  findRooms,
  publicRooms,
  type RoomRow,
  revisionsOf,
  roomsOfUser,
  type SeenRoom,
  seenRooms,
} from '../store/rooms.js'
import { searchRoomIds } from '../store/search.js'
import type { UserRow } from '../store/users.js'
import { type Actor, system } from './actor.js'
import { authorize } from './authorize.js'
import { takeAvatar } from './avatars.js'
import { type Context, checkLength, enter, memberIn } from './context.js'
import { unknownUser } from './members.js'
import { showMessages } from './messages.js'
import { closeRoom } from './room-closing.js'
import { checkDraft, makePair, makeShared } from './room-making.js'
import type { Users } from './users.js'

const position = (room: RoomRow): ActivityCursor => ({ at: room.lastMessageAt.getTime(), id: room.id })

/** Above every id: ids are lower-case hexadecimal. */
const afterAllIds = 'zzzz'

/** Where one of a user's rooms stands. */
interface Standing {
  roomId: string
  welcome: WelcomeRoom
  joinedAt: Date
  lastSeenAt: Date | null
}

export class Rooms {
  readonly #standings = new Gathered<Standing[]>(
    (userIds) => this.#readStandings(userIds),
    () => [],
  )

  constructor(
    readonly context: Context,
    readonly users: Users,
  ) {}

  /** A user's rooms, last active first. */
  async list(
    userId: string,
    { type, limit = 50, cursor }: Page & { type?: RoomType | undefined },
  ): Promise<List<Room>> {
    const { work, cursors } = this.context
    const list = `rooms ${userId} ${type ?? ''}`
    const seen = await roomsOfUser(work, userId, type, cursors.read<ActivityCursor>(list, cursor), limit + 1)
    const page = cursors.page(list, seen, limit, ({ room }) => position(room))
    return { items: await this.#show(page.rows, userId), nextCursor: page.nextCursor }
  }

  /** Rooms that anyone may join. */
  async listPublic(actor: Actor, { q, limit = 50, cursor }: Page & { q?: string | undefined }): Promise<List<Room>> {
    const { work, cursors } = this.context
    if (q === undefined || q === '') {
      const rows = await publicRooms(work.db, cursors.read<ActivityCursor>('public', cursor), limit + 1)
      const page = cursors.page('public', rows, limit, position)
      const ids = page.rows.map(({ id }) => id)
      return { items: await this.#showPublic(ids, actor), nextCursor: page.nextCursor }
    }
    const list = `public ${q}`
    const ids = await searchRoomIds(work, q, cursors.read<string>(list, cursor) ?? afterAllIds, limit + 1)
    const page = cursors.page(list, ids, limit, (id) => id)
    return { items: await this.#showPublic(page.rows, actor), nextCursor: page.nextCursor }
  }

  /** Every room there is, last active first, as nobody in particular sees it: for the host's own pages. */
  async all({ limit = 50, cursor }: Page = {}): Promise<List<Room>> {
    const { work, cursors, view } = this.context
    const rows = await allRooms(work.db, cursors.read<ActivityCursor>('all', cursor), limit + 1)
    const page = cursors.page('all', rows, limit, position)
    return { items: page.rows.map((row) => view.room(row)), nextCursor: page.nextCursor }
  }

  async get(actor: Actor, roomId: string): Promise<Room> {
    const [room] = await this.#showAll([roomId], actor)
    if (!room || (actor !== system && !room.me && !room.isPublic)) throw notFound()
    return room
  }

  /** Rooms as one person sees them, in a fixed number of queries. A public room's insides are for its members only. */
  async #show(seen: SeenRoom[], userId: string): Promise<Room[]> {
    const { work, view } = this.context
    const writers = new Map(seen.flatMap(({ writer }) => (writer ? [[writer.id, writer]] : [])))
    const rows = seen.flatMap(({ lastMessage }) => lastMessage ?? [])
    const messages = await showMessages(this.context, work.db, rows, userId, writers)
    const byRoom = new Map(messages.map((message) => [message.roomId, message]))
    return seen.map(({ room, member, peer }): Room => {
      const shown = view.room(room)
      if (!member) return { ...shown, lastMessage: null, peer: null, me: null }
      const lastMessage = byRoom.get(room.id) ?? null
      return { ...shown, lastMessage, peer: peer ? view.user(peer) : null, me: view.me(member, room) }
    })
  }

  /** The same of rooms of which the ids are known, in their order, without those that are gone. */
  async #showAll(ids: string[], actor: Actor): Promise<Room[]> {
    if (ids.length === 0) return []
    const { work, view } = this.context
    const rooms = await (actor === system
      ? findRooms(work.db, ids).then((rows) => rows.map((row) => view.room(row)))
      : seenRooms(work, actor, ids).then((seen) => this.#show(seen, actor)))
    const byId = new Map(rooms.map((room) => [room.id, room]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  }

  /** One that was made private in between is not shown to who is not in it, nor to any other. */
  async #showPublic(ids: string[], actor: Actor): Promise<Room[]> {
    return (await this.#showAll(ids, actor)).filter(({ isPublic }) => isPublic)
  }

  /** Makes a room. The private room of two people is one: asked for again, by either, it is the first. */
  async create(actor: Actor, input: CreateRoom): Promise<{ room: Room; created: boolean }> {
    const { hooks } = this.context
    checkDraft(this.context, actor, input)
    let draft = input
    if (actor !== system && hooks.before.room) {
      draft = (await hooks.before.room(input, { userId: actor })) ?? input
      checkDraft(this.context, actor, draft)
    }
    const ids = [...new Set([...(actor === system ? [] : [actor]), ...(draft.userIds ?? [])])]
    const users = await this.users.known(ids)
    const unknown = (draft.userIds ?? []).findIndex((id) => !users.has(id))
    if (unknown >= 0) throw unknownUser(`/userIds/${unknown}`)
    if (actor !== system && !users.has(actor)) throw new ChatError('not_found', 'who acts is not a user of the chat')
    const people = ids.flatMap((id) => users.get(id) ?? [])
    if (draft.type === 'private') return this.#pair(actor, people)
    const { roomId, created } = await makeShared(this.context, actor, draft, people)
    return { room: await this.get(actor, roomId), created }
  }

  /** The other one may delete their room in the moment between finding it and showing it: then it is a new one. */
  async #pair(actor: Actor, people: UserRow[]): Promise<{ room: Room; created: boolean }> {
    for (let tries = 3; tries > 0; tries -= 1) {
      const { roomId, created } = await makePair(this.context, actor, people)
      const [room] = await this.#showAll([roomId], actor)
      if (room) return { room, created }
    }
    throw notFound()
  }

  async update(actor: Actor, roomId: string, input: UpdateRoom): Promise<Room> {
    const { work, view, limits, clock } = this.context
    checkLength('/name', input.name, limits.nameLength)
    checkLength('/description', input.description, limits.descriptionLength)
    await work.run(async (tx, commit) => {
      const { committed } = await changeRoom(tx, roomId, clock(), async (change) => {
        const member = await memberIn(tx, change.room, actor)
        authorize(this.context, { room: change.room, member }, 'canEditRoom')
        if (change.room.type === 'private') throw forbidden('a private room has nothing to edit')
        if (input.avatarMediaId && actor !== system) await takeAvatar(tx, actor, input.avatarMediaId)
        const given = Object.entries(input).filter(([, value]) => value !== undefined)
        if (given.length === 0) return
        const revision = change.takeRevision()
        change.set({ ...Object.fromEntries(given), editedRevision: revision, updatedAt: change.now })
        change.events.push({ type: 'room.updated', roomId, revision, room: view.room(change.room) })
      })
      commit(committed)
    })
    return this.get(actor, roomId)
  }

  async delete(actor: Actor, roomId: string): Promise<void> {
    const { work, clock } = this.context
    await work.run(async (tx, commit) => {
      const { committed } = await changeRoom(tx, roomId, clock(), async (change) => {
        const member = await memberIn(tx, change.room, actor)
        authorize(this.context, { room: change.room, member }, 'canDeleteRoom')
        await closeRoom(change)
      })
      commit(committed)
    })
  }

  /** Where rooms stand now; for the library's own use. */
  async revisions(ids: string[]): Promise<{ id: string; revision: number }[]> {
    return (await inChunks(ids, (some) => revisionsOf(this.context.work.db, some))).flat()
  }

  /** These users' side of rooms that they joined or read since, or muted; for the library's own use. */
  async ownSides(userIds: string[], since: Date): Promise<OwnSideRow[]> {
    return userIds.length === 0 ? [] : ownSidesOf(this.context.work.db, userIds, since)
  }

  /** Where a user's rooms stand: what a socket is welcomed with. Read together for all who are welcomed at once. */
  standings(userId: string): Promise<Standing[]> {
    return this.#standings.ask(userId)
  }

  /** The same of one room; undefined where it is not the user's. */
  async standing(userId: string, roomId: string): Promise<Standing | undefined> {
    return (await this.#readStandings([userId], roomId)).get(userId)?.[0]
  }

  async #readStandings(userIds: string[], roomId?: string): Promise<Map<string, Standing[]>> {
    const standings = new Map<string, Standing[]>()
    for (const row of await standingsOf(this.context.work.db, userIds, roomId)) {
      const { revision, lastMessageSeq } = row.room
      const { roomId, joinedAt, lastReadSeq, lastSeenAt, muted } = row
      const unreadCount = Math.max(0, lastMessageSeq - lastReadSeq)
      const standing = {
        roomId,
        joinedAt,
        lastSeenAt,
        welcome: { revision, lastMessageSeq, lastReadSeq, unreadCount, muted },
      }
      const others = standings.get(row.userId)
      if (others) others.push(standing)
      else standings.set(row.userId, [standing])
    }
    return standings
  }

  /** Throws unless the user may type here: what `typing` asks. Gives where the room stands. */
  async checkTyping(userId: string, roomId: string): Promise<number> {
    const entered = await enter(this.context.work.db, roomId, userId)
    authorize(this.context, entered, 'canCreateMessages')
    return entered.room.revision
  }
}
