import type { Db } from './client.js'
import { type EditRow, editColumns } from './edits.js'
import { type MediaRow, mediaColumns } from './media.js'
import { type MemberRow, memberColumns } from './members.js'
import { type MessageRow, messageColumns } from './messages.js'
import { type ReactionRow, reactionColumns } from './reactions.js'
import { type RoomRow, roomColumns } from './rooms.js'

/** A user's rows in rooms, with the rooms, those that they have left too; in the order of the rooms' ids. */
export async function roomsToExport(
  db: Db,
  userId: string,
  after: string,
  take: number,
): Promise<{ member: MemberRow; room: RoomRow }[]> {
  const rows = await db.chatRoomUser.findMany({
    where: { userId, roomId: { gt: after } },
    orderBy: { roomId: 'asc' },
    take,
    select: { ...memberColumns, room: { select: roomColumns } },
  })
  return rows.map(({ room, ...member }) => ({ member, room }))
}

/** What a user said in a room and has not deleted, in the order of `seq`. */
export const messagesToExport = (
  db: Db,
  { roomId, userId }: { roomId: string; userId: string },
  after: number,
  take: number,
): Promise<MessageRow[]> =>
  db.chatMessage.findMany({
    where: { roomId, userId, kind: 'user', deletedAt: null, seq: { gt: after } },
    orderBy: { seq: 'asc' },
    take,
    select: messageColumns,
  })

/** What these messages said before, the newest first. */
export const editsToExport = (db: Db, messageIds: string[]): Promise<EditRow[]> =>
  db.chatMessageEdit.findMany({
    where: { messageId: { in: messageIds } },
    orderBy: { revision: 'desc' },
    select: editColumns,
  })

export const reactionsToExport = (db: Db, userId: string, after: string, take: number): Promise<ReactionRow[]> =>
  db.chatMessageReaction.findMany({
    where: { userId, id: { gt: after } },
    orderBy: { id: 'asc' },
    take,
    select: reactionColumns,
  })

export const mediaToExport = (db: Db, uploadedById: string, after: string, take: number): Promise<MediaRow[]> =>
  db.chatMedia.findMany({
    where: { uploadedById, id: { gt: after } },
    orderBy: { id: 'asc' },
    take,
    select: mediaColumns,
  })

export const threadsToExport = (db: Db, userId: string, after: string, take: number) =>
  db.chatThreadFollower.findMany({
    where: { userId, threadId: { gt: after } },
    orderBy: { threadId: 'asc' },
    take,
    select: { threadId: true, roomId: true, isFollowing: true, lastReadSeq: true },
  })

/** What there is little of: whom they block, what they reported, what they decided and what was done to them. */
export const littleToExport = async (db: Db, userId: string) => {
  const [blocks, reports, audit] = await Promise.all([
    db.chatBlock.findMany({ where: { userId }, select: { blockedId: true, createdAt: true } }),
    db.chatReport.findMany({
      where: { reporterId: userId },
      select: { id: true, roomId: true, messageId: true, reason: true, text: true, createdAt: true },
    }),
    db.chatAuditEntry.findMany({
      where: { OR: [{ userId }, { actorId: userId }] },
      orderBy: { id: 'asc' },
      select: { id: true, action: true, actorId: true, userId: true, roomId: true, messageId: true, createdAt: true },
    }),
  ])
  return { blocks, reports, audit }
}
