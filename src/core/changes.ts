import type { DurableEvent, Changes as RoomChanges } from '../contract/events.js'
import { type ChangedRow, changesOf } from '../store/changes.js'
import type { MessageRow } from '../store/messages.js'
import { isKept } from '../store/readable.js'
import type { RoomRow } from '../store/rooms.js'
import { usersById } from '../store/users.js'
import type { Actor } from './actor.js'
import { type Context, clampInt32 } from './context.js'
import { requireMember } from './membership.js'
import { readerIn, toldTo } from './readable.js'
import { showMessages } from './show-messages.js'

export class Changes {
  constructor(readonly context: Context) {}

  /** What a member has missed since a revision, as the events of the socket. */
  async since(
    actor: Actor,
    roomId: string,
    { since, limit = 100 }: { since: number; limit?: number | undefined },
  ): Promise<RoomChanges> {
    const membership = await requireMember(this.context.work.db, roomId, actor)
    const upTo = readerIn(membership)?.hiddenUpTo(roomId) ?? 0
    const { events, isErased: _, ...rest } = await this.read(roomId, clampInt32(since), limit)
    return { ...rest, events: events.map((event) => toldTo(event, upTo)) }
  }

  /**
   * The same for the library's own use, where membership was settled before, with what is hidden from some. A room that is gone has no
   * changes. With `isErased` the row of somebody is gone whose leaving is not among them.
   */
  async read(roomId: string, since: number, limit: number): Promise<RoomChanges & { isErased?: boolean }> {
    const changed = await changesOf(this.context.work, roomId, since, limit)
    if (!changed) return { events: [], revision: since, hasMore: false, isErased: false }
    const { room, rows, hasMore } = changed
    const events = await this.#events(room, rows, since)
    const last = events.at(-1)
    const isErased = since < room.erasedRevision
    return { events, revision: hasMore && last ? last.revision : room.revision, hasMore, isErased }
  }

  async #events(room: RoomRow, rows: ChangedRow[], since: number): Promise<DurableEvent[]> {
    const { view, work } = this.context
    // What is gone because it was too old comes back by nothing, though its row may go a little later.
    const messageRows = rows.flatMap((row) => ('message' in row && isKept(row.message, room) ? [row.message] : []))
    const memberRows = rows.flatMap((row) => ('member' in row ? [row.member] : []))
    const [messages, users] = await Promise.all([
      showMessages(this.context, work.db, messageRows, undefined),
      usersById(
        work.db,
        memberRows.map((row) => row.userId),
      ),
    ])
    const messagesById = new Map(messages.map((message) => [message.id, message]))
    return rows.flatMap((row): DurableEvent[] => {
      const about = { roomId: room.id, revision: row.revision }
      if ('message' in row) {
        const message = messagesById.get(row.message.id)
        return message ? [{ type: messageEvent(row.message, since), ...about, message }] : []
      }
      if ('member' in row) {
        const member = view.member(row.member, users.get(row.member.userId), room)
        const { memberCount } = room
        if (row.member.leftAt !== null) {
          return [{ type: 'member.removed', ...about, member, memberCount, removedById: row.member.removedById }]
        }
        if (row.member.joinedRevision > since) return [{ type: 'member.added', ...about, member, memberCount }]
        return [{ type: 'member.updated', ...about, member }]
      }
      row satisfies { room: RoomRow }
      if (room.deletedAt !== null) return [{ type: 'room.deleted', ...about }]
      return [{ type: 'room.updated', ...about, room: view.room(room) }]
    })
  }
}

function messageEvent(row: MessageRow, since: number): 'message.created' | 'message.updated' | 'message.deleted' {
  if (row.deletedAt !== null) return 'message.deleted'
  return row.createdRevision > since ? 'message.created' : 'message.updated'
}
