import type { Db } from './client.js'
import { columnsOf, JsonRows } from './json-rows.js'

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
  reactions: true,
  system: true,
  hasMedia: true,
  createdRevision: true,
  revision: true,
  createdAt: true,
  editedAt: true,
  deletedAt: true,
} as const

export interface MessageRow {
  id: string
  roomId: string
  seq: number
  userId: string | null
  clientId: string | null
  kind: 'user' | 'system'
  text: string
  replyToId: string | null
  mentions: string
  reactions: string
  /** JSON; null where the host's own code spoke. */
  system: string | null
  hasMedia: boolean
  createdRevision: number
  revision: number
  createdAt: Date
  editedAt: Date | null
  deletedAt: Date | null
}

/** Of the table called `x`. */
export const packedMessage = new JsonRows<MessageRow>(columnsOf('x', messageColumns), {
  moments: ['createdAt', 'editedAt', 'deletedAt'],
  flags: ['hasMedia'],
})

/** Whom a message addresses. */
export const mentionsOf = ({ mentions }: Pick<MessageRow, 'mentions'>): string[] =>
  mentions === '[]' ? [] : (JSON.parse(mentions) as string[])

/** What a reply shows of the message that it answers. */
export interface ReplyRow {
  id: string
  seq: number
  userId: string | null
  text: string
  deletedAt: Date | null
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
    where: { roomId, deletedAt: null },
    orderBy: { seq: 'desc' },
    select: { seq: true, createdAt: true },
  })

export const findReplies = (db: Db, ids: string[]): Promise<ReplyRow[]> =>
  db.chatMessage.findMany({
    where: { id: { in: ids } },
    select: { id: true, seq: true, userId: true, text: true, deletedAt: true },
  })

/** A message of the system, inside a change of its room; those of people are appended (store/append). */
export const createMessage = (
  db: Db,
  data: Omit<MessageRow, 'clientId' | 'replyToId' | 'mentions' | 'reactions' | 'hasMedia' | 'editedAt' | 'deletedAt'>,
): Promise<MessageRow> => db.chatMessage.create({ data, select: messageColumns })

export const changeMessage = (
  db: Db,
  id: string,
  data: Partial<Omit<MessageRow, 'id' | 'roomId'>> & { bodyHash?: null },
): Promise<MessageRow> => db.chatMessage.update({ where: { id }, data, select: messageColumns })
