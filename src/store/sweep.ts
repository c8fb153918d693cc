import type { Db, Stored } from './client.js'
import { lockMedia } from './media.js'
import { isUnderReport } from './reports.js'
import { isScheduled } from './scheduled.js'

/** The columns of media that the sweep needs. */
export type SweptRow = Pick<Stored<'chatMedia'>, 'id' | 'storageKey' | 'thumbnailKey'>

const sweptColumns = { id: true, storageKey: true, thumbnailKey: true } as const

/** Reads media from before a time, in the order of ids: all, or those that no message carries. */
export const mediaBefore = (
  db: Db,
  { before, after, take, unattached }: { before: Date; after: string; take: number; unattached: boolean },
): Promise<SweptRow[]> =>
  db.chatMedia.findMany({
    where: { id: { gt: after }, createdAt: { lt: before }, ...(unattached ? { messages: { none: {} } } : {}) },
    orderBy: { id: 'asc' },
    take,
    select: sweptColumns,
  })

/** Which of these are the picture of a user or of a room that is not deleted. */
export async function avatarsAmong(db: Db, ids: string[]): Promise<Set<string>> {
  const where = { avatarMediaId: { in: ids } }
  const [users, rooms] = await Promise.all([
    db.chatUser.findMany({ where, select: { avatarMediaId: true } }),
    db.chatRoom.findMany({ where: { ...where, deletedAt: null }, select: { avatarMediaId: true } }),
  ])
  return new Set([...users, ...rooms].flatMap(({ avatarMediaId }) => avatarMediaId ?? []))
}

/**
 * Deletes the row of media that nothing uses; true for the caller that deleted it. It is checked again under the row's lock, because
 * it may have become an avatar meanwhile. If a message takes it at the same moment, the foreign key makes the deletion fail.
 */
export async function deleteUnused(tx: Db, id: string): Promise<boolean> {
  if (!(await lockMedia(tx, { id }))) return false
  const [carried, avatars] = await Promise.all([
    tx.chatMessageMedia.findFirst({ where: { mediaId: id }, select: { mediaId: true } }),
    avatarsAmong(tx, [id]),
  ])
  if (carried || avatars.has(id) || (await isUnderReport(tx, id)) || (await isScheduled(tx, id))) return false
  const deleted = await tx.chatMedia.deleteMany({ where: { id } })
  return deleted.count > 0
}

/** Which of these keys belong to a row. */
export async function keptKeys(db: Db, keys: string[]): Promise<Set<string>> {
  const rows = await db.chatMedia.findMany({ where: { storageKey: { in: keys } }, select: { storageKey: true } })
  return new Set(rows.map((row) => row.storageKey))
}
