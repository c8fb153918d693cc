import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { unpacked } from './json-rows.js'
import { type MessageRow, packedMessage } from './messages.js'
import { packedUser, type UserRow } from './users.js'

/** Requests up to `take` messages above or below a position, the nearest ones. */
export interface Stretch {
  side: 'above' | 'below'
  seq: number
  take: number
}

/** A room as its reader sees it, with messages in no particular order, and their authors. */
export interface Reading {
  room: { lastMessageSeq: number; isPublic: boolean; isMember: boolean } | undefined
  rows: MessageRow[]
  users: Map<string, UserRow>
}

/** The statement for this number of messages always has the same text, so it can be a named one. */
const usualTake = 50

/** One statement reads whether somebody may read, and the messages, so nothing changes between the two. */
export async function readStretches(
  { db, dialect }: { db: Db; dialect: Dialect },
  roomId: string,
  userId: string | undefined,
  stretches: Stretch[],
): Promise<Reading> {
  // The number is part of the text, because with a parameter the plan would have to fit any number.
  const selects = stretches.map(
    ({ side, take }, n) =>
      `SELECT * FROM (SELECT * FROM chat_messages WHERE room_id = ? AND seq ${side === 'above' ? '>' : '<'} ?
       ORDER BY seq ${side === 'above' ? 'ASC' : 'DESC'} LIMIT ${take}) s${n}`,
  )
  const { array } = dialect
  const found: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${array}(c.last_message_seq, c.is_public, m.user_id, ${packedMessage.sql(array)}, ${packedUser.sql(array)})
       AS packed
     FROM chat_rooms c
     LEFT JOIN chat_room_users m ON m.room_id = c.id AND m.user_id = ? AND m.left_at IS NULL
     LEFT JOIN (${selects.join(' UNION ALL ')}) x ON x.room_id = c.id
     LEFT JOIN chat_users u ON u.id = x.user_id
     WHERE c.id = ? AND c.deleted_at IS NULL`,
    [userId ?? null, ...stretches.flatMap(({ seq }) => [roomId, seq]), roomId],
    stretches.every(({ take }) => take === usualTake)
      ? ['history', ...stretches.map(({ side }) => side)].join('_')
      : '',
  )
  const reading: Reading = { room: undefined, rows: [], users: new Map() }
  for (const [lastMessageSeq, isPublic, memberId, message, user] of unpacked(found) as Found[]) {
    reading.room ??= { lastMessageSeq, isPublic: Boolean(isPublic), isMember: memberId !== null }
    const row = packedMessage.read(message)
    // A room without messages gives one row, with nulls.
    if (row.id !== null) reading.rows.push(row)
    if (row.userId !== null && user[0] !== null && !reading.users.has(row.userId)) {
      reading.users.set(row.userId, packedUser.read(user))
    }
  }
  return reading
}

type Found = [lastMessageSeq: number, isPublic: unknown, memberId: string | null, message: unknown[], user: unknown[]]
