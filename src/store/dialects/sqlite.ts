import { dateOf } from '../json-rows.js'
import { sqlChangedAt } from '../moved-rooms.js'
import { furthestAhead, sqlTimeAfter } from '../room-time.js'
import {
  countersMoved,
  type Dialect,
  existingBy,
  json,
  type LockedRoom,
  orChange,
  packedPreconditions,
  preconditionJoins,
  preconditionsOf,
  writtenAt,
} from './dialect.js'
import { insertIntoMessages, newMessageColumns, sqlWrittenAt, valuesOf } from './new-message.js'

// One JSON text carries all rows into a statement, because SQLite has no arrays. If ANALYZE ran while our tables were small, SQLite
// scans them for each row of the text, however large they have become. It assumes that a materialized table is large, and looks up
// the others by their keys.
const withEach = (columns: string): string => `WITH i AS MATERIALIZED (SELECT ${valuesIn(columns)} FROM json_each(?))`

const valuesIn = (columns: string): string =>
  columns
    .split(' ')
    .map((column, n) => `value->>${n} AS ${column}`)
    .join(', ')

const clock = `CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)`

export const sqlite: Dialect = {
  name: 'sqlite',
  skipsLocked: false,
  transactions: 1,

  // What it deletes does not matter: the lock is taken before anything is looked for.
  lockWriters: (db) => db.$executeRawUnsafe('DELETE FROM chat_nodes WHERE false'),

  async lockRooms(db, locks, now) {
    const rooms: LockedRoom[] = await db.$queryRawUnsafe(
      `${withEach('room_id count seqs replies')} UPDATE chat_rooms AS c
       SET ${countersMoved('i', (column) => sqlTimeAfter('?', '?', column))},
           changed_at = ${sqlChangedAt(clock, 'c.changed_at')}
       FROM i WHERE c.id = i.room_id AND c.deleted_at IS NULL
       RETURNING id, type, is_public AS "isPublic", is_blocked AS "isBlocked", slow_mode_seconds AS "slowModeSeconds",
                 history_revision AS "historyRevision", purged_seq AS "purgedSeq", revision,
                 last_message_seq AS "lastMessageSeq", last_message_at AS "lastMessageAt", reply_seq AS "replySeq",
                 last_reply_at AS "lastReplyAt"`,
      json.locks(locks),
      ...[now, furthestAhead(now), now],
      ...[now, furthestAhead(now), now],
    )
    return rooms.map((room) => ({
      ...room,
      isPublic: Boolean(room.isPublic),
      isBlocked: Boolean(room.isBlocked),
      lastMessageAt: dateOf(room.lastMessageAt) ?? now,
      lastReplyAt: dateOf(room.lastReplyAt),
    }))
  },

  preconditions: async (db, queries) =>
    preconditionsOf(
      await db.$queryRawUnsafe(
        `${withEach('n room_id user_id client_id reply_to_id')}
         SELECT ${packedPreconditions.sql('json_array')} AS packed FROM i ${preconditionJoins(existingBy('IS'))}`,
        json.preconditions(queries),
      ),
    ),

  async append(db, messages, markers, now) {
    await db.$executeRawUnsafe(
      `${withEach(newMessageColumns.join(' '))} ${insertIntoMessages}
       SELECT ${newMessageColumns.join(', ')}, revision,
              (SELECT ${sqlWrittenAt('i', 'c')} FROM chat_rooms c WHERE c.id = i.room_id)
       FROM i`,
      JSON.stringify(messages.map(valuesOf)),
    )
    if (markers.length === 0) return
    await db.$executeRawUnsafe(
      `${withEach('room_id user_id seq')} UPDATE chat_room_users AS m
       SET last_read_seq = MAX(m.last_read_seq, i.seq), is_marked_unread = m.is_marked_unread AND i.seq = 0, last_seen_at = ?, last_sent_at = ?
       FROM i WHERE m.room_id = i.room_id AND m.user_id = i.user_id`,
      json.markers(markers),
      now,
      now,
    )
  },

  searchedAtOnce: { messages: 16, blocks: 256, names: 128, rooms: 512, probes: 1024 },

  // Rows with equal columns are in this order in an index. With `room_id`, SQLite would sort all of them each time.
  seatKey: 'm.rowid',

  // A byte of a filter is ASCII. `unicode` of NUL is null.
  hasBit: (column) => `(unicode(substr(${column}, 1 + ? % length(${column}), 1)) | ?) = 127`,

  ranges: (table, column) => `
    (SELECT value->>0 AS n, value->>1 AS room_id, value->>2 AS low, value->>3 AS high FROM json_each(?)) i
    CROSS JOIN ${table} t ON t.room_id = i.room_id AND t.${column} BETWEEN i.low AND i.high`,

  rangeValues: (ranges) => [JSON.stringify(ranges.map(({ n, roomId, low, high }) => [n, roomId, low, high]))],

  unlessThere: (insert) => `${insert} ON CONFLICT DO NOTHING`,

  orChange,

  clock,

  gather: 'json_group_array',

  writtenAt,

  array: 'json_array',

  rows: (columns) => `(SELECT ${valuesIn(columns)} FROM json_each(?)) i`,

  like: "LIKE ? ESCAPE '!'",

  isWide: (column) => `length(CAST(${column} AS BLOB)) > length(${column})`,

  // Returning the text and checking it in this process is faster than a class of many characters.
  mayHave: (column) => `${column} GLOB '*[\u0100-\u{10ffff}]*'`,

  select: (db, sql, values) => db.$queryRawUnsafe(sql, ...values),

  execute: (db, sql, values) => db.$executeRawUnsafe(sql, ...values),
}
