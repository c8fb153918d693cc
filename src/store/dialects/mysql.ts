import { dateOf } from '../json-rows.js'
import { sqlChangedAt } from '../moved-rooms.js'
import { furthestAhead, sqlTimeAfter, timeAfter } from '../room-time.js'
import {
  countersMoved,
  type Dialect,
  existingBy,
  json,
  type LockedRoom,
  packedPreconditions,
  preconditionJoins,
  preconditionsOf,
} from './dialect.js'
import { insertIntoMessages, newMessageColumns, valuesOf } from './new-message.js'

// One JSON text carries all rows into a statement. Each text column names the collation of our tables, because otherwise MySQL refuses
// to compare the two.
const collated = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'
const numbers = new Set(['n', 'count', 'seqs', 'replies', 'seq'])

// Updates set the order of their join and the index. Otherwise MySQL scans a small table row by row, and waits for rows of rooms that
// another transaction holds.
const each = (names: string): string =>
  `JSON_TABLE(?, '$[*]' COLUMNS (${names
    .split(' ')
    .map((name, n) => `${name} ${numbers.has(name) ? 'INT' : `VARCHAR(191) ${collated}`} PATH '$[${n}]'`)
    .join(', ')})) AS i`

// The columns of a new message, and the two that follow from it.
const placeholders = `(${newMessageColumns.map(() => '?').join(', ')}, ?, ?)`

// UTC, because in another time zone an hour may come twice.
const clock = `(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)`

export const mysql: Dialect = {
  name: 'mysql',
  skipsLocked: true,
  transactions: 8,
  isolationLevel: 'ReadCommitted',

  async lockRooms(db, locks, now, skipLocked) {
    const marks = locks.map(() => '?').join(', ')
    // MySQL's UPDATE returns no rows, so the lock is taken by SELECT … FOR UPDATE.
    const locked: LockedRoom[] = await db.$queryRawUnsafe(
      `SELECT id, type, is_public AS isPublic, is_blocked AS isBlocked, slow_mode_seconds AS slowModeSeconds,
              history_revision AS historyRevision, purged_seq AS purgedSeq, revision,
              last_message_seq AS lastMessageSeq, last_message_at AS lastMessageAt, reply_seq AS replySeq,
              last_reply_at AS lastReplyAt FROM chat_rooms
       WHERE id IN (${marks}) AND deleted_at IS NULL ORDER BY id FOR UPDATE ${skipLocked ? 'SKIP LOCKED' : ''}`,
      ...locks.map((room) => room.roomId),
    )
    if (locked.length === 0) return []
    const isLocked = new Map(locked.map((room) => [room.id, room]))
    const taken = locks.filter(({ roomId }) => isLocked.has(roomId))
    const moved = taken.flatMap(({ roomId, count, seqs, replies }): LockedRoom[] => {
      const room = isLocked.get(roomId)
      if (!room) return []
      return [
        {
          ...room,
          isPublic: Boolean(room.isPublic),
          isBlocked: Boolean(room.isBlocked),
          revision: room.revision + count,
          lastMessageSeq: room.lastMessageSeq + seqs,
          lastMessageAt: timeAfter(dateOf(room.lastMessageAt), now),
          replySeq: room.replySeq + replies,
          lastReplyAt: timeAfter(dateOf(room.lastReplyAt), now),
        },
      ]
    })
    await db.$executeRawUnsafe(
      `UPDATE ${each('room_id count seqs replies')}
         STRAIGHT_JOIN chat_rooms AS c FORCE INDEX (PRIMARY) ON c.id = i.room_id
       SET ${countersMoved(
         'i',
         (column) => sqlTimeAfter('?', '?', column),
         (column) => `c.${column}`,
       )}, c.changed_at = ${sqlChangedAt(clock, 'c.changed_at')}`,
      json.locks(taken),
      ...[now, furthestAhead(now), now],
      ...[now, furthestAhead(now), now],
    )
    return moved
  },

  preconditions: async (db, queries) =>
    preconditionsOf(
      await db.$queryRawUnsafe(
        `SELECT ${packedPreconditions.sql('json_array')} AS packed
         FROM ${each('n room_id user_id client_id reply_to_id')} ${preconditionJoins(existingBy('<=>'))}`,
        json.preconditions(queries),
      ),
    ),

  async append(db, messages, markers, now) {
    await db.$executeRawUnsafe(
      `${insertIntoMessages} VALUES ${messages.map(() => placeholders).join(', ')}`,
      ...messages.flatMap((message) => [...valuesOf(message), message.revision, message.createdAt]),
    )
    if (markers.length === 0) return
    await db.$executeRawUnsafe(
      `UPDATE ${each('room_id user_id seq')} STRAIGHT_JOIN chat_room_users AS m FORCE INDEX (PRIMARY)
         ON m.room_id = i.room_id AND m.user_id = i.user_id
       SET m.last_read_seq = GREATEST(m.last_read_seq, i.seq), m.is_marked_unread = m.is_marked_unread AND i.seq = 0, m.last_seen_at = ?,
           m.last_sent_at = ?`,
      json.markers(markers),
      now,
      now,
    )
  },

  searchedAtOnce: { messages: 1024, blocks: 4096, names: 1000, rooms: 2000, probes: 100_000 },

  seatKey: 'm.room_id',

  hasBit: (column) => `(ORD(SUBSTRING(${column}, 1 + ? % LENGTH(${column}), 1)) | ?) = 127`,

  // Each row is looked up by its whole key. With a part of it, MySQL would read all rows of a room.
  ranges: (table, column) => `
    JSON_TABLE(?, '$[*]' COLUMNS (n INT PATH '$[0]', room_id VARCHAR(191) ${collated} PATH '$[1]', low INT PATH '$[2]',
      NESTED PATH '$[3][*]' COLUMNS (each_one INT PATH '$'))) AS i
    STRAIGHT_JOIN ${table} AS t ON t.room_id = i.room_id AND t.${column} = i.each_one`,

  rangeValues: (ranges) => [
    JSON.stringify(
      ranges.map(({ n, roomId, low, high }) => [
        n,
        roomId,
        low,
        Array.from({ length: high - low + 1 }, (_, each) => high - each),
      ]),
    ),
  ],

  // It would ignore values that are no values as well; there are none.
  unlessThere: (insert) => insert.replace('INSERT', 'INSERT IGNORE'),

  orChange: (insert, _key, changes) => `${insert} ON DUPLICATE KEY UPDATE ${changes((column) => `VALUES(${column})`)}`,

  clock,

  gather: 'json_arrayagg',

  // Here, too, each row is looked up by its whole key.
  writtenAt(roomId, seq) {
    const at = (each: string, deleted: string) =>
      `(SELECT t.created_at FROM chat_messages t WHERE t.room_id = ${roomId} AND t.seq = ${each} ${deleted})`
    const alive = ['', ' - 1', ' - 2'].map((less) => at(`${seq}${less}`, 'AND t.deleted_at IS NULL'))
    return `COALESCE(${[...alive, at(seq, '')].join(', ')})`
  },

  array: 'json_array',

  rows: each,

  like: "COLLATE utf8mb4_unicode_ci LIKE ? ESCAPE '!'",

  isWide: (column) => `octet_length(${column}) > char_length(${column})`,

  mayHave: (column, characters) => `${column} COLLATE utf8mb4_bin REGEXP '[${characters}]'`,

  select: (db, sql, values) => db.$queryRawUnsafe(sql, ...values),

  execute: (db, sql, values) => db.$executeRawUnsafe(sql, ...values),
}
