import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { columnsOf, JsonRows, unpacked } from './json-rows.js'
import { seatsOf } from './members.js'
import { everyone } from './mention-rows.js'
import { mentionsAbove } from './mentions.js'
import { firstByOthers, type OwnSide, ownSideColumns } from './own-side.js'
import { sqlHiddenUpTo } from './readable.js'
import { threadMentionsAbove } from './thread-mentions.js'
import { uncountedAbove } from './unread.js'

/** The database, as these statements need it. */
interface On {
  db: Db
  dialect: Dialect
}

/** Somebody who has not read all of a room or a thread, and up to where they have. */
export interface BehindReader {
  userId: string
  lastReadSeq: number
}

/** So many members of a room are looked at with one statement. */
const membersAtOnce = 1_000

/** Of the members `m`, those who want to hear of the room; the one `?` is the time. */
const isLoud = `m.left_at IS NULL AND m.notify <> 'none'
  AND NOT (m.muted = true AND (m.muted_until IS NULL OR m.muted_until > ?))`

const mentioned = (place: string, user: string, above: string): string => `EXISTS (SELECT 1 FROM chat_mentions n
  WHERE n.room_id = ${place} AND n.user_id IN (${user}, '${everyone}') AND n.seq > ${above})`

/**
 * The members of a room who have not read up to here, and want to hear of it, a thousand members of the room at a time: as a room may have a
 * hundred thousand.
 */
export async function* behindInRoom(
  { db, dialect }: On,
  roomId: string,
  upTo: number,
  now: Date,
): AsyncGenerator<BehindReader[]> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const ends: { id: string }[] = await dialect.select(
      db,
      `SELECT m.user_id AS id FROM chat_room_users m WHERE m.room_id = ? AND m.user_id > ?
       ORDER BY m.user_id LIMIT 1 OFFSET ${membersAtOnce - 1}`,
      [roomId, after],
      'notify_next',
    )
    const last = ends[0]?.id
    yield await dialect.select(
      db,
      `SELECT m.user_id AS "userId", m.last_read_seq AS "lastReadSeq" FROM chat_room_users m
       WHERE m.room_id = ? AND m.user_id > ? ${last === undefined ? '' : 'AND m.user_id <= ?'}
         AND m.last_read_seq < ? AND ${isLoud}
         AND (m.notify <> 'mentions' OR ${mentioned('m.room_id', 'm.user_id', 'm.last_read_seq')})`,
      [roomId, after, ...(last === undefined ? [] : [last]), upTo, now],
      last === undefined ? 'notify_last' : 'notify_some',
    )
    after = last
  }
}

/** The same of those who follow a thread. */
export async function* behindInThread(
  { db, dialect }: On,
  threadId: string,
  upTo: number,
  now: Date,
): AsyncGenerator<BehindReader[]> {
  for (let after = ''; ; ) {
    const some: BehindReader[] = await dialect.select(
      db,
      `SELECT f.user_id AS "userId", f.last_read_seq AS "lastReadSeq"
       FROM chat_thread_followers f
       JOIN chat_room_users m ON m.room_id = f.room_id AND m.user_id = f.user_id
       WHERE f.thread_id = ? AND f.user_id > ? AND f.is_following = TRUE AND f.last_read_seq < ? AND ${isLoud}
         AND (m.notify <> 'mentions' OR ${mentioned('f.thread_id', 'f.user_id', 'f.last_read_seq')})
       ORDER BY f.user_id LIMIT ${membersAtOnce}`,
      [threadId, after, upTo, now],
      'notify_followers',
    )
    yield some
    const last = some.at(-1)
    if (!last || some.length < membersAtOnce) return
    after = last.userId
  }
}

/** A room or a thread in which somebody has something to read. */
interface UnreadPlace extends OwnSide {
  userId: string
  roomId: string
  lastReadSeq: number
  /** Up to where they were notified. */
  notified: number
  lastSeq: number
  /** Of what they have not read, what nobody has to. */
  uncounted: number
  mentions: number
  /** Where others have written first since the room was put away; 0: nowhere. */
  firstByOthers: number
  hiddenUpTo: number
}

/** A room in which somebody has something to read. */
export interface UnreadRoomRow extends UnreadPlace {
  /** The other one of a private room. */
  peerId: string | null
}

/** A thread in which somebody has something to read. */
export interface UnreadThreadRow extends UnreadPlace {
  threadId: string
}

const ofMember = {
  ...columnsOf('m', ownSideColumns),
  notified: 'COALESCE(d.seq, 0)',
  firstByOthers,
  hiddenUpTo: sqlHiddenUpTo,
}
const kinds = {
  dates: ['mutedUntil' as const],
  flags: ['muted' as const, 'isPinned' as const, 'isMarkedUnread' as const],
}

const packedRoom = new JsonRows<UnreadRoomRow>(
  {
    ...ofMember,
    ...columnsOf('m', { userId: true, roomId: true, lastReadSeq: true }),
    lastSeq: 'c.last_message_seq',
    uncounted: uncountedAbove,
    mentions: mentionsAbove,
    peerId: `CASE WHEN c.type = 'private' THEN (SELECT o.user_id FROM chat_room_users o
      WHERE o.room_id = c.id AND o.user_id <> m.user_id LIMIT 1) END`,
  },
  kinds,
)

/** The rooms in which these people have something to read. */
export async function unreadRoomsOf(on: On, userIds: string[]): Promise<UnreadRoomRow[]> {
  const { db, dialect } = on
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${packedRoom.sql(dialect.array)} AS packed FROM ${dialect.rows('room_id user_id')}
     JOIN chat_room_users m ON m.room_id = i.room_id AND m.user_id = i.user_id AND m.left_at IS NULL
     JOIN chat_rooms c ON c.id = m.room_id
     LEFT JOIN chat_notified d ON d.room_id = m.room_id AND d.user_id = m.user_id
     WHERE c.deleted_at IS NULL AND c.last_message_seq > m.last_read_seq`,
    // As for a welcome, it is asked first which rooms they are.
    [JSON.stringify(await seatsOf(on, userIds))],
    'notify_rooms',
  )
  return unpacked(rows).map((row) => packedRoom.read(row))
}

const packedThread = new JsonRows<UnreadThreadRow>(
  {
    ...ofMember,
    ...columnsOf('f', { userId: true, roomId: true, threadId: true, lastReadSeq: true }),
    lastSeq: 'x.last_reply_seq',
    uncounted: `(SELECT COUNT(*) FROM chat_uncounted_messages n WHERE n.room_id = f.thread_id AND n.seq > f.last_read_seq)`,
    mentions: threadMentionsAbove,
  },
  kinds,
)

/** The threads that these people follow and in which they have something to read. */
export async function unreadThreadsOf({ db, dialect }: On, userIds: string[]): Promise<UnreadThreadRow[]> {
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${packedThread.sql(dialect.array)} AS packed
     FROM ${dialect.rows('user_id')} JOIN chat_thread_followers f ON f.user_id = i.user_id AND f.is_following = TRUE
     JOIN chat_room_users m ON m.room_id = f.room_id AND m.user_id = f.user_id AND m.left_at IS NULL
     JOIN chat_rooms c ON c.id = f.room_id AND c.deleted_at IS NULL
     JOIN chat_messages x ON x.id = f.thread_id AND x.last_reply_seq > f.last_read_seq AND x.seq > ${sqlHiddenUpTo}
     LEFT JOIN chat_notified d ON d.room_id = f.thread_id AND d.user_id = f.user_id`,
    [JSON.stringify(userIds.map((id) => [id]))],
    'notify_threads',
  )
  return unpacked(rows).map((row) => packedThread.read(row))
}

/** What of a room or thread somebody may be notified of: what stands above `from`, up to `to`. */
export interface NotifiablePlace {
  userId: string
  roomId: string
  /** Set if it is a thread. */
  threadId?: string
  from: number
  to: number
  /** Only what mentions them or everyone. */
  mentionsOnly: boolean
}

/** So many places are looked at with one statement. */
const placesAtOnce = 50

/** The ids of the newest messages that each of these places has for its reader, the newest first; so many of each at most. */
export async function notifiableIn({ db, dialect }: On, places: NotifiablePlace[], most: number): Promise<string[][]> {
  const found: string[][] = places.map(() => [])
  for (let first = 0; first < places.length; first += placesAtOnce) {
    const some = places.slice(first, first + placesAtOnce)
    const parts = some.map((place, n) => partOf(place, n, most))
    const rows: { n: number; id: string }[] = await dialect.select(
      db,
      `SELECT u.n AS n, u.id AS id FROM (${parts.map(({ sql }) => sql).join(' UNION ALL ')}) u ORDER BY u.n, u.seq DESC`,
      parts.flatMap(({ values }) => values),
    )
    for (const { n, id } of rows) found[first + Number(n)]?.push(id)
  }
  return found
}

/** Nobody has to read what was imported behind something that they have. */
const isToRead = (seq: string): string =>
  `AND NOT EXISTS (SELECT 1 FROM chat_uncounted_messages z
    WHERE z.room_id = ${seq === 'r.seq' ? 'r.thread_id' : 'x.room_id'} AND z.seq = ${seq})`

/** Of the message `x`: written by somebody, who is neither the reader nor blocked by them, and not deleted. The two `?` are the reader. */
const isTold = `x.kind = 'user' AND x.deleted_at IS NULL AND (x.user_id IS NULL OR (x.user_id <> ?
  AND NOT EXISTS (SELECT 1 FROM chat_blocks b WHERE b.user_id = ? AND b.blocked_id = x.user_id)))`

function partOf(place: NotifiablePlace, n: number, most: number): { sql: string; values: unknown[] } {
  const { userId, roomId, threadId, from, to, mentionsOnly } = place
  const range = [from, to, userId, userId]
  // Each reads the end of a range of a key. SQLite takes no LIMIT in a part of a UNION, but in a part of that.
  const newest = (seq: string, source: string, more = '') => `SELECT * FROM (SELECT ${n} AS n, x.id AS id, ${seq} AS seq
    FROM ${source} AND ${seq} > ? AND ${seq} <= ? AND ${isTold} ${isToRead(seq)} ${more} ORDER BY ${seq} DESC LIMIT ${most}) p${n}`
  if (threadId !== undefined) {
    const replies = 'chat_thread_replies r JOIN chat_messages x ON x.id = r.message_id WHERE r.thread_id = ?'
    if (!mentionsOnly) return { sql: newest('r.seq', replies), values: [threadId, ...range] }
    const isMention = `AND EXISTS (SELECT 1 FROM chat_mentions n
      WHERE n.room_id = r.thread_id AND n.user_id IN (?, '${everyone}') AND n.seq = r.seq)`
    return { sql: newest('r.seq', replies, isMention), values: [threadId, ...range, userId] }
  }
  if (!mentionsOnly) return { sql: newest('x.seq', 'chat_messages x WHERE x.room_id = ?'), values: [roomId, ...range] }
  const mentions = `chat_mentions n JOIN chat_messages x ON x.room_id = n.room_id AND x.seq = n.seq
    WHERE n.room_id = ? AND n.user_id IN (?, '${everyone}')`
  return { sql: newest('n.seq', mentions), values: [roomId, userId, ...range] }
}
