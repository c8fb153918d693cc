import type { Db } from './client.js'
import type { Dialect, Range } from './dialects/dialect.js'
import { Packed, unpacked } from './packed.js'
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
  const packed = new Packed<SearchedRow>(
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

export interface SentAt {
  n: number
  seq: number
  createdAt: Date
}

const packedSentAt = new Packed<SentAt>(
  { n: 'i.n', seq: 't.seq', createdAt: 't.created_at' },
  { moments: ['createdAt'] },
)

/** When the messages of these ranges were written. */
export async function timesOf({ db, dialect }: On, ranges: Range[]): Promise<SentAt[]> {
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${packedSentAt.sql(dialect.array)} AS packed FROM ${dialect.ranges('chat_messages', 'seq')}`,
    dialect.rangeValues(ranges),
  )
  return unpacked(rows).map((row) => packedSentAt.read(row))
}

/** A room that somebody is in, with where it stands. */
export interface SearchedRoom {
  roomId: string
  lastMessageSeq: number
  lastMessageAt: Date
}

const packedRoom = new Packed<SearchedRoom>(
  { roomId: 'c.id', lastMessageSeq: 'c.last_message_seq', lastMessageAt: 'c.last_message_at' },
  { moments: ['lastMessageAt'] },
)

/** The next of somebody's rooms in the order of ids in which anything was said. */
export async function roomsToSearch(
  { db, dialect }: On,
  userId: string,
  afterId: string,
  take: number,
): Promise<SearchedRoom[]> {
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${packedRoom.sql(dialect.array)} AS packed
     FROM chat_room_users m JOIN chat_rooms c ON c.id = m.room_id
     WHERE m.user_id = ? AND m.left_at IS NULL AND m.room_id > ? AND c.deleted_at IS NULL AND c.last_message_seq > 0
     ORDER BY m.room_id LIMIT ${take}`,
    [userId, afterId],
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
