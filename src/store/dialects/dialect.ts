import type { Role, RoomType } from '../../contract/permissions.js'
import type { Raw } from '../client.js'
import { type ArrayFunction, JsonRows, unpacked } from '../json-rows.js'
import type { MentionRow } from '../mention-rows.js'
import type { NewMessage } from '../messages.js'
import type { ThreadMention } from '../thread-mentions.js'

/** By how much the counters of a room are moved on. */
export interface RoomLock {
  roomId: string
  /** Revisions: one for each message, and one for each thread that has new replies, which is that of the message that it is of. */
  count: number
  /** Messages of the room itself. */
  seqs: number
  /** Replies that are in threads alone. */
  replies: number
}

/** A room after its lock was taken and its counters were moved on. */
export interface LockedRoom {
  id: string
  type: RoomType
  isPublic: boolean
  isBlocked: boolean
  slowModeSeconds: number
  historyRevision: number | null
  purgedSeq: number
  revision: number
  lastMessageSeq: number
  /** The time of the messages that are appended now. */
  lastMessageAt: Date
  replySeq: number
  /** The time of the replies that are appended now. */
  lastReplyAt: Date | null
}

/** The question about each message before it is appended. */
export interface PreconditionsQuery {
  n: number
  roomId: string
  userId: string | null
  clientId: string | null
  replyToId: string | null
}

/** The answer, read after the lock. */
export interface Preconditions {
  n: number
  role: Role | null
  canCreateMessages: boolean
  silencedUntil: Date | null
  /** For slow mode: who is exempt from it, and when the others last wrote here. */
  canDeleteMessages: boolean
  lastSentAt: Date | null
  /** Who may mention everyone. */
  canEditRoom: boolean
  /** Set if the sender has put the room away. */
  archivedAtSeq: number | null
  /** From where on the sender may read. */
  joinedRevision: number | null
  joinedSeq: number | null
  userName: string | null
  userDescription: string | null
  hostAvatarUrl: string | null
  avatarMediaId: string | null
  userLastSeenAt: Date | null
  existingId: string | null
  existingHash: string | null
  existingDeletedAt: Date | null
  /** Of the message that is quoted. */
  replySeq: number | null
  replyThreadId: string | null
  replyThreadSeq: number | null
  replyRootSeq: number | null
  replyUserId: string | null
  replyUserName: string | null
  replySaidAs: string | null
  replyText: string | null
  replyHasMedia: boolean
  replyDeletedAt: Date | null
}

/** The same, with the room as it was at the moment of the answer, by the database's clock in ms. */
export interface RoomState extends Preconditions {
  type: RoomType
  isPublic: boolean
  isBlocked: boolean
  slowModeSeconds: number
  historyRevision: number | null
  purgedSeq: number
  revision: number
  lastMessageSeq: number
  lastMessageAt: Date
  /** Of the room's replies; `replySeq` is of what a message quotes. */
  lastReplySeq: number
  lastReplyAt: Date | null
  readAt: number
}

/** A room whose counters are to be incremented, if its revision is still the one that was read. */
export interface RoomMove extends RoomLock {
  revision: number
}

/** Members who have read up to what they wrote, and whose mark that it is unread goes. */
export interface ReadMarker {
  roomId: string
  userId: string
  seq: number
}

/** What the replies of a batch write beside their own rows. */
export interface ThreadWrites {
  /** The messages that the threads are of, each with what its readers see from now on. */
  roots: { id: string; roomId: string; thread: string; revision: number; lastReplySeq: number; lastReplyAt: Date }[]
  /** The places of the replies in their threads. */
  places: { threadId: string; seq: number; messageId: string; roomId: string }[]
  /** Who follows the threads from now on, each once in a thread. */
  followers: NewFollower[]
  mentions: ThreadMention[]
}

/** Why somebody follows a thread: they wrote, or are mentioned in, the message that it is of, are mentioned in a reply, or replied. */
export type Reason = 'begun' | 'mentioned' | 'replied'

/** A follower of a thread, whether new or not. */
export interface NewFollower {
  threadId: string
  userId: string
  roomId: string
  /** Up to here a new follower has read, and whoever replied in any case. */
  readSeq: number
  reason: Reason
}

/** Rows of one table and room with neighbouring numbers; `n` says to which request they belong. */
export interface Range {
  n: number
  roomId: string
  low: number
  high: number
}

/**
 * The statements of the hot path, each for any number of messages. Grouped `createMany` is five times slower (measured), so this is
 * the one place with SQL for each database; most other queries use Prisma's API.
 */
export interface Dialect {
  readonly name: 'sqlite' | 'postgresql' | 'mysql'
  /** Whether rooms that another transaction holds can be skipped instead of waited for. */
  readonly skipsLocked: boolean
  /** How many transactions of ours may run at once. */
  readonly transactions: number
  readonly isolationLevel?: 'ReadCommitted'
  /** Whether transactions have this isolation level by default. Setting it costs a statement each time. */
  isReadCommitted?(db: Raw): Promise<boolean>
  lockRooms(db: Raw, locks: RoomLock[], now: Date, skipLocked: boolean): Promise<LockedRoom[]>
  preconditions(db: Raw, queries: PreconditionsQuery[]): Promise<Preconditions[]>
  append(db: Raw, messages: NewMessage[], markers: ReadMarker[], now: Date): Promise<void>
  /** For databases where one statement can do the whole write, so that no lock is held between statements. */
  readonly optimistic?: {
    /** There is no row for a message to a room that does not exist. */
    roomStates(db: Raw, queries: PreconditionsQuery[]): Promise<RoomState[]>
    /**
     * Increments the counters of rooms whose revision is still the one that was read, that nobody else holds, and that were read less
     * than `optimisticMs` ago, and appends their messages with what they mention. Returns the number of appended messages.
     */
    append(
      db: Raw,
      moves: RoomMove[],
      messages: NewMessage[],
      mentions: MentionRow[],
      markers: ReadMarker[],
      threads: ThreadWrites,
      now: Date,
      readAt: number,
    ): Promise<number>
  }
  /** A LIKE with one `?`, and `!` as its escape, to be written after a column. It ignores the case of ASCII letters in every locale. */
  readonly like: string
  /** SQL that says whether a column has characters beyond ASCII. */
  isWide(column: string): string
  /** SQL that is true if a column has one of these characters, none of which is in Latin-1; `x-y` stands for a range. */
  mayHave(column: string, characters: string): string
  /** How many rows a statement of a search reads at most. A database in this process blocks the event loop meanwhile. */
  readonly searchedAtOnce: { messages: number; blocks: number; names: number; rooms: number; probes: number }
  /** The order of a user's memberships, `m`, in which reading some of many is cheap. */
  readonly seatKey: string
  /** SQL that says whether a bit of a filter is set; its two `?` are the number of the byte, and the byte's other bits. */
  hasBit(column: string): string
  /** The text after FROM that reads the rows `t` of the ranges `i`, with one `?` for each of `values`. */
  ranges(table: string, column: string): string
  rangeValues(ranges: Range[]): unknown[]
  /**
   * SQL that says when a message was written. A deleted message does not say it reliably, because after a clock that was ahead the next
   * message may be older. So it takes the last one that was not deleted of the message and the two before it; null if there is none.
   */
  writtenAt(roomId: string, seq: string): string
  /** An INSERT that leaves alone the rows that are there already. */
  unlessThere(insert: string): string
  /** An INSERT that changes the rows that are there already, by their key; `inserted` is what a column was to be. */
  orChange(insert: string, key: string, changes: (inserted: (column: string) => string) => string): string
  /** SQL for the time by the database's clock, in whole ms since 1970. */
  readonly clock: string
  /** Makes a JSON array of all rows of a group. */
  readonly gather: 'json_agg' | 'json_group_array' | 'json_arrayagg'
  readonly array: ArrayFunction
  /** A table `i` of texts, and of numbers that are called `n` or `seq`, made of one `?`: a JSON array with an array for each row. */
  rows(columns: string): string
  /** Runs a portable SELECT with `?` for each value. If it has a name, its text is the same each time. */
  select<Row>(db: Raw, sql: string, values: unknown[], name?: string): Promise<Row[]>
  /**
   * Takes the lock of whoever writes. SQLite refuses a transaction that has read and then writes, if another process has written in between, and
   * libsql refuses all that follows until it has collected the garbage: so a transaction that may write does so first.
   */
  lockWriters?(db: Raw): Promise<unknown>
  /** Runs a portable statement that writes. */
  execute(db: Raw, sql: string, values: unknown[]): Promise<number>
}

/** For databases with ON CONFLICT. */
export const orChange: Dialect['orChange'] = (insert, key, changes) =>
  `${insert} ON CONFLICT (${key}) DO UPDATE SET ${changes((column) => `excluded.${column}`)}`

/** The dialect with another way to the database, which `over` returns. */
export function through(dialect: Dialect, over: (db: Raw) => Raw): Dialect {
  const { lockWriters, optimistic } = dialect
  return {
    ...dialect,
    ...(lockWriters && { lockWriters: (db) => lockWriters(over(db)) }),
    lockRooms: (db, ...given) => dialect.lockRooms(over(db), ...given),
    preconditions: (db, ...given) => dialect.preconditions(over(db), ...given),
    append: (db, ...given) => dialect.append(over(db), ...given),
    ...(optimistic && {
      optimistic: {
        roomStates: (db, ...given) => optimistic.roomStates(over(db), ...given),
        append: (db, ...given) => optimistic.append(over(db), ...given),
      },
    }),
    select: (db, ...given) => dialect.select(over(db), ...given),
    execute: (db, ...given) => dialect.execute(over(db), ...given),
  }
}

/** A statement that takes longer to reach the database does nothing, so it is known when it can no longer take effect. */
export const optimisticMs = 1_000

/** For databases that look up a range by its key. */
export const writtenAt = (roomId: string, seq: string): string =>
  `(SELECT t.created_at FROM chat_messages t WHERE t.room_id = ${roomId} AND t.seq BETWEEN ${seq} - 2 AND ${seq}
    ORDER BY t.deleted_at IS NOT NULL, t.seq DESC LIMIT 1)`

/**
 * SQL that moves on the counters of the room `c` by those of `i`, and the two times, each only where something of its kind is
 * appended. `timeAfter` is SQL for the new time, which must not be before the one in its column.
 */
export const countersMoved = (
  i: string,
  timeAfter: (column: string) => string,
  set = (column: string): string => column,
): string => `
  ${set('revision')} = c.revision + ${i}.count, ${set('last_message_seq')} = c.last_message_seq + ${i}.seqs,
  ${set('reply_seq')} = c.reply_seq + ${i}.replies,
  ${set('last_message_at')} = CASE WHEN ${i}.seqs > 0 THEN ${timeAfter('c.last_message_at')} ELSE c.last_message_at END,
  ${set('last_reply_at')} = CASE WHEN ${i}.replies > 0 THEN ${timeAfter('c.last_reply_at')} ELSE c.last_reply_at END`

/** Where the values of a fact are; `i` holds the queries. */
export const preconditionColumns: Record<keyof Preconditions, string> = {
  n: 'i.n',
  role: 'CASE WHEN m.left_at IS NULL THEN m.role END',
  canCreateMessages: 'm.can_create_messages',
  silencedUntil: 'm.silenced_until',
  canDeleteMessages: 'm.can_delete_messages',
  canEditRoom: 'm.can_edit_room',
  lastSentAt: 'm.last_sent_at',
  archivedAtSeq: 'm.archived_at_seq',
  joinedRevision: 'm.joined_revision',
  joinedSeq: 'm.joined_seq',
  userName: 'u.name',
  userDescription: 'u.description',
  hostAvatarUrl: 'u.host_avatar_url',
  avatarMediaId: 'u.avatar_media_id',
  userLastSeenAt: 'u.last_seen_at',
  existingId: 'x.id',
  existingHash: 'x.body_hash',
  existingDeletedAt: 'x.deleted_at',
  replySeq: 'r.seq',
  replyThreadId: 'r.thread_id',
  replyThreadSeq: 'r.thread_seq',
  replyRootSeq: 'r.root_seq',
  replyUserId: 'r.user_id',
  replyUserName: 'a.name',
  replySaidAs: 'r.said_as',
  replyText: 'r.text',
  replyHasMedia: 'r.has_media',
  replyDeletedAt: 'r.deleted_at',
}
export const preconditionTimes = [
  'silencedUntil',
  'lastSentAt',
  'userLastSeenAt',
  'existingDeletedAt',
  'replyDeletedAt',
] as const

export const packedPreconditions = new JsonRows<Preconditions>(preconditionColumns, {
  dates: [...preconditionTimes],
  flags: ['canCreateMessages', 'canDeleteMessages', 'canEditRoom', 'replyHasMedia'],
})

export const preconditionsOf = (rows: { packed: unknown }[]): Preconditions[] =>
  unpacked(rows).map((row) => packedPreconditions.read(row))

/**
 * The tables that they come from. Whether a member has left is checked above, not here, because otherwise the planner may prefer an
 * index of the user's rooms to the key. `existing` finds a repeated clientId, also that of a null user.
 */
export const preconditionJoins = (existing: string): string => `
  LEFT JOIN chat_room_users m ON m.room_id = i.room_id AND m.user_id = i.user_id
  LEFT JOIN chat_users u ON u.id = i.user_id
  LEFT JOIN ${existing}
  LEFT JOIN chat_messages r ON r.id = i.reply_to_id AND r.room_id = i.room_id
  LEFT JOIN chat_users a ON a.id = r.user_id`

/** For databases with an equality that also compares nulls, and that can use an index for it. */
export const existingBy = (equals: string): string =>
  `chat_messages x ON x.room_id = i.room_id AND x.user_id ${equals} i.user_id AND x.client_id = i.client_id`

/** Rows as one JSON text, for databases without arrays; each row is a JSON array. */
export const json = {
  locks: (locks: RoomLock[]): string =>
    JSON.stringify(locks.map(({ roomId, count, seqs, replies }) => [roomId, count, seqs, replies])),
  preconditions: (queries: PreconditionsQuery[]): string =>
    JSON.stringify(
      queries.map(({ n, roomId, userId, clientId, replyToId }) => [n, roomId, userId, clientId, replyToId]),
    ),
  markers: (markers: ReadMarker[]): string =>
    JSON.stringify(markers.map(({ roomId, userId, seq }) => [roomId, userId, seq])),
}
