import type { Db } from './client.js'
import type { Dialect, Range } from './dialects/dialect.js'
import { JsonRows, unpacked } from './json-rows.js'
import { mayContain, patternFor } from './search.js'

interface On {
  db: Db
  dialect: Dialect
}

/** The conditions that a message must meet. */
export interface Wanted {
  /** The folded text that its text must contain. */
  text?: string | undefined
  userId?: string | undefined
  hasMedia?: boolean | undefined
}

export interface SearchedRow {
  n: number
  seq: number
  createdAt: Date
  id: string
  /** Null if the message does not match: the lowest message of each range is always read. */
  text: string | null
}

const columns = { n: 'i.n', seq: 't.seq', createdAt: 't.created_at', id: 't.id' }

/** Reads, from ranges of messages, those that may match, and the lowest of each range, in no particular order. */
export async function readRanges({ db, dialect }: On, ranges: Range[], wanted: Wanted): Promise<SearchedRow[]> {
  const { text, userId, hasMedia } = wanted
  const conditions = [
    `t.deleted_at IS NULL AND t.kind = 'user'`,
    ...(userId === undefined ? [] : ['t.user_id = ?']),
    ...(hasMedia ? ['t.has_media = TRUE'] : []),
    ...(text === undefined ? [] : [mayContain(dialect, 't.text')]),
  ]
  const isWanted = conditions.join(' AND ')
  const values = [userId, text === undefined ? undefined : patternFor(text)].filter((value) => value !== undefined)
  const packed = new JsonRows<SearchedRow>(
    { ...columns, text: `CASE WHEN ${isWanted} THEN ${text === undefined ? "''" : 't.text'} END` },
    { dates: ['createdAt'] },
  )
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${packed.sql(dialect.array)} AS packed FROM ${dialect.ranges('chat_messages', 'seq')}
     WHERE t.seq = i.low OR (${isWanted})`,
    [...values, ...dialect.rangeValues(ranges), ...values],
  )
  return unpacked(rows).map((row) => packed.read(row))
}

/** The names of these rooms, if the user is a member. */
export async function roomNames(db: Db, userId: string, roomIds: string[]): Promise<Map<string, string | null>> {
  const rows = await db.chatRoomUser.findMany({
    where: { userId, leftAt: null, roomId: { in: roomIds }, room: { deletedAt: null } },
    select: { roomId: true, room: { select: { name: true } } },
  })
  return new Map(rows.map(({ roomId, room }) => [roomId, room.name]))
}
