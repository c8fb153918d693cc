import { notFound } from '../contract/problems.js'
import type { Db } from './client.js'
import { type MediaRow, mediaColumns } from './media.js'

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
