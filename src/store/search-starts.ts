import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { dateOf, gathered } from './json-rows.js'
import { sqlHiddenUpTo } from './readable.js'
import { bottomOf, replyBottom } from './threads.js'

interface On {
  db: Db
  dialect: Dialect
}

/** The message of a room, or its reply, at which the search of it begins, and when it was written, in ms. */
export interface Start {
  roomId: string
  seq: number
  at: number
  /** In ms; messages that were written later are not searched. */
  until?: number
  /** Up to this `seq` the room is hidden from who searches. */
  hiddenUpTo: number
}

/** How far a room has come, and up to where it is hidden from who searches. */
interface Ends {
  seq: number
  at: number
  replySeq: number
  repliesAt: number
  hiddenUpTo: number
}

/** Where a search of a room begins at its end, and where one of its replies does. */
export const endsOf = (roomId: string, { seq, at, replySeq, repliesAt, hiddenUpTo }: Ends): Start[] => [
  { roomId, seq, at, hiddenUpTo },
  ...(replySeq > 0 ? [{ roomId, seq: replyBottom + replySeq, at: repliesAt, hiddenUpTo }] : []),
]

/** Some of a user's rooms that have messages, each from its end, and the membership after which there may be more. */
export async function roomsToSearch(
  { db, dialect }: On,
  userId: string,
  { roomId, after }: { roomId: string | undefined; after: unknown },
): Promise<{ rooms: Start[]; after: unknown }> {
  const { array, gather, seatKey } = dialect
  const take = dialect.searchedAtOnce.rooms
  // All are in one row, because each row costs as much in Prisma as the rest of the statement.
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${gather}(${array}(r.id, r.last_message_seq, r.last_message_at, r.reply_seq, r.last_reply_at, r.hidden_up_to, r.seat)) AS packed
     FROM (
       SELECT c.id, c.last_message_seq, c.last_message_at, c.reply_seq, c.last_reply_at, ${sqlHiddenUpTo} AS hidden_up_to,
              ${seatKey} AS seat
       FROM chat_room_users m JOIN chat_rooms c ON c.id = m.room_id
       WHERE m.user_id = ? AND m.left_at IS NULL ${after === undefined ? '' : `AND ${seatKey} > ?`} ${roomId === undefined ? '' : 'AND m.room_id = ?'}
         AND c.deleted_at IS NULL AND c.last_message_seq > 0
       ORDER BY ${seatKey} LIMIT ${take}) r`,
    [userId, after, roomId].filter((value) => value !== undefined),
  )
  const list = gathered(rows)
  const last = list.length < take ? undefined : list.at(-1)?.at(-1)
  const rooms = list.flatMap(([id, seq, at, replySeq, repliesAt, hiddenUpTo]) =>
    endsOf(id as string, {
      ...{ seq: seq as number, at: timeOf(at), replySeq: replySeq as number, repliesAt: timeOf(repliesAt) },
      hiddenUpTo: Number(hiddenUpTo),
    }),
  )
  return { rooms, after: last }
}

/** How many lookups the binary search for the beginning in a room takes. */
export const probesOf = ({ seq }: Start): number => Math.floor(Math.log2(seq - bottomOf(seq))) + 2

/**
 * Finds, by one statement, where to begin in each of these rooms that has messages from before `until`, in ms; or in the replies of
 * rooms, not both at once.
 */
export async function startsIn({ db, dialect }: On, rooms: Start[], until: number): Promise<Start[]> {
  const { array, gather } = dialect
  const bottom = bottomOf(rooms[0]?.seq ?? 0)
  const writtenAt = (seq: string) => dialect.writtenAt('s.room_id', seq)
  // The first step in each room is the largest power of two in it, so the steps can reach every message.
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `WITH RECURSIVE s (n, room_id, seq, step) AS (
       SELECT i.n, i.room_id, ${bottom}, i.seq FROM ${dialect.rows('n room_id seq')}
       UNION ALL
       SELECT s.n, s.room_id, s.seq + CASE WHEN ${writtenAt('s.seq + s.step')} > ? THEN 0 ELSE s.step END, s.step >> 1
       FROM s WHERE s.step > 0)
     SELECT ${gather}(${array}(s.n, s.seq, ${writtenAt('s.seq')})) AS packed FROM s WHERE s.step = 0`,
    [JSON.stringify(rooms.map((room, n) => [n, room.roomId, 2 ** (probesOf(room) - 2)])), new Date(until)],
  )
  return gathered(rows).flatMap(([n, seq, at]) => {
    const room = rooms[n as number]
    if (!room || seq === bottom) return []
    return { ...room, seq: Math.min(seq as number, room.seq), at: Math.min(timeOf(at), until), until }
  })
}

const timeOf = (value: unknown): number => dateOf(value)?.getTime() ?? Number.POSITIVE_INFINITY
