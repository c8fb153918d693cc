import type { Db } from './client.js'
import { mayRead, readableColumns } from './readable.js'

const memberIs = (userId: string) => ({ members: { some: { userId, leftAt: null } } })

/** Whether a live message carries the file that this user may read, in a room of theirs. */
export async function isCarriedFor(db: Db, mediaId: string, userId: string): Promise<boolean> {
  const carriers = await db.chatMessageMedia.findMany({
    where: { mediaId, message: { deletedAt: null, room: { deletedAt: null, ...memberIs(userId) } } },
    select: { message: { select: readableColumns(userId) } },
  })
  return carriers.some(({ message }) => mayRead(message))
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
