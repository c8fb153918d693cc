import type { Role, RoomType } from '../../contract/permissions.js'
import type { Raw } from '../client.js'
import { type ArrayFunction, JsonRows, unpacked } from '../json-rows.js'
import type { NewMessage } from '../messages.js'

/** Messages that wait to be appended to one room. */
export interface RoomLock {
  roomId: string
  count: number
}

/** A room after its lock was taken and its counters were moved on by `count`. */
export interface LockedRoom {
  id: string
  type: RoomType
  isPublic: boolean
  isBlocked: boolean
  slowModeSeconds: number
  revision: number
  lastMessageSeq: number
  /** When what is appended now is written there. */
  lastMessageAt: Date
}

/** What is asked about each message before it is appended. */
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
  /** What slow mode knows: who is exempt from it, and when the others last wrote here. */
  canDeleteMessages: boolean
  lastSentAt: Date | null
  userName: string | null
  userDescription: string | null
  hostAvatarUrl: string | null
  avatarMediaId: string | null
  userLastSeenAt: Date | null
  existingId: string | null
  existingHash: string | null
  existingDeletedAt: Date | null
  replySeq: number | null
  replyUserId: string | null
  replyText: string | null
  replyDeletedAt: Date | null
}

/** The same with the room as it stood in the moment of the answer, by the database's clock in ms. */
export interface RoomState extends Preconditions {
  type: RoomType
  isPublic: boolean
  isBlocked: boolean
  slowModeSeconds: number
  revision: number
  lastMessageSeq: number
  lastMessageAt: Date
  readAt: number
}

/** A room that is to be moved on, if it still stands where it was read. */
export interface RoomMove extends RoomLock {
  revision: number
}

/** Members who have read up to what they wrote. */
export interface ReadMarker {
  roomId: string
  userId: string
  seq: number
}

/** Rows of one table and room with neighbouring numbers; `n` tells whose they are. */
export interface Range {
  n: number
  roomId: string
  low: number
  high: number
}

/**
 * The statements of the hot path, one each whatever the number of messages. Grouped `createMany` is five times slower
 * than these (measured), so this is the one place with SQL for each database; everything else is Prisma's own API.
 */
export interface Dialect {
  readonly name: 'sqlite' | 'postgresql' | 'mysql'
  /** Whether rooms that another transaction holds can be passed over rather than waited for. */
  readonly skipsLocked: boolean
  /** Transactions of ours at once. */
  readonly transactions: number
  readonly isolationLevel?: 'ReadCommitted'
  /** Whether transactions are so without being asked, which is a statement of its own each time. */
  isReadCommitted?(db: Raw): Promise<boolean>
  lockRooms(db: Raw, locks: RoomLock[], now: Date, skipLocked: boolean): Promise<LockedRoom[]>
  preconditions(db: Raw, queries: PreconditionsQuery[]): Promise<Preconditions[]>
  append(db: Raw, messages: NewMessage[], markers: ReadMarker[], now: Date): Promise<void>
  /** The way without a lock held between statements, where one statement can do all of a write. */
  readonly optimistic?: {
    /** No row for a message to a room that is not there. */
    roomStates(db: Raw, queries: PreconditionsQuery[]): Promise<RoomState[]>
    /**
     * Moves on the rooms that stand where they were read, that nobody else holds, and that were read less than
     * `optimisticMs` ago; appends what goes to these. Gives the number of messages appended.
     */
    append(
      db: Raw,
      moves: RoomMove[],
      messages: NewMessage[],
      markers: ReadMarker[],
      now: Date,
      readAt: number,
    ): Promise<number>
  }
  /** A LIKE with one `?` and `!` as its escape, to be put behind a column; case counts for no ASCII letter, in any locale. */
  readonly like: string
  /** Whether a column has more than ASCII. */
  isWide(column: string): string
  /** True where a column has one of these characters, none of which is in Latin-1; `x-y` stands for all between. */
  mayHave(column: string, characters: string): string
  /** Rows that one statement of a search goes through at most: where the database is in this process, it holds the loop meanwhile. */
  readonly searchedAtOnce: { messages: number; blocks: number; names: number; rooms: number; probes: number }
  /** What somebody's seats in rooms, `m`, are ordered by, so that some of them cost no more where there are many. */
  readonly seatKey: string
  /** SQL with two `?`, for a bit of a filter: which byte, and the byte's other bits; whether it is set. */
  hasBit(column: string): string
  /** What stands behind FROM to read rows of ranges, called `t`, by the range `i` of each; with one `?` for each of `values`. */
  ranges(table: string, column: string): string
  rangeValues(ranges: Range[]): unknown[]
  /**
   * SQL that says when a message was written. What was deleted says less, since where a clock was ahead the message after
   * it may be older: of that message and the two before it, the last that was not counts. Null where there is none.
   */
  writtenAt(roomId: string, seq: string): string
  /** SQL for the time by the database's clock, in whole ms since 1970. */
  readonly clock: string
  /** Makes a JSON array of all rows of a group. */
  readonly gather: 'json_agg' | 'json_group_array' | 'json_arrayagg'
  readonly array: ArrayFunction
  /** A table `i` of texts, and of numbers that are called `n` or `seq`, made of one `?`: a JSON array with an array for each row. */
  rows(columns: string): string
  /** A portable SELECT; `?` stands for each value. Where it has a name, it is the same statement each time. */
  select<Row>(db: Raw, sql: string, values: unknown[], name?: string): Promise<Row[]>
  /** The same of a statement that writes. */
  execute(db: Raw, sql: string, values: unknown[]): Promise<number>
}

/** The dialect on another way to the database: `over` gives it. */
export function through(dialect: Dialect, over: (db: Raw) => Raw): Dialect {
  const { optimistic } = dialect
  return {
    ...dialect,
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

/** What takes longer on its way to the database does nothing there: so it is known when it can no longer happen. */
export const optimisticMs = 1_000

/** For the databases that look up a range by its key. */
export const writtenAt = (roomId: string, seq: string): string =>
  `(SELECT t.created_at FROM chat_messages t WHERE t.room_id = ${roomId} AND t.seq BETWEEN ${seq} - 2 AND ${seq}
    ORDER BY t.deleted_at IS NOT NULL, t.seq DESC LIMIT 1)`

/** Where the values of a fact are; `i` holds the queries. */
export const preconditionColumns: Record<keyof Preconditions, string> = {
  n: 'i.n',
  role: 'CASE WHEN m.left_at IS NULL THEN m.role END',
  canCreateMessages: 'm.can_create_messages',
  silencedUntil: 'm.silenced_until',
  canDeleteMessages: 'm.can_delete_messages',
  lastSentAt: 'm.last_sent_at',
  userName: 'u.name',
  userDescription: 'u.description',
  hostAvatarUrl: 'u.host_avatar_url',
  avatarMediaId: 'u.avatar_media_id',
  userLastSeenAt: 'u.last_seen_at',
  existingId: 'x.id',
  existingHash: 'x.body_hash',
  existingDeletedAt: 'x.deleted_at',
  replySeq: 'r.seq',
  replyUserId: 'r.user_id',
  replyText: 'r.text',
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
  flags: ['canCreateMessages', 'canDeleteMessages'],
})

export const preconditionsOf = (rows: { packed: unknown }[]): Preconditions[] =>
  unpacked(rows).map((row) => packedPreconditions.read(row))

/**
 * Where they come from; who has left counts only above, or an index of somebody's rooms would look as good as the key.
 * `existing` is where a repeated clientId is found, that of a null user too.
 */
export const preconditionJoins = (existing: string): string => `
  LEFT JOIN chat_room_users m ON m.room_id = i.room_id AND m.user_id = i.user_id
  LEFT JOIN chat_users u ON u.id = i.user_id
  LEFT JOIN ${existing}
  LEFT JOIN chat_messages r ON r.id = i.reply_to_id AND r.room_id = i.room_id`

/** For the databases with an equality that null has too, and whose indexes serve it. */
export const existingBy = (equals: string): string =>
  `chat_messages x ON x.room_id = i.room_id AND x.user_id ${equals} i.user_id AND x.client_id = i.client_id`

/** Rows as one JSON text, for the databases without arrays: each is an array itself. */
export const json = {
  locks: (locks: RoomLock[]): string => JSON.stringify(locks.map(({ roomId, count }) => [roomId, count])),
  preconditions: (queries: PreconditionsQuery[]): string =>
    JSON.stringify(
      queries.map(({ n, roomId, userId, clientId, replyToId }) => [n, roomId, userId, clientId, replyToId]),
    ),
  markers: (markers: ReadMarker[]): string =>
    JSON.stringify(markers.map(({ roomId, userId, seq }) => [roomId, userId, seq])),
}
