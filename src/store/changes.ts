import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { unpacked } from './json-rows.js'
import { type MemberRow, packedMember } from './members.js'
import { type MessageRow, packedMessage } from './messages.js'
import { packedRoom, type RoomRow } from './rooms.js'

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

/** How many the library itself requests. The statement for this number always has the same text, so it can be a named one. */
const usualLimit = 500

/**
 * Reads what changed in a room after a revision. These are current rows, so the answer never expires and has nothing that was
 * erased. It is one statement, so all is of one moment: a row that changed between two statements would be missing for good.
 */
export async function changesOf(
  { db, dialect }: { db: Db; dialect: Dialect },
  roomId: string,
  since: number,
  limit: number,
): Promise<ChangedRows | undefined> {
  const { array } = dialect
  const changed = (table: string) =>
    `(SELECT * FROM ${table} WHERE room_id = ? AND revision > ? ORDER BY revision LIMIT ${limit + 1})`
  const found: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${array}(${packedRoom.sql(array)}, NULL, NULL) AS packed FROM chat_rooms c WHERE id = ?
     UNION ALL SELECT ${array}(NULL, ${packedMessage.sql(array)}, NULL) FROM ${changed('chat_messages')} x
     UNION ALL SELECT ${array}(NULL, NULL, ${packedMember.sql(array)}) FROM ${changed('chat_room_users')} m`,
    [roomId, roomId, since, roomId, since],
    limit === usualLimit ? 'changes' : '',
  )
  let room: RoomRow | undefined
  const rows: ChangedRow[] = []
  for (const [aRoom, aMessage, aMember] of unpacked(found) as (unknown[] | null)[][]) {
    if (aRoom) room = packedRoom.read(aRoom)
    else if (aMessage) {
      const message = packedMessage.read(aMessage)
      rows.push({ revision: message.revision, message })
    } else if (aMember) {
      const member = packedMember.read(aMember)
      rows.push({ revision: member.revision, member })
    }
  }
  if (!room) return undefined
  if (room.editedRevision > since) rows.push({ revision: room.editedRevision, room })
  rows.sort((a, b) => a.revision - b.revision)
  return { room, rows: rows.slice(0, limit), hasMore: rows.length > limit }
}
