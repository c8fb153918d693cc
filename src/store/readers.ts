import type { Db } from './client.js'
import { type MemberRow, memberColumns } from './members.js'
import type { MessageRow } from './messages.js'
import type { RoomRow } from './rooms.js'

/** Where a list of readers goes on. */
export interface ReaderCursor {
  at: number
  id: string
}

/**
 * Members who have read up to a message, without its author, the latest reader first. For a new member everything before
 * counts as read, which says nothing about them: whoever came after the message is left out, except in a private room, where
 * that does not hold. It goes through the members of the room.
 */
export const readersOf = (
  db: Db,
  { id: roomId, type }: Pick<RoomRow, 'id' | 'type'>,
  { seq, userId, createdRevision }: Pick<MessageRow, 'seq' | 'userId' | 'createdRevision'>,
  cursor: ReaderCursor | undefined,
  take: number,
): Promise<MemberRow[]> => {
  const at = cursor && new Date(cursor.at)
  return db.chatRoomUser.findMany({
    where: {
      roomId,
      leftAt: null,
      lastReadSeq: { gte: seq },
      // Who was brought in at the start, and has not read anything yet.
      lastSeenAt: { not: null },
      ...(type === 'private' ? {} : { joinedRevision: { lte: createdRevision } }),
      ...(userId === null ? {} : { userId: { not: userId } }),
      ...(cursor && at ? { OR: [{ lastSeenAt: { lt: at } }, { lastSeenAt: at, userId: { gt: cursor.id } }] } : {}),
    },
    orderBy: [{ lastSeenAt: 'desc' }, { userId: 'asc' }],
    take,
    select: memberColumns,
  })
}
