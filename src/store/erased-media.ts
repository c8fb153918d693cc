import type { Db } from './client.js'
import type { SweptRow } from './sweep.js'

/** Some of the files that a user has uploaded. */
export const someMediaOf = (db: Db, uploadedById: string, take: number): Promise<SweptRow[]> =>
  db.chatMedia.findMany({
    where: { uploadedById },
    orderBy: { createdAt: 'asc' },
    take,
    select: { id: true, storageKey: true, thumbnailKey: true },
  })

/** The messages that carry a file. */
export async function messagesCarrying(db: Db, mediaId: string): Promise<{ id: string; roomId: string }[]> {
  const rows = await db.chatMessageMedia.findMany({
    where: { mediaId },
    select: { message: { select: { id: true, roomId: true } } },
  })
  return rows.map(({ message }) => message)
}

/** The rooms whose picture a file is. */
export async function roomsShowing(db: Db, avatarMediaId: string): Promise<string[]> {
  const rows = await db.chatRoom.findMany({ where: { avatarMediaId }, select: { id: true } })
  return rows.map(({ id }) => id)
}
