import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { Message } from '../contract/messages.js'
import { ChatError, notFound } from '../contract/problems.js'
import type { Room } from '../contract/rooms.js'
import type { RoomChange } from '../store/change.js'
import { findMember, findMembership, saveMember } from '../store/members.js'
import { newestMessages } from '../store/messages.js'
import {
  findRequest,
  forgetRefusals,
  type RequestRow,
  type RequestState,
  refuse,
  requestsOf,
  requestsSince,
} from '../store/requests.js'
import { findRooms, type RoomRow } from '../store/rooms.js'
import { findUser, type UserRow, usersById } from '../store/users.js'
import type { Context } from './context.js'
import { unknownUser } from './members.js'
import { permissionsOf } from './permissions.js'
import type { Acting } from './room-change.js'
import { checkRoomsOf } from './room-counts.js'
import { authorizeJoining, type Joining, join, joiningOf, newMember } from './room-joining.js'
import { showMessages } from './show-messages.js'

/** What others want of somebody: to be in a room with them. */
export class Requests {
  constructor(readonly context: Context) {}

  /** The rooms that somebody is asked into, the last one first; of a private one with the last message. */
  async list(userId: string, { limit = pageSize, cursor }: PageRequest): Promise<Page<Room>> {
    const { work, cursors } = this.context
    const list = `requests ${userId}`
    const rows = await requestsOf(work.db, userId, cursors.read<{ at: number; id: string }>(list, cursor), limit + 1)
    const page = cursors.page(list, rows, limit, ({ joinedAt, roomId }) => ({ at: joinedAt.getTime(), id: roomId }))
    return { items: await this.#show(page.rows), nextCursor: page.nextCursor }
  }

  /** A room that somebody is asked into. */
  async find(userId: string, roomId: string): Promise<Room | undefined> {
    const row = await findRequest(this.context.work.db, roomId, userId)
    return row ? (await this.#show([row]))[0] : undefined
  }

  /** Which of these users were asked into which rooms; for the library's own use. */
  since(userIds: string[], since: Date): Promise<{ roomId: string; userId: string }[]> {
    const { contact, work } = this.context
    // Where nobody is asked, nothing is looked for.
    return contact === 'anyone' || userIds.length === 0 ? Promise.resolve([]) : requestsSince(work.db, userIds, since)
  }

  async #show(rows: RequestRow[]): Promise<Room[]> {
    const { work, view } = this.context
    if (rows.length === 0) return []
    const ids = rows.map(({ roomId }) => roomId)
    const [rooms, users] = await Promise.all([
      findRooms(work.db, ids),
      usersById(
        work.db,
        rows.map(({ addedById }) => addedById),
      ),
    ])
    const byId = new Map(rooms.map((room) => [room.id, room]))
    const lastMessages = await this.#lastMessages(rooms.filter(({ type }) => type === 'private'))
    return rows.flatMap(({ roomId, addedById, joinedAt }): Room[] => {
      const room = byId.get(roomId)
      if (!room) return []
      const isPrivate = room.type === 'private'
      const isSeen = isPrivate && !room.isBlocked && !view.hidesLastSeen
      const user = addedById === null ? null : view.userOr(users.get(addedById), addedById, isSeen)
      const peer = isPrivate ? user : null
      const request = { user, createdAt: joinedAt.toISOString() }
      return [{ ...view.room(room), lastMessage: lastMessages.get(roomId) ?? null, peer, me: null, request }]
    })
  }

  /** By room, what was said last, with one query for all; one that was deleted since is none. */
  async #lastMessages(rooms: RoomRow[]): Promise<Map<string, Message>> {
    const { db } = this.context.work
    const rows = await newestMessages(db, rooms)
    const shown = await showMessages(
      this.context,
      db,
      rows.filter(({ deletedAt }) => deletedAt === null),
      undefined,
    )
    return new Map(shown.map((message) => [message.roomId, message]))
  }

  /** Somebody comes into the room that they were asked into. */
  async accept(userId: string, roomId: string, states: RequestState[] = ['pending']): Promise<void> {
    const check = async (acting: Acting) => {
      const authorized = await this.#authorize(acting, userId, states)
      await checkRoomsOf(this.context, acting.db, userId, [userId])
      return authorized
    }
    const request = { actor: userId, roomId, joins: true, check }
    await this.context.work.changeRoom(request, async (change, { row, shared }) => {
      if (shared) await join(this.context, change, shared.joining, shared.user)
      else await this.#joinPair(change, row)
    })
  }

  /** Throws where somebody does not come in by a request. Who asked may be gone by now, or may add nobody any more: then nobody asks. */
  async #authorize(
    at: Acting,
    userId: string,
    states: RequestState[],
  ): Promise<{ row: RequestRow; shared?: { joining: Joining; user: UserRow } }> {
    const { db, room } = at
    const row = await findRequest(db, room.id, userId, states)
    if (!row) throw notFound()
    if (room.type === 'private') return { row }
    const grantor = row.addedById === null ? undefined : await findMember(db, room.id, row.addedById)
    if (!grantor) throw notFound()
    const user = await findUser(db, userId)
    if (!user) throw unknownUser('/userId')
    const existing = await findMembership(db, room.id, userId)
    const joining = await joiningOf(at, { actor: grantor.userId, grantor, asked: { userId } }, existing)
    authorizeJoining(this.context, room, joining)
    return { row, shared: { joining, user } }
  }

  /** Who turns to somebody who has asked them has answered, whatever they said before. */
  async acceptIfAsked(userId: string, roomId: string): Promise<void> {
    const states: RequestState[] = ['pending', 'refused']
    await this.accept(userId, roomId, states).catch(unlessMissing)
  }

  /** These may turn to somebody again who had refused them. */
  async forgetRefusals(userId: string, askerIds: string[]): Promise<void> {
    const { contact, work } = this.context
    if (contact !== 'anyone') await work.write((db) => forgetRefusals(db, userId, askerIds))
  }

  async #joinPair(change: RoomChange, { userId, addedById }: RequestRow): Promise<void> {
    const { presets, view } = this.context
    const { tx, room } = change
    const row_ = newMember(
      change,
      { userId, role: 'member', addedById, former: undefined },
      permissionsOf(presets.private.member),
    )
    // What was written until now is what they have to read.
    const row = await saveMember(tx, { ...row_, lastReadSeq: 0, request: null })
    const member = view.member(row, (await findUser(tx, userId)) ?? undefined, room)
    const { memberCount } = room
    change.events.push({ type: 'member.added', roomId: room.id, revision: row.revision, member, memberCount })
  }

  /** It stays refused: whoever asked is not told, and asks no more. */
  async refuse(userId: string, roomId: string): Promise<void> {
    const { work } = this.context
    // Of what nobody asks nothing is written.
    if (!(await findRequest(work.db, roomId, userId))) throw notFound()
    if (!(await work.write((db) => refuse(db, roomId, userId)))) throw notFound()
    work.publish({ type: 'request.changed', userId, roomId })
  }
}

const unlessMissing = (error: unknown): void => {
  if (!(error instanceof ChatError && error.code === 'not_found')) throw error
}
