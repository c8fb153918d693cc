import { inChunks } from '../concurrency/chunks.js'
import type { Permission } from '../contract/permissions.js'
import type { Db, StoredMessage } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { type ColumnType, insertRows, type WrittenTable } from './dialects/insert-rows.js'
import { columnOf } from './json-rows.js'
import type { MemberRow } from './members.js'
import { newMessageTypes } from './messages.js'
import { type ReactionRow, reactionColumns } from './reactions.js'
import type { RoomRow } from './rooms.js'

interface On {
  db: Db
  dialect: Dialect
}

/** All columns, of which a message that is sent fills a part. */
const messageTypes = {
  ...newMessageTypes,
  kind: 'kind',
  createdAt: 'time',
  createdRevision: 'int',
  reactions: 'text',
  system: 'text',
  thread: 'text',
  lastReplySeq: 'int',
  lastReplyAt: 'time',
  editedAt: 'time',
  deletedAt: 'time',
  pinnedAt: 'time',
  pinnedById: 'text',
} as const satisfies Record<keyof StoredMessage, ColumnType>

const tableOf = (name: string, types: Record<string, ColumnType>): WrittenTable => ({
  name,
  columns: Object.fromEntries(Object.entries(types).map(([key, type]) => [columnOf(key), type])),
})

const messages = tableOf('chat_messages', messageTypes)
const messageKeys = Object.keys(messageTypes) as (keyof StoredMessage)[]

export const insertMessages = (on: On, rows: StoredMessage[]) =>
  insertRows(
    on,
    messages,
    rows.map((row) => messageKeys.map((key) => row[key])),
  )

const reactionKeys = Object.keys(reactionColumns) as (keyof ReactionRow)[]
const reactions = tableOf(
  'chat_message_reactions',
  Object.fromEntries(reactionKeys.map((key) => [key, key === 'createdAt' ? 'time' : 'text'])),
)

export const insertReactions = (on: On, rows: ReactionRow[]) =>
  inChunks(rows, (some) =>
    insertRows(
      on,
      reactions,
      some.map((row) => reactionKeys.map((key) => row[key])),
    ),
  )

/** Which of these messages there are, deleted or not. */
export async function messagesAmong(db: Db, ids: string[]): Promise<Set<string>> {
  const found = await inChunks([...new Set(ids)], (some) =>
    db.chatMessage.findMany({ where: { id: { in: some } }, select: { id: true } }),
  )
  return new Set(found.flat().map(({ id }) => id))
}

/** So that nobody is erased while what they wrote is on its way. A database with one writer needs none. */
const shared = { sqlite: '', postgresql: 'FOR SHARE', mysql: 'LOCK IN SHARE MODE' }

/** Which of these people the chat knows in a tenant. Their rows stay as they are until the transaction ends. */
export async function peopleAmong({ db, dialect }: On, tenantId: string, ids: string[]): Promise<Set<string>> {
  const found = await inChunks([...new Set(ids)], (some) =>
    dialect.select<{ id: string }>(
      db,
      `SELECT u.id AS id FROM chat_users u WHERE u.id IN (${some.map(() => '?').join(', ')}) AND u.tenant_id = ?
       ${shared[dialect.name]}`,
      [...some, tenantId],
    ),
  )
  return new Set(found.flat().map(({ id }) => id))
}

/** What somebody may do in a room who comes into it now. */
export type NewcomerGrants = Pick<MemberRow, 'role' | Permission>

/**
 * Who wrote in a room and was never in it has a row there like somebody who was only asked: by these rows their messages are found, for
 * an export and an erasure. The caller holds the room's lock.
 */
export async function noteAuthors(
  db: Db,
  { id: roomId, revision }: Pick<RoomRow, 'id' | 'revision'>,
  firstAt: ReadonlyMap<string, Date>,
  grants: NewcomerGrants,
): Promise<void> {
  const userIds = [...firstAt.keys()]
  const found = await inChunks(userIds, (some) =>
    db.chatRoomUser.findMany({ where: { roomId, userId: { in: some } }, select: { userId: true } }),
  )
  const there = new Set(found.flat().map(({ userId }) => userId))
  const rows = [...firstAt].flatMap(([userId, at]) =>
    there.has(userId)
      ? []
      : [{ ...grants, roomId, userId, joinedAt: at, leftAt: at, joinedRevision: revision, revision: 0 }],
  )
  if (rows.length > 0) await db.chatRoomUser.createMany({ data: rows })
}

/** The last message of a room that somebody has to read; 0 where there is none. */
export async function lastToRead({ db, dialect }: On, roomId: string): Promise<number> {
  const [row] = await dialect.select<{ seq: number }>(
    db,
    `SELECT t.seq AS seq FROM chat_messages t WHERE t.room_id = ? AND t.seq > 0
       AND NOT EXISTS (SELECT 1 FROM chat_uncounted_messages n WHERE n.room_id = t.room_id AND n.seq = t.seq)
     ORDER BY t.seq DESC LIMIT 1`,
    [roomId],
  )
  return Number(row?.seq ?? 0)
}

/** Where messages came that nobody has to read: who had read all of what is up to `lastToRead` has read up to `seq`. */
interface ReadAlong {
  lastToRead: number
  seq: number
}

/**
 * Moves on the markers in a room, and keeps it put away for whoever put it away. Returns whether there is somebody who had not read all, and
 * for whom what came has to count as read.
 */
export async function readAlong({ db, dialect }: On, roomId: string, { lastToRead, seq }: ReadAlong): Promise<boolean> {
  const moved = (column: string) => `${column} = CASE WHEN ${column} >= ? THEN ? ELSE ${column} END`
  await dialect.execute(
    db,
    `UPDATE chat_room_users SET ${moved('last_read_seq')}, ${moved('archived_at_seq')}
     WHERE room_id = ? AND left_at IS NULL AND (last_read_seq >= ? OR archived_at_seq >= ?)`,
    [lastToRead, seq, lastToRead, seq, roomId, lastToRead, lastToRead],
  )
  const where = { roomId, leftAt: null, lastReadSeq: { lt: seq } }
  return (await db.chatRoomUser.findFirst({ where, select: { userId: true } })) !== null
}

/** The same of the followers of a thread. */
export async function readThreadAlong(db: Db, threadId: string, { lastToRead, seq }: ReadAlong): Promise<boolean> {
  await db.chatThreadFollower.updateMany({
    where: { threadId, lastReadSeq: { gte: lastToRead, lt: seq } },
    data: { lastReadSeq: seq },
  })
  const where = { threadId, lastReadSeq: { lt: seq } }
  return (await db.chatThreadFollower.findFirst({ where, select: { userId: true } })) !== null
}
