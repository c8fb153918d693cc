import type { Db, Stored } from './client.js'
import { mayRead, readableColumns } from './readable.js'

export type ReactionRow = Stored<'chatMessageReaction'>

export const reactionColumns = {
  id: true,
  messageId: true,
  roomId: true,
  userId: true,
  reaction: true,
  createdAt: true,
} as const satisfies Record<keyof ReactionRow, true>

export const reactionsOfUserTo = (db: Db, messageId: string, userId: string): Promise<ReactionRow[]> =>
  db.chatMessageReaction.findMany({ where: { messageId, userId }, orderBy: { id: 'asc' }, select: reactionColumns })

/** A reader's own reactions to several messages. */
export async function ownReactions(db: Db, messageIds: string[], userId: string): Promise<Map<string, string[]>> {
  const own = new Map<string, string[]>()
  if (messageIds.length === 0) return own
  const rows = await db.chatMessageReaction.findMany({
    where: { userId, messageId: { in: messageIds } },
    orderBy: { id: 'asc' },
    select: { messageId: true, reaction: true },
  })
  for (const { messageId, reaction } of rows) own.set(messageId, [...(own.get(messageId) ?? []), reaction])
  return own
}

export const findReaction = (db: Db, messageId: string, id: string): Promise<ReactionRow | null> =>
  db.chatMessageReaction.findFirst({ where: { id, messageId }, select: reactionColumns })

export const reactionsTo = (
  db: Db,
  messageId: string,
  after: string | undefined,
  take: number,
): Promise<ReactionRow[]> =>
  db.chatMessageReaction.findMany({
    where: { messageId, ...(after === undefined ? {} : { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take,
    select: reactionColumns,
  })

/** A user's own reactions, newest first, in rooms of which they are still a member; and whether they may read the message. */
export const reactionsOfUser = async (
  db: Db,
  userId: string,
  before: string | undefined,
  take: number,
): Promise<{ row: ReactionRow; isReadable: boolean }[]> => {
  const found = await db.chatMessageReaction.findMany({
    where: {
      userId,
      ...(before === undefined ? {} : { id: { lt: before } }),
      message: { room: { deletedAt: null, members: { some: { userId, leftAt: null } } } },
    },
    orderBy: { id: 'desc' },
    take,
    select: { ...reactionColumns, message: { select: readableColumns(userId) } },
  })
  return found.map(({ message, ...row }) => ({ row, isReadable: mayRead(message) }))
}

export const createReaction = (db: Db, row: ReactionRow): Promise<ReactionRow> =>
  db.chatMessageReaction.create({ data: row, select: reactionColumns })

export const deleteReactions = (db: Db, ids: string[]) =>
  db.chatMessageReaction.deleteMany({ where: { id: { in: ids } } })

export const deleteReactionsTo = (db: Db, messageId: string) =>
  db.chatMessageReaction.deleteMany({ where: { messageId } })

/** The first users with each reaction, for the summary that every reader gets. */
export async function firstReactors(db: Db, messageId: string, reaction: string, take: number): Promise<string[]> {
  const rows = await db.chatMessageReaction.findMany({
    where: { messageId, reaction },
    orderBy: { id: 'asc' },
    take,
    select: { userId: true },
  })
  return rows.map((row) => row.userId)
}
