import type { Db } from './client.js'

const memberIs = (userId: string) => ({ members: { some: { userId, leftAt: null } } })

/** Whether a live message carries it, in a room that this user is in. */
export async function isCarriedFor(db: Db, mediaId: string, userId: string): Promise<boolean> {
  const found = await db.chatMessageMedia.findFirst({
    where: { mediaId, message: { deletedAt: null, room: { deletedAt: null, ...memberIs(userId) } } },
    select: { mediaId: true },
  })
  return found !== null
}

/** Whether it is the picture of a person, whom everyone may look at, or of a room that this user can see. */
export async function isAvatarFor(db: Db, mediaId: string, userId: string): Promise<boolean> {
  const [user, room] = await Promise.all([
    db.chatUser.findFirst({ where: { avatarMediaId: mediaId }, select: { id: true } }),
    db.chatRoom.findFirst({
      where: { avatarMediaId: mediaId, deletedAt: null, OR: [{ isPublic: true }, memberIs(userId)] },
      select: { id: true },
    }),
  ])
  return user !== null || room !== null
}
