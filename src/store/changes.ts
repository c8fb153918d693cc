import type { Db } from './client.js'
import { type MemberRow, memberColumns } from './members.js'
import { type MessageRow, messageColumns } from './messages.js'
import { findRoom, type RoomRow } from './rooms.js'

export type ChangedRow =
  | { revision: number; message: MessageRow }
  | { revision: number; member: MemberRow }
  | { revision: number; room: RoomRow }

export interface ChangedRows {
  room: RoomRow
  /** In the order of revisions. */
  rows: ChangedRow[]
  hasMore: boolean
}

/**
 * What changed in a room after a revision: current rows, so it never expires and holds nothing that was erased. The room
 * is read first: a row that moves past its revision meanwhile comes next time, with its new one.
 */
export async function changesOf(
  db: Db,
  roomId: string,
  since: number,
  limit: number,
): Promise<ChangedRows | undefined> {
  const room = await findRoom(db, roomId)
  if (!room) return undefined
  const where = { roomId, revision: { gt: since, lte: room.revision } }
  const [messages, members] =
    since >= room.revision
      ? [[], []]
      : await Promise.all([
          db.chatMessage.findMany({ where, orderBy: { revision: 'asc' }, take: limit + 1, select: messageColumns }),
          db.chatRoomUser.findMany({ where, orderBy: { revision: 'asc' }, take: limit + 1, select: memberColumns }),
        ])
  const rows: ChangedRow[] = [
    ...messages.map((message) => ({ revision: message.revision, message })),
    ...members.map((member) => ({ revision: member.revision, member })),
  ]
  if (room.editedRevision > since) rows.push({ revision: room.editedRevision, room })
  rows.sort((a, b) => a.revision - b.revision)
  return { room, rows: rows.slice(0, limit), hasMore: rows.length > limit }
}
