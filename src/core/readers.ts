import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { HostMember, Member } from '../contract/members.js'
import { conflict, forbidden } from '../contract/problems.js'
import type { MemberRow } from '../store/members.js'
import { type ReaderCursor, readersOf } from '../store/readers.js'
import type { RoomRow } from '../store/rooms.js'
import { isApart } from '../store/threads.js'
import { type UserRow, usersById } from '../store/users.js'
import { type Actor, system } from './actor.js'
import type { Context } from './context.js'
import { requireMember } from './membership.js'
import { requireReadable } from './readable.js'
import { isKnownIn, seenBy } from './sight.js'

interface Found {
  room: RoomRow
  rows: MemberRow[]
  users: Map<string, UserRow>
  nextCursor: string | null
}

const position = ({ lastSeenAt, userId }: MemberRow): ReaderCursor => ({ at: lastSeenAt?.getTime() ?? 0, id: userId })

/** Who has read a message. */
export class Readers {
  constructor(readonly context: Context) {}

  /** The latest reader first, where the room has read receipts. */
  async list(userId: string, roomId: string, messageId: string, asked: PageRequest): Promise<Page<Member>> {
    const { room, rows, users, nextCursor } = await this.#find(userId, roomId, messageId, asked)
    const seen = await seenBy(
      this.context,
      userId,
      rows.map((row) => row.userId),
    )
    const items = rows.map((row) => {
      const isKnown = isKnownIn(this.context, userId, room, { userId: row.userId, isIn: true })
      return this.context.view.member(row, users.get(row.userId), room, isKnown && seen.has(row.userId))
    })
    return { items, nextCursor }
  }

  /** For the host's own code, which knows it of every room. */
  async listForHost(roomId: string, messageId: string, asked: PageRequest): Promise<Page<HostMember>> {
    const { rows, users, nextCursor } = await this.#find(system, roomId, messageId, asked)
    return { items: rows.map((row) => this.context.view.memberForHost(row, users.get(row.userId))), nextCursor }
  }

  async #find(
    actor: Actor,
    roomId: string,
    messageId: string,
    { limit = pageSize, cursor }: PageRequest,
  ): Promise<Found> {
    const { work, cursors } = this.context
    const membership = await requireMember(work.db, roomId, actor)
    const { room } = membership
    if (!room.readReceipts && actor !== system) throw forbidden('this room does not tell who has read what')
    const message = await requireReadable(work.db, membership, messageId)
    if (isApart(message)) throw conflict('who has read a reply in a thread alone is not kept')
    const list = `readers ${messageId}`
    const found = await readersOf(work.db, room, message, cursors.read<ReaderCursor>(list, cursor), limit + 1)
    const page = cursors.page(list, found, limit, position)
    const users = await usersById(
      work.db,
      page.rows.map((row) => row.userId),
    )
    return { room, rows: page.rows, users, nextCursor: page.nextCursor }
  }
}
