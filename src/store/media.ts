import { notFound } from '../contract/problems.js'
import type { Db, Stored } from './client.js'

export type MediaRow = Omit<Stored<'chatMedia'>, 'sha256'>

export const mediaColumns = {
  id: true,
  uploadedById: true,
  storageKey: true,
  thumbnailKey: true,
  filename: true,
  contentType: true,
  byteSize: true,
  width: true,
  height: true,
  createdAt: true,
} as const satisfies Record<keyof MediaRow, true>

/** What messages carry, each in its order. */
export async function mediaOfMessages(db: Db, messageIds: string[]): Promise<Map<string, MediaRow[]>> {
  const carried = new Map<string, MediaRow[]>()
  if (messageIds.length === 0) return carried
  const rows = await db.chatMessageMedia.findMany({
    where: { messageId: { in: messageIds } },
    orderBy: [{ messageId: 'asc' }, { sequence: 'asc' }],
    select: { messageId: true, media: { select: mediaColumns } },
  })
  for (const { messageId, media } of rows) {
    const list = carried.get(messageId)
    if (list) list.push(media)
    else carried.set(messageId, [media])
  }
  return carried
}

/** Those of these media that are this user's and that nothing carries yet, in the order asked for. */
export async function findUnattached(db: Db, userId: string, ids: string[]): Promise<MediaRow[]> {
  const rows = await db.chatMedia.findMany({
    where: { id: { in: ids }, uploadedById: userId, messages: { none: {} } },
    select: mediaColumns,
  })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** The key of the table makes a second message that wants the same media fail. */
export const attachMedia = (db: Db, messageId: string, mediaIds: string[]) =>
  db.chatMessageMedia.createMany({ data: mediaIds.map((mediaId, sequence) => ({ mediaId, messageId, sequence })) })

export const detachMedia = (db: Db, messageId: string) => db.chatMessageMedia.deleteMany({ where: { messageId } })

export const detachMediaOfRoom = (db: Db, roomId: string) =>
  db.chatMessageMedia.deleteMany({ where: { message: { roomId, hasMedia: true } } })

export const findOwnMedia = (db: Db, userId: string, id: string): Promise<MediaRow | null> =>
  db.chatMedia.findFirst({ where: { id, uploadedById: userId }, select: mediaColumns })

/** How much a user keeps here. */
export async function keptBytes(db: Db, userId: string): Promise<number> {
  const { _sum } = await db.chatMedia.aggregate({ where: { uploadedById: userId }, _sum: { byteSize: true } })
  return _sum.byteSize ?? 0
}

/** What `lockUploader` needs to know, read before its transaction begins. */
export async function findUploader(db: Db, id: string): Promise<Uploader> {
  const user = await db.chatUser.findUnique({ where: { id }, select: { id: true, createdAt: true } })
  if (!user) throw notFound()
  return user
}

export interface Uploader {
  id: string
  createdAt: Date
}

/** Holds the user's row, so that two uploads at once do not both take what is left of the quota. Writes what is there: a read first would make SQLite fail. */
export async function lockUploader(tx: Db, { id, createdAt }: Uploader): Promise<void> {
  const locked = await tx.chatUser.updateMany({ where: { id }, data: { createdAt } })
  if (locked.count === 0) throw notFound()
}

export const createMedia = (tx: Db, data: MediaRow & { sha256: string }): Promise<MediaRow> =>
  tx.chatMedia.create({ data, select: mediaColumns })

export const findMedia = (db: Db, id: string): Promise<MediaRow | null> =>
  db.chatMedia.findUnique({ where: { id }, select: mediaColumns })

/** Holds a row of media until the transaction ends: neither is it swept meanwhile, nor does it become an avatar. False where it is gone. */
export async function lockMedia(tx: Db, where: { id: string; uploadedById?: string }): Promise<boolean> {
  const locked = await tx.chatMedia.updateMany({ where, data: { byteSize: { increment: 0 } } })
  return locked.count > 0
}
