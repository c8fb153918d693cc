import type { Db } from './client.js'
import type { Dialect, Range } from './dialects/dialect.js'
import { JsonRows, unpacked } from './json-rows.js'
import { mayContain, patternFor } from './search.js'

interface On {
  db: Db
  dialect: Dialect
}

/** What a message must be. */
export interface Wanted {
  /** What its text contains, folded. */
  text?: string | undefined
  userId?: string | undefined
  hasMedia?: boolean | undefined
}

export interface SearchedRow {
  n: number
  seq: number
  createdAt: Date
  id: string
  /** Null where it is not what is wanted: the lowest message of each range is read in any case. */
  text: string | null
}

const columns = { n: 'i.n', seq: 't.seq', createdAt: 't.created_at', id: 't.id' }

/** Of ranges of messages, those that may be what is wanted, and the lowest of each range; in no particular order. */
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
    { moments: ['createdAt'] },
  )
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${packed.sql(dialect.array)} AS packed FROM ${dialect.ranges('chat_messages', 'seq')}
     WHERE t.seq = i.low OR (${isWanted})`,
    [...values, ...dialect.rangeValues(ranges), ...values],
  )
  return unpacked(rows).map((row) => packed.read(row))
}

/** Of the messages of one or several ranges, the last that was not written after some time, and the first that was. */
export interface Cut {
  n: number
  before: number | null
  behind: number | null
}

const packedCut = new JsonRows<Cut>(
  {
    n: 'b.n',
    before: 'MAX(CASE WHEN b.is_before = 1 THEN b.seq END)',
    behind: 'MIN(CASE WHEN b.is_before = 0 THEN b.seq END)',
  },
  {},
)

/** Where the ranges with the same number are cut by a time. */
export async function cutsOf({ db, dialect }: On, ranges: Range[], until: Date): Promise<Cut[]> {
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${packedCut.sql(dialect.array)} AS packed
     FROM (
       SELECT i.n, t.seq, CASE WHEN t.created_at <= ? THEN 1 ELSE 0 END AS is_before
       FROM ${dialect.ranges('chat_messages', 'seq')}) b
     GROUP BY b.n`,
    [until, ...dialect.rangeValues(ranges)],
  )
  return unpacked(rows).map((row) => packedCut.read(row))
}

/** A room that somebody is in, with where it stands. */
export interface SearchedRoom {
  roomId: string
  lastMessageSeq: number
  lastMessageAt: Date
}

const packedRoom = new JsonRows<SearchedRoom>(
  { roomId: 'c.id', lastMessageSeq: 'c.last_message_seq', lastMessageAt: 'c.last_message_at' },
  { moments: ['lastMessageAt'] },
)

/** The next of somebody's rooms, or of one of them, in the order of ids in which anything was said. */
export async function roomsToSearch(
  { db, dialect }: On,
  userId: string,
  { roomId, afterId, take }: { roomId: string | undefined; afterId: string; take: number },
): Promise<SearchedRoom[]> {
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${packedRoom.sql(dialect.array)} AS packed
     FROM chat_room_users m JOIN chat_rooms c ON c.id = m.room_id
     WHERE m.user_id = ? AND m.left_at IS NULL AND m.room_id > ? ${roomId === undefined ? '' : 'AND m.room_id = ?'}
       AND c.deleted_at IS NULL AND c.last_message_seq > 0
     ORDER BY m.room_id LIMIT ${take}`,
    roomId === undefined ? [userId, afterId] : [userId, afterId, roomId],
  )
  return unpacked(rows).map((row) => packedRoom.read(row))
}

/** The names of those of these rooms that somebody is in. */
export async function roomNames(db: Db, userId: string, roomIds: string[]): Promise<Map<string, string | null>> {
  const rows = await db.chatRoomUser.findMany({
    where: { userId, leftAt: null, roomId: { in: roomIds }, room: { deletedAt: null } },
    select: { roomId: true, room: { select: { name: true } } },
  })
  return new Map(rows.map(({ roomId, room }) => [roomId, room.name]))
}
