import { JsonRows, unpacked } from '../json-rows.js'
import type { MentionRow } from '../mention-rows.js'
import { type NewMessage, newMessageTypes } from '../messages.js'
import { sqlChangedAt } from '../moved-rooms.js'
import { furthestAheadMs, sqlTimeAfter } from '../room-time.js'
import { named } from '../statement-names.js'
import {
  countersMoved,
  type Dialect,
  optimisticMs,
  orChange,
  type PreconditionsQuery,
  packedPreconditions,
  preconditionColumns,
  preconditionsOf,
  preconditionTimes,
  type Reason,
  type RoomState,
  type ThreadWrites,
  writtenAt,
} from './dialect.js'
import { takingFollowers } from './followers.js'
import { insertIntoMessages, newMessageColumns, newMessageKeys, sqlWrittenAt } from './new-message.js'

const timeAfter = (now: string) => (column: string) =>
  sqlTimeAfter(`${now}::timestamp`, `${now}::timestamp + interval '${furthestAheadMs} milliseconds'`, column)

// This is later than `now()`, the time at which the transaction began, and later than when a statement began to wait for a lock.
const clock = 'TRUNC(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::float8'
const changedAt = sqlChangedAt(clock, 'c.changed_at')

const lock = (wait: string) => `
  UPDATE chat_rooms AS c
  SET ${countersMoved('i', timeAfter('$5'))}, changed_at = ${changedAt}
  FROM unnest($1::text[], $2::int[], $3::int[], $4::int[]) AS i(room_id, count, seqs, replies)
  WHERE c.id = i.room_id AND c.id IN (
    SELECT id FROM chat_rooms WHERE id = ANY($1::text[]) AND deleted_at IS NULL ORDER BY id FOR UPDATE ${wait})
  RETURNING c.id, c.type, c.is_public AS "isPublic", c.is_blocked AS "isBlocked", c.slow_mode_seconds AS "slowModeSeconds",
            c.history_revision AS "historyRevision", c.purged_seq AS "purgedSeq", c.revision, c.last_message_seq AS "lastMessageSeq", c.last_message_at AS "lastMessageAt",
            c.reply_seq AS "replySeq", c.last_reply_at AS "lastReplyAt"`

// PostgreSQL cannot use an index to compare nulls: an OR, or IS NOT DISTINCT FROM, reads the whole room. And as long as it has no
// statistics of a new table, it may prefer another index. Only the right one has this order.
const existing = `
    SELECT * FROM (
      SELECT * FROM chat_messages WHERE (room_id, user_id, client_id) >= (i.room_id, i.user_id, i.client_id)
      ORDER BY room_id, user_id, client_id LIMIT 1) next
    WHERE room_id = i.room_id AND user_id = i.user_id AND client_id = i.client_id
    UNION ALL
    SELECT * FROM chat_messages
    WHERE i.user_id IS NULL AND room_id = i.room_id AND user_id IS NULL AND client_id = i.client_id`

// Each row is looked up by its key, which the limits force. Otherwise PostgreSQL would hash whole tables, and planning that alone takes
// as long as all the rest.
const one = (rows: string, name: string): string => `LEFT JOIN LATERAL (${rows} LIMIT 1) ${name} ON true`
const preconditionJoins = `
  ${one('SELECT * FROM chat_room_users WHERE room_id = i.room_id AND user_id = i.user_id', 'm')}
  ${one('SELECT * FROM chat_users WHERE id = i.user_id', 'u')}
  ${one(existing, 'x')}
  LEFT JOIN LATERAL (SELECT * FROM chat_messages WHERE id = i.reply_to_id LIMIT 1) r ON r.room_id = i.room_id
  ${one('SELECT * FROM chat_users WHERE id = r.user_id', 'a')}`

/**
 * A column of rows as the text of an array. If Prisma gets an array, it looks at each value several times on the way to the driver,
 * which turns it into this text in the end.
 */
export function column<Row, Key extends keyof Row>(rows: Row[], key: Key): string {
  const values = rows.map(({ [key]: value }) =>
    typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : String(value),
  )
  return `{${values.join(',')}}`
}

// These are subqueries, which hide the number of rows. If PostgreSQL knew it, it would consider a plan for that number cheaper than
// its cached one, for ten, and would plan anew each time, which takes longer than all the rest.
const asked = `unnest((SELECT $1::int[]), (SELECT $2::text[]), (SELECT $3::text[]), (SELECT $4::text[]), (SELECT $5::text[]))
  AS i(n, room_id, user_id, client_id, reply_to_id)`

const columnsOf = (queries: PreconditionsQuery[]): string[] => [
  column(queries, 'n'),
  column(queries, 'roomId'),
  column(queries, 'userId'),
  column(queries, 'clientId'),
  column(queries, 'replyToId'),
]

const packedRoomStates = new JsonRows<RoomState>(
  {
    ...preconditionColumns,
    type: 'c.type',
    isPublic: 'c.is_public',
    isBlocked: 'c.is_blocked',
    slowModeSeconds: 'c.slow_mode_seconds',
    historyRevision: 'c.history_revision',
    purgedSeq: 'c.purged_seq',
    revision: 'c.revision',
    lastMessageSeq: 'c.last_message_seq',
    lastMessageAt: 'c.last_message_at',
    lastReplySeq: 'c.reply_seq',
    lastReplyAt: 'c.last_reply_at',
    readAt: 'EXTRACT(EPOCH FROM statement_timestamp())::float8 * 1000',
  },
  { dates: [...preconditionTimes, 'lastMessageAt', 'lastReplyAt'] },
)

// The type of its column, without naming it, because its schema may differ.
export const kind = `CASE i.kind WHEN 'user' THEN 'user' WHEN 'system' THEN 'system'
    ELSE (SELECT kind FROM chat_messages WHERE false) END`

// $1 is the time, which each room may move forward; then come the columns, and then the other parameters of a statement.
const parameterOf = (key: keyof typeof newMessageTypes): string =>
  `$${newMessageKeys.indexOf(key) + 2}::${newMessageTypes[key]}[]`
const after = (n: number): string => `$${newMessageKeys.length + 1 + n}`

const insert = `
  ${insertIntoMessages}
  SELECT ${newMessageColumns.map((column) => (column === 'kind' ? kind : `i.${column}`)).join(', ')}, i.revision,
         ${sqlWrittenAt('i', 'moved')}
  FROM unnest(${newMessageKeys.map(parameterOf).join(', ')}) AS i(${newMessageColumns.join(', ')})
  JOIN`

// These use the same values; a statement with only messages of users does not need them.
const uncounted = `
  uncounted AS (
    INSERT INTO chat_uncounted_messages (room_id, seq)
    SELECT i.room_id, i.seq FROM unnest(${parameterOf('roomId')}, ${parameterOf('seq')}, ${parameterOf('kind')})
      AS i(room_id, seq, kind)
    JOIN moved ON moved.id = i.room_id WHERE i.kind = 'system')`

// The values of these come behind the parameters of all statements. Here nothing is deleted that was read: PostgreSQL looks at a range.
const mentioned = `
  mentioned AS (
    INSERT INTO chat_mentions (room_id, user_id, seq, author_id)
    SELECT i.* FROM unnest(${after(10)}::text[], ${after(11)}::text[], ${after(12)}::int[], ${after(13)}::text[])
      AS i(room_id, user_id, seq, author_id)
    JOIN moved ON moved.id = i.room_id)`

// Of an array PostgreSQL expects ten rows. To look up ten rooms seems to cost it more than to read all, up to a few thousand of them, and then
// it reads all for each message. With a limit that it does not know it expects a tenth: one.
const fewRooms = `(
  SELECT * FROM unnest(${after(1)}::text[], ${after(2)}::int[], ${after(3)}::int[], ${after(8)}::int[], ${after(9)}::int[])
  LIMIT (SELECT cardinality(${after(1)}::text[])))`

const columnsOfMentions = (mentions: MentionRow[]): string[] => [
  column(mentions, 'roomId'),
  column(mentions, 'userId'),
  column(mentions, 'seq'),
  column(mentions, 'authorId'),
]

// So do these, which begin at the parameter that is named.
const threaded = (first: number): string => {
  const parameters = Array.from({ length: 20 }, (_, n) => after(first + n))
  const [id, rootRoom, thread, revision, lastSeq, lastAt, threadId, seq, messageId, room] = parameters
  const [followed, userId, userRoom, readSeq, reason] = parameters.slice(10)
  const [mentionedIn, mentioned, mentionSeq, author, mentionRoom] = parameters.slice(15)
  const followers = (why: Reason) =>
    takingFollowers(
      postgresql,
      why,
      `SELECT i.thread_id, i.user_id, i.room_id, i.read_seq
       FROM unnest(${followed}::text[], ${userId}::text[], ${userRoom}::text[], ${readSeq}::int[], ${reason}::text[])
         AS i(thread_id, user_id, room_id, read_seq, reason)
       JOIN moved ON moved.id = i.room_id WHERE i.reason = '${why}'`,
    )
  return `
  roots AS (
    UPDATE chat_messages AS t
    SET thread = i.thread, revision = i.revision, last_reply_seq = i.last_reply_seq, last_reply_at = i.last_reply_at
    FROM unnest(${id}::text[], ${rootRoom}::text[], ${thread}::text[], ${revision}::int[], ${lastSeq}::int[],
                ${lastAt}::timestamp[]) AS i(id, room_id, thread, revision, last_reply_seq, last_reply_at)
    JOIN moved ON moved.id = i.room_id
    WHERE t.id = i.id),
  places AS (
    INSERT INTO chat_thread_replies (thread_id, seq, message_id)
    SELECT i.thread_id, i.seq, i.message_id
    FROM unnest(${threadId}::text[], ${seq}::int[], ${messageId}::text[], ${room}::text[])
      AS i(thread_id, seq, message_id, room_id)
    JOIN moved ON moved.id = i.room_id),
  begun AS (${followers('begun')}),
  called AS (${followers('mentioned')}),
  replied AS (${followers('replied')}),
  thread_mentions AS (
    INSERT INTO chat_mentions (room_id, user_id, seq, author_id)
    SELECT i.thread_id, i.user_id, i.seq, i.author_id
    FROM unnest(${mentionedIn}::text[], ${mentioned}::text[], ${mentionSeq}::int[], ${author}::text[],
                ${mentionRoom}::text[]) AS i(thread_id, user_id, seq, author_id, room_id)
    JOIN moved ON moved.id = i.room_id)`
}

const columnsOfThreads = ({ roots, places, followers, mentions }: ThreadWrites): string[] => [
  column(roots, 'id'),
  column(roots, 'roomId'),
  column(roots, 'thread'),
  column(roots, 'revision'),
  column(roots, 'lastReplySeq'),
  column(
    roots.map(({ lastReplyAt }) => ({ at: lastReplyAt.toISOString() })),
    'at',
  ),
  column(places, 'threadId'),
  column(places, 'seq'),
  column(places, 'messageId'),
  column(places, 'roomId'),
  column(followers, 'threadId'),
  column(followers, 'userId'),
  column(followers, 'roomId'),
  column(followers, 'readSeq'),
  column(followers, 'reason'),
  column(mentions, 'threadId'),
  column(mentions, 'userId'),
  column(mentions, 'seq'),
  column(mentions, 'authorId'),
  column(mentions, 'roomId'),
]

const columnsOfNew = (messages: NewMessage[]): string[] => newMessageKeys.map((key) => column(messages, key))

export const postgresql: Dialect = {
  name: 'postgresql',
  skipsLocked: true,
  transactions: 8,
  isolationLevel: 'ReadCommitted',

  async isReadCommitted(db) {
    const [row]: { level?: string }[] = await db.$queryRawUnsafe(
      `SELECT current_setting('default_transaction_isolation') AS level`,
    )
    return row?.level === 'read committed'
  },

  lockRooms: (db, locks, now, skipLocked) =>
    db.$queryRawUnsafe(
      lock(skipLocked ? 'SKIP LOCKED' : ''),
      column(locks, 'roomId'),
      column(locks, 'count'),
      column(locks, 'seqs'),
      column(locks, 'replies'),
      now,
    ),

  preconditions: async (db, queries) =>
    preconditionsOf(
      await db.$queryRawUnsafe(
        `SELECT ${packedPreconditions.sql('json_build_array')} AS packed FROM ${asked} ${preconditionJoins}`,
        ...columnsOf(queries),
      ),
    ),

  async append(db, messages, markers, now) {
    await db.$executeRawUnsafe(
      `WITH markers AS (
         UPDATE chat_room_users AS m SET last_read_seq = GREATEST(m.last_read_seq, i.seq), is_marked_unread = m.is_marked_unread AND i.seq = 0,
           last_seen_at = $1, last_sent_at = $1
         FROM unnest(${after(1)}::text[], ${after(2)}::text[], ${after(3)}::int[]) AS i(room_id, user_id, seq)
         WHERE m.room_id = i.room_id AND m.user_id = i.user_id)
       ${insert} chat_rooms AS moved ON moved.id = i.room_id`,
      now,
      ...columnsOfNew(messages),
      column(markers, 'roomId'),
      column(markers, 'userId'),
      column(markers, 'seq'),
    )
  },

  optimistic: {
    async roomStates(db, queries) {
      const rows: { packed: unknown }[] = await db.$queryRawUnsafe(
        `${named('room_states')}SELECT ${packedRoomStates.sql('json_build_array')} AS packed
         FROM ${asked} ${one('SELECT * FROM chat_rooms WHERE id = i.room_id', 'c')} ${preconditionJoins}
         WHERE c.deleted_at IS NULL AND c.id IS NOT NULL`,
        ...columnsOf(queries),
      )
      return unpacked(rows).map((row) => packedRoomStates.read(row))
    },

    append(db, moves, messages, mentions, markers, threads, now, readAt) {
      const isOfSystem = messages.some(({ kind }) => kind === 'system')
      const isMentioning = mentions.length > 0
      const isThreaded = threads.places.length > 0
      const parts = ['append', isOfSystem && 'system', isMentioning && 'mentions', isThreaded && 'replies']
      const name = parts.filter(Boolean).join('_')
      return db.$executeRawUnsafe(
        `${named(name)} WITH free AS (
           SELECT c.id, i.count, i.seqs, i.replies
           FROM ${fewRooms} AS i(room_id, revision, count, seqs, replies)
           JOIN chat_rooms c ON c.id = i.room_id
           WHERE c.revision = i.revision AND c.deleted_at IS NULL
             AND EXTRACT(EPOCH FROM statement_timestamp())::float8 * 1000 < ${after(4)}::float8
           ORDER BY c.id FOR UPDATE OF c SKIP LOCKED),
         moved AS (
           UPDATE chat_rooms AS c
           SET ${countersMoved('free', timeAfter('$1'))}, changed_at = ${changedAt}
           FROM free WHERE c.id = free.id RETURNING c.id, c.last_message_at, c.last_reply_at),
         markers AS (
           UPDATE chat_room_users AS m SET last_read_seq = GREATEST(m.last_read_seq, i.seq), is_marked_unread = m.is_marked_unread AND i.seq = 0,
             last_seen_at = $1, last_sent_at = $1
           FROM unnest(${after(5)}::text[], ${after(6)}::text[], ${after(7)}::int[]) AS i(room_id, user_id, seq)
           JOIN moved ON moved.id = i.room_id
           WHERE m.room_id = i.room_id AND m.user_id = i.user_id)
         ${isOfSystem ? `, ${uncounted}` : ''} ${isMentioning ? `, ${mentioned}` : ''}
         ${isThreaded ? `, ${threaded(isMentioning ? 14 : 10)}` : ''} ${insert} moved ON moved.id = i.room_id`,
        now,
        ...columnsOfNew(messages),
        column(moves, 'roomId'),
        column(moves, 'revision'),
        column(moves, 'count'),
        readAt + optimisticMs,
        column(markers, 'roomId'),
        column(markers, 'userId'),
        column(markers, 'seq'),
        column(moves, 'seqs'),
        column(moves, 'replies'),
        ...(isMentioning ? columnsOfMentions(mentions) : []),
        ...(isThreaded ? columnsOfThreads(threads) : []),
      )
    },
  },

  searchedAtOnce: { messages: 1024, blocks: 8192, names: 1000, rooms: 2000, probes: 100_000 },

  seatKey: 'm.room_id',

  hasBit: (column) => `(get_byte(${column}, ?::int % octet_length(${column})) | ?::int) = 127`,

  // The limit makes PostgreSQL look up each range by its key.
  ranges: (table, column) => `
    unnest(?::int[], ?::text[], ?::int[], ?::int[]) AS i(n, room_id, low, high)
    CROSS JOIN LATERAL (
      SELECT * FROM ${table} WHERE room_id = i.room_id AND ${column} BETWEEN i.low AND i.high
      ORDER BY ${column} DESC LIMIT 100000) t`,

  rangeValues: (ranges) => [
    column(ranges, 'n'),
    column(ranges, 'roomId'),
    column(ranges, 'low'),
    column(ranges, 'high'),
  ],

  unlessThere: (insert) => `${insert} ON CONFLICT DO NOTHING`,

  orChange,

  clock,

  gather: 'json_agg',

  writtenAt,

  array: 'json_build_array',

  rows: (columns) =>
    `(SELECT ${columns
      .split(' ')
      .map((column, n) => `(value->>${n})${['n', 'seq'].includes(column) ? '::int' : ''} AS ${column}`)
      .join(', ')} FROM jsonb_array_elements(?::jsonb)) i`,

  // The database's own locale may be Turkish, where the lower case of I is not i.
  like: `COLLATE "C" ILIKE ? ESCAPE '!'`,

  isWide: (column) => `octet_length(${column}) > char_length(${column})`,

  mayHave: (column, characters) => `${column} ~ '[${characters}]'`,

  select: (db, sql, values, name = '') => {
    const numbered = numberedIn(sql)
    return db.$queryRawUnsafe(name === '' ? numbered : `${named(name)}${numbered}`, ...values)
  },
  execute: (db, sql, values) => db.$executeRawUnsafe(numberedIn(sql), ...values),
}

function numberedIn(sql: string): string {
  let count = 0
  return sql.replace(/\?/g, () => `$${++count}`)
}
