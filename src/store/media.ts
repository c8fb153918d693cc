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
  durationMs: true,
  createdAt: true,
} as const satisfies Record<keyof MediaRow, true>

/** The media of messages, each in its order. */
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

/**
 * Which of these media are the user's and not carried by anything yet, in the order of the ids. Their rows are locked before
 * it is looked: of two messages that want the same media, the second finds it carried.
 */
export async function claimUnattached(tx: Db, userId: string, ids: string[]): Promise<MediaRow[]> {
  await lockMedia(tx, { id: { in: ids }, uploadedById: userId })
  const rows = await tx.chatMedia.findMany({
    where: { id: { in: ids }, uploadedById: userId, messages: { none: {} } },
    select: mediaColumns,
  })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

export const attachMedia = (db: Db, messageId: string, mediaIds: string[]) =>
  db.chatMessageMedia.createMany({ data: mediaIds.map((mediaId, sequence) => ({ mediaId, messageId, sequence })) })

/** Media by their ids. */
export async function findAllMedia(db: Db, ids: string[]): Promise<Map<string, MediaRow>> {
  if (ids.length === 0) return new Map()
  const rows = await db.chatMedia.findMany({ where: { id: { in: ids } }, select: mediaColumns })
  return new Map(rows.map((row) => [row.id, row]))
}

export const detachMedia = (db: Db, messageId: string) => db.chatMessageMedia.deleteMany({ where: { messageId } })

export const detachMediaOfRoom = (db: Db, roomId: string) =>
  db.chatMessageMedia.deleteMany({ where: { message: { roomId, hasMedia: true } } })

export const findOwnMedia = (db: Db, userId: string, id: string): Promise<MediaRow | null> =>
  db.chatMedia.findFirst({ where: { id, uploadedById: userId }, select: mediaColumns })

/** How many bytes a user has stored. */
export async function keptBytes(db: Db, userId: string): Promise<number> {
  const { _sum } = await db.chatMedia.aggregate({ where: { uploadedById: userId }, _sum: { byteSize: true } })
  return _sum.byteSize ?? 0
}

/** Reads what `lockUploader` needs, before its transaction begins. */
export async function findUploader(db: Db, id: string): Promise<Uploader> {
  const user = await db.chatUser.findUnique({ where: { id }, select: { id: true, createdAt: true } })
  if (!user) throw notFound()
  return user
}

export interface Uploader {
  id: string
  createdAt: Date
}

/** Locks the user's row, so that two uploads at once do not both take the rest of the quota. It writes the same values again, because SQLite would fail after a read. */
export async function lockUploader(tx: Db, { id, createdAt }: Uploader): Promise<void> {
  const locked = await tx.chatUser.updateMany({ where: { id }, data: { createdAt } })
  if (locked.count === 0) throw notFound()
}

export const createMedia = (tx: Db, data: MediaRow & { sha256: string }): Promise<MediaRow> =>
  tx.chatMedia.create({ data, select: mediaColumns })

export const findMedia = (db: Db, id: string): Promise<MediaRow | null> =>
  db.chatMedia.findUnique({ where: { id }, select: mediaColumns })

/** Locks rows of media until the transaction ends, so that they are not swept meanwhile and do not become avatars. False if there are none. */
export async function lockMedia(
  tx: Db,
  where: { id: string | { in: string[] }; uploadedById?: string },
): Promise<boolean> {
  const locked = await tx.chatMedia.updateMany({ where, data: { byteSize: { increment: 0 } } })
  return locked.count > 0
}
