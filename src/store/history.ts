import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { unpacked } from './json-rows.js'
import { type MessageRow, packedMessage } from './messages.js'
import { sqlHiddenUpTo } from './readable.js'
import { packedUser, type UserRow } from './users.js'

/** Requests up to `take` messages above or below a position, the nearest ones. */
export interface Stretch {
  side: 'above' | 'below'
  seq: number
  take: number
}

/** A room as its reader sees it, with messages in no particular order, and their authors. */
export interface Reading {
  /** `lastSeq` is that of the room, or of the thread. Up to `hiddenUpTo` messages of the room are not in `rows`. */
  room: { lastSeq: number; isPublic: boolean; isMember: boolean; hiddenUpTo: number } | undefined
  /** Whether the message is there, for this reader, that the thread is of, where a thread was asked for. */
  hasThread: boolean
  rows: MessageRow[]
  users: Map<string, UserRow>
}

/** The statement for this number of messages always has the same text, so it can be a named one. */
const usualTake = 50

const ofRoom = (condition: string): string =>
  `SELECT * FROM chat_messages r WHERE r.room_id = ? AND r.seq > 0 AND ${condition}`
const ofThread = (condition: string): string =>
  `SELECT t.* FROM chat_thread_replies r JOIN chat_messages t ON t.id = r.message_id WHERE r.thread_id = ? AND ${condition}`

/**
 * One statement reads whether somebody may read, and the messages of the room or of a thread in it, so nothing changes between
 * the two.
 */
export async function readStretches(
  { db, dialect }: { db: Db; dialect: Dialect },
  roomId: string,
  userId: string | undefined,
  stretches: Stretch[],
  threadId?: string,
): Promise<Reading> {
  const from = threadId === undefined ? ofRoom : ofThread
  // The number is part of the text, because with a parameter the plan would have to fit any number.
  const selects = stretches.map(
    ({ side, take }, n) =>
      `SELECT * FROM (${from(`r.seq ${side === 'above' ? '>' : '<'} ?`)}
       ORDER BY r.seq ${side === 'above' ? 'ASC' : 'DESC'} LIMIT ${take}) s${n}`,
  )
  const last = threadId === undefined ? 'c.last_message_seq' : 't.last_reply_seq'
  const root =
    threadId === undefined
      ? ''
      : `LEFT JOIN chat_messages t ON t.id = ? AND t.room_id = c.id AND t.thread_id IS NULL AND t.seq > ${sqlHiddenUpTo}`
  const { array } = dialect
  const found: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${array}(${last}, c.is_public, m.user_id, ${sqlHiddenUpTo}, ${packedMessage.sql(array)}, ${packedUser.sql(array)})
       AS packed
     FROM chat_rooms c
     LEFT JOIN chat_room_users m ON m.room_id = c.id AND m.user_id = ? AND m.left_at IS NULL
     ${root}
     LEFT JOIN (${selects.join(' UNION ALL ')}) x ON x.room_id = c.id
     LEFT JOIN chat_users u ON u.id = x.user_id
     WHERE c.id = ? AND c.deleted_at IS NULL`,
    [
      userId ?? null,
      ...(threadId === undefined ? [] : [threadId]),
      ...stretches.flatMap(({ seq }) => [threadId ?? roomId, seq]),
      roomId,
    ],
    stretches.every(({ take }) => take === usualTake)
      ? [threadId === undefined ? 'history' : 'thread', ...stretches.map(({ side }) => side)].join('_')
      : '',
  )
  const reading: Reading = { room: undefined, hasThread: false, rows: [], users: new Map() }
  for (const [lastSeq, isPublic, memberId, hiddenUpTo, message, user] of unpacked(found) as Found[]) {
    reading.hasThread ||= lastSeq !== null
    reading.room ??= { lastSeq: lastSeq ?? 0, isPublic: Boolean(isPublic), isMember: memberId !== null, hiddenUpTo }
    const row = packedMessage.read(message)
    // A room without messages gives one row, with nulls.
    if (row.id === null || (threadId === undefined && row.seq <= hiddenUpTo)) continue
    reading.rows.push(row)
    if (row.userId !== null && user[0] !== null && !reading.users.has(row.userId)) {
      reading.users.set(row.userId, packedUser.read(user))
    }
  }
  return reading
}

type Found = [
  lastSeq: number | null,
  isPublic: unknown,
  memberId: string | null,
  hiddenUpTo: number,
  message: unknown[],
  user: unknown[],
]
