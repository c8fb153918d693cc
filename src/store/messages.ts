import type { Db, StoredMessage } from './client.js'
import { columnsOf, JsonRows } from './json-rows.js'
import { type MediaRow, mediaOfMessages } from './media.js'
import { isKept } from './readable.js'
import { usersById } from './users.js'

/** Columns that only SQL compares: the hash of the body, and what `thread` says as well. */
type InSqlAlone = 'bodyHash' | 'lastReplySeq' | 'lastReplyAt'

/** A message as it is read. */
export type MessageRow = Omit<StoredMessage, InSqlAlone>

export const messageColumns = {
  id: true,
  roomId: true,
  seq: true,
  userId: true,
  clientId: true,
  kind: true,
  text: true,
  replyToId: true,
  mentions: true,
  mentionsEveryone: true,
  reactions: true,
  system: true,
  /** A JSON text of the host's, or of a client that the host lets write it. */
  data: true,
  /** The name under which the host's code spoke, as a JSON text. */
  saidAs: true,
  /** Who had said what this forwards, as a JSON text. */
  forwardedFrom: true,
  threadId: true,
  threadSeq: true,
  /** Of a reply in a thread: the `seq` of the message that the thread is of. */
  rootSeq: true,
  thread: true,
  hasMedia: true,
  createdRevision: true,
  revision: true,
  createdAt: true,
  editedAt: true,
  deletedAt: true,
  pinnedAt: true,
  pinnedById: true,
} as const satisfies Record<keyof MessageRow, true>

/**
 * A row to append, without the columns that begin empty or follow from the others. `createdAt` is the time of its room, and the
 * same for all messages that are appended there together.
 */
export type NewMessage = Omit<
  StoredMessage,
  | ('reactions' | 'system' | 'thread' | 'lastReplySeq' | 'lastReplyAt')
  | ('editedAt' | 'deletedAt' | 'pinnedAt' | 'pinnedById' | 'createdRevision')
>

/** The fields that come from the message itself, not from its room. */
type Own = Omit<NewMessage, 'createdAt'>

type SqlType<Value> = Value extends string
  ? 'text'
  : Value extends number
    ? 'int'
    : Value extends boolean
      ? 'bool'
      : never

/**
 * The columns that the statements insert, and PostgreSQL's types of them. Statements, placeholders and values are made of
 * this list, and it has to name each column of a new message: one that is not here, or has another type, does not compile.
 */
export const newMessageTypes = {
  id: 'text',
  roomId: 'text',
  seq: 'int',
  userId: 'text',
  clientId: 'text',
  bodyHash: 'text',
  kind: 'text',
  text: 'text',
  replyToId: 'text',
  mentions: 'text',
  mentionsEveryone: 'bool',
  data: 'text',
  saidAs: 'text',
  forwardedFrom: 'text',
  threadId: 'text',
  threadSeq: 'int',
  rootSeq: 'int',
  hasMedia: 'bool',
  revision: 'int',
} as const satisfies { [Key in keyof Own]: SqlType<NonNullable<Own[Key]>> }

type Said = Pick<
  MessageRow,
  | 'roomId'
  | 'userId'
  | 'clientId'
  | 'kind'
  | 'text'
  | 'replyToId'
  | 'mentionsEveryone'
  | 'data'
  | 'saidAs'
  | 'forwardedFrom'
  | 'threadId'
>

// Where a row is made, what it is made of is named field by field, or spread last: to leave out fields by `...rest`, or to add them behind a
// spread, takes V8 ten times as long as all else that makes a row of so many.

/** What the row of a message takes over as it was asked for. */
export const saidOf = (message: Said): Said => {
  const { roomId, userId, clientId, kind, text, replyToId } = message
  const { mentionsEveryone, data, saidAs, forwardedFrom, threadId } = message
  return { roomId, userId, clientId, kind, text, replyToId, mentionsEveryone, data, saidAs, forwardedFrom, threadId }
}

/** Makes the row of a new message, with the values that every message begins with. */
export const newMessageRow = (
  given: Omit<
    MessageRow,
    'reactions' | 'thread' | 'createdRevision' | 'editedAt' | 'deletedAt' | 'pinnedAt' | 'pinnedById'
  >,
): MessageRow => ({
  reactions: '[]',
  thread: null,
  createdRevision: given.revision,
  editedAt: null,
  deletedAt: null,
  pinnedAt: null,
  pinnedById: null,
  ...given,
})

/** The fields of a system message; it has no others. `replyToId` is the message that it tells of. */
export const systemMessageRow = (
  given: Pick<
    MessageRow,
    'id' | 'roomId' | 'seq' | 'userId' | 'text' | 'system' | 'revision' | 'createdAt' | 'replyToId'
  >,
): MessageRow =>
  newMessageRow({
    kind: 'system',
    clientId: null,
    mentions: '[]',
    mentionsEveryone: false,
    hasMedia: false,
    data: null,
    saidAs: null,
    forwardedFrom: null,
    threadId: null,
    threadSeq: null,
    rootSeq: null,
    ...given,
  })

/** The columns of the table with the alias `x`. */
export const packedMessage = new JsonRows<MessageRow>(columnsOf('x', messageColumns), {
  dates: ['createdAt', 'editedAt', 'deletedAt', 'pinnedAt'],
  flags: ['mentionsEveryone', 'hasMedia'],
})

/** The ids of the users whom a message mentions. */
export const mentionsOf = ({ mentions }: Pick<MessageRow, 'mentions'>): string[] =>
  mentions === '[]' ? [] : (JSON.parse(mentions) as string[])

/** What a reply shows of the message that it answers. */
export interface ReplyRow
  extends Pick<
    MessageRow,
    'id' | 'seq' | 'threadId' | 'threadSeq' | 'rootSeq' | 'userId' | 'saidAs' | 'text' | 'deletedAt'
  > {
  /** Null where the host's own code wrote it, or nothing is known of its author. */
  userName: string | null
  firstMedia: MediaRow | undefined
}

export const findMessage = (db: Db, roomId: string, id: string): Promise<MessageRow | null> =>
  db.chatMessage.findFirst({ where: { id, roomId }, select: messageColumns })

export const findMessages = (db: Db, ids: string[]): Promise<MessageRow[]> =>
  db.chatMessage.findMany({ where: { id: { in: ids } }, select: messageColumns })

/** The newest message of each of these rooms, deleted or not. */
export async function newestMessages(
  db: Db,
  rooms: readonly { id: string; lastMessageSeq: number }[],
): Promise<MessageRow[]> {
  if (rooms.length === 0) return []
  const newest = rooms.map(({ id, lastMessageSeq }) => ({ roomId: id, seq: lastMessageSeq }))
  return db.chatMessage.findMany({ where: { OR: newest }, select: messageColumns })
}

/** The last message of a room that was not deleted. */
export const lastShown = (db: Db, roomId: string): Promise<Pick<MessageRow, 'seq' | 'createdAt'> | null> =>
  db.chatMessage.findFirst({
    where: { roomId, seq: { gt: 0 }, deletedAt: null },
    orderBy: { seq: 'desc' },
    select: { seq: true, createdAt: true },
  })

/** When the last of the replies that are in threads alone was written; null where there is none. */
export async function lastReplyAt(db: Db, roomId: string): Promise<Date | null> {
  const last = await db.chatMessage.findFirst({
    where: { roomId, seq: { lt: 0 } },
    orderBy: { seq: 'desc' },
    select: { createdAt: true },
  })
  return last?.createdAt ?? null
}

export async function findReplies(db: Db, ids: string[]): Promise<ReplyRow[]> {
  if (ids.length === 0) return []
  const found = await db.chatMessage.findMany({
    where: { id: { in: ids } },
    select: {
      ...{ id: true, seq: true, threadId: true, threadSeq: true, rootSeq: true },
      ...{ userId: true, saidAs: true, text: true, hasMedia: true, deletedAt: true },
      room: { select: { purgedSeq: true } },
    },
  })
  const rows = found.flatMap(({ room, ...row }) => (isKept(row, room) ? [row] : []))
  const withMedia = rows.filter(({ hasMedia }) => hasMedia).map(({ id }) => id)
  const authors = rows.map(({ userId }) => userId)
  const [users, media] = await Promise.all([usersById(db, authors), mediaOfMessages(db, withMedia)])
  return rows.map(({ hasMedia: _, ...row }) => ({
    ...row,
    userName: users.get(row.userId ?? '')?.name ?? null,
    firstMedia: media.get(row.id)?.[0],
  }))
}

export const changeMessage = (
  db: Db,
  id: string,
  data: Partial<Omit<StoredMessage, 'id' | 'roomId'>>,
): Promise<MessageRow> => db.chatMessage.update({ where: { id }, data, select: messageColumns })

/** The columns that a tombstone keeps: its place, its author, its thread and its times. Every other column has to be emptied below. */
type Kept =
  | ('id' | 'roomId' | 'seq' | 'userId' | 'saidAs' | 'clientId' | 'kind' | 'replyToId' | 'createdAt' | 'editedAt')
  | ('threadId' | 'threadSeq' | 'rootSeq' | 'thread' | 'lastReplySeq' | 'lastReplyAt')
type Moved = 'createdRevision' | 'revision' | 'deletedAt'

/** What a tombstone has in its other columns. */
export const emptied = {
  bodyHash: null,
  text: '',
  mentions: '[]',
  mentionsEveryone: false,
  reactions: '[]',
  system: null,
  data: null,
  forwardedFrom: null,
  hasMedia: false,
  pinnedAt: null,
  pinnedById: null,
} as const satisfies Omit<StoredMessage, Kept | Moved>

/** Turns a message into a tombstone. */
export const eraseMessage = (
  db: Db,
  id: string,
  data: Pick<MessageRow, 'deletedAt' | 'revision'>,
): Promise<MessageRow> => changeMessage(db, id, { ...emptied, ...data })

/** Writes a system message inside a change of its room. Messages of users are appended (store/append). */
export const createMessage = (db: Db, row: MessageRow): Promise<MessageRow> =>
  db.chatMessage.create({ data: row, select: messageColumns })
