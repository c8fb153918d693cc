import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { sqlHiddenUpTo, sqlPlace } from './readable.js'

const memberIs = (userId: string) => ({ members: { some: { userId, leftAt: null } } })

/**
 * Whether a live message carries the file that this user may read, in a room of theirs. Many may carry it, for it may be forwarded
 * again and again: so the database looks for one of them.
 */
export async function isCarriedFor(
  { db, dialect }: { db: Db; dialect: Dialect },
  mediaId: string,
  userId: string,
): Promise<boolean> {
  const found: unknown[] = await dialect.select(
    db,
    `SELECT 1 AS carried FROM chat_message_media f
     JOIN chat_messages x ON x.id = f.message_id AND x.deleted_at IS NULL
     JOIN chat_rooms c ON c.id = x.room_id AND c.deleted_at IS NULL
     JOIN chat_room_users m ON m.room_id = c.id AND m.user_id = ? AND m.left_at IS NULL
     WHERE f.media_id = ? AND ${sqlPlace} > ${sqlHiddenUpTo} LIMIT 1`,
    [userId, mediaId],
  )
  return found.length > 0
}

/** The user of this tenant whose picture it is, if there is one. */
export const faceOf = (db: Db, mediaId: string, tenantId: string): Promise<{ id: string } | null> =>
  db.chatUser.findFirst({ where: { avatarMediaId: mediaId, tenantId }, select: { id: true } })

/** Whether it is the picture of a room that this user of this tenant can see. */
export async function isRoomPictureFor(db: Db, mediaId: string, userId: string, tenantId: string): Promise<boolean> {
  const room = await db.chatRoom.findFirst({
    where: { avatarMediaId: mediaId, deletedAt: null, OR: [{ isPublic: true, tenantId }, memberIs(userId)] },
    select: { id: true },
  })
  return room !== null
}
