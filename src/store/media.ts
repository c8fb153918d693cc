import type { Db } from './client.js'

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
} as const

export interface MediaRow {
  id: string
  uploadedById: string
  storageKey: string
  thumbnailKey: string | null
  filename: string
  contentType: string
  byteSize: number
  width: number | null
  height: number | null
  createdAt: Date
}

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
