import type { Db } from './client.js'

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
  hasMedia: boolean
  createdRevision: number
  revision: number
  createdAt: Date
  editedAt: Date | null
  deletedAt: Date | null
}

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

/** Up to `take` messages above or below a position, nearest first. */
export const messagesBeside = (
  db: Db,
  roomId: string,
  side: 'above' | 'below',
  seq: number,
  take: number,
): Promise<MessageRow[]> =>
  db.chatMessage.findMany({
    where: { roomId, seq: side === 'above' ? { gt: seq } : { lt: seq } },
    orderBy: { seq: side === 'above' ? 'asc' : 'desc' },
    take,
    select: messageColumns,
  })

/** Messages at positions of several rooms, in one query: the last one of each room. */
export const messagesAt = (db: Db, places: { roomId: string; seq: number }[]): Promise<MessageRow[]> =>
  places.length === 0
    ? Promise.resolve([])
    : db.chatMessage.findMany({
        where: { OR: places.map(({ roomId, seq }) => ({ roomId, seq })) },
        select: messageColumns,
      })

export const messagesBySeq = (db: Db, roomId: string, seqs: number[]): Promise<MessageRow[]> =>
  db.chatMessage.findMany({
    where: { roomId, seq: { in: seqs } },
    orderBy: { seq: 'desc' },
    select: messageColumns,
  })

export const findReplies = (db: Db, ids: string[]): Promise<ReplyRow[]> =>
  db.chatMessage.findMany({
    where: { id: { in: ids } },
    select: { id: true, seq: true, userId: true, text: true, deletedAt: true },
  })

export const changeMessage = (
  db: Db,
  id: string,
  data: Partial<Omit<MessageRow, 'id' | 'roomId'>> & { bodyHash?: null },
): Promise<MessageRow> => db.chatMessage.update({ where: { id }, data, select: messageColumns })
