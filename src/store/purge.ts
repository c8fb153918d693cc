import type { RoomType } from '../contract/permissions.js'
import type { Db, Stored } from './client.js'
import { deleteWithMessages } from './erased-messages.js'
import { forgetBlocksOf } from './search-blocks.js'
import type { SweptRow } from './sweep.js'
import { forgetPlacesIn } from './threads.js'

/** Columns of a room that are read where messages are removed that are too old, and nowhere else. */
export const purgeColumns = { retentionDays: true, keptSince: true, purgeHeldUntil: true } as const

/** Rooms that keep messages equally long: as they were told themselves, or as all of their type. */
export interface RoomsAlike {
  retentionDays: number | null
  type?: RoomType
}

/** The next number of days that rooms were told themselves, above this one. */
export async function nextRetention(db: Db, above: number): Promise<number | undefined> {
  const row = await db.chatRoom.findFirst({
    where: { retentionDays: { gt: above } },
    orderBy: { retentionDays: 'asc' },
    select: { retentionDays: true },
  })
  return row?.retentionDays ?? undefined
}

const isFree = (now: Date) => ({ OR: [{ purgeHeldUntil: null }, { purgeHeldUntil: { lte: now } }] })

/**
 * Some of these rooms that may have a message from before a time, and that no server has. It is a range of one index, in
 * the whole order of that: in another one PostgreSQL would sort all of the range.
 */
export const roomsToPurge = (
  db: Db,
  alike: RoomsAlike,
  { before, now, take }: { before: Date; now: Date; take: number },
): Promise<{ id: string }[]> =>
  db.chatRoom.findMany({
    where: { ...alike, keptSince: { lt: before.getTime() }, ...isFree(now) },
    orderBy: [{ retentionDays: 'asc' }, { type: 'asc' }, { keptSince: 'asc' }],
    take,
    select: { id: true },
  })

/** Takes a room for this server; false where another one has it. */
export async function holdRoom(db: Db, id: string, now: Date, until: Date): Promise<boolean> {
  const held = await db.chatRoom.updateMany({ where: { id, ...isFree(now) }, data: { purgeHeldUntil: until } })
  return held.count > 0
}

/** Holds it for longer; false where another server has it by now. */
export async function holdLonger(db: Db, id: string, from: Date, until: Date): Promise<boolean> {
  const held = await db.chatRoom.updateMany({ where: { id, purgeHeldUntil: from }, data: { purgeHeldUntil: until } })
  return held.count > 0
}

/** Leaves a room that this server has. Before `keptSince` it keeps nothing; undefined where that is not known. */
export const leaveRoom = (db: Db, id: string, held: Date, keptSince: Date | undefined) =>
  db.chatRoom.updateMany({
    where: { id, purgeHeldUntil: held },
    data: { purgeHeldUntil: null, ...(keptSince && { keptSince: keptSince.getTime() }) },
  })

/** How long this room keeps messages, whatever its type: 0 for ever, null as all of its type. False where there is no such room. */
export async function setRetention(db: Db, id: string, retentionDays: number | null): Promise<boolean> {
  const changed = await db.chatRoom.updateMany({ where: { id, deletedAt: null }, data: { retentionDays } })
  return changed.count > 0
}

/** The first message of a room above a place that was written since a time; undefined where all are older. */
export async function firstSince(db: Db, roomId: string, above: number, since: Date): Promise<number | undefined> {
  const row = await db.chatMessage.findFirst({
    where: { roomId, seq: { gt: Math.max(above, 0) }, createdAt: { gte: since } },
    orderBy: { seq: 'asc' },
    select: { seq: true },
  })
  return row?.seq
}

/** When a message of a room was written; undefined where there is none at this place. */
export async function writtenAt(db: Db, roomId: string, seq: number): Promise<Date | undefined> {
  const row = await db.chatMessage.findUnique({
    where: { roomId_seq: { roomId, seq } },
    select: { createdAt: true },
  })
  return row?.createdAt
}

/** When the first reply was written that is left of the threads of a room. */
export async function firstReplyAt(db: Db, roomId: string): Promise<Date | undefined> {
  const row = await db.chatMessage.findFirst({
    where: { roomId, seq: { lt: 0 } },
    orderBy: { seq: 'asc' },
    select: { createdAt: true },
  })
  return row?.createdAt
}

const purgedColumns = {
  ...{ id: true, roomId: true, seq: true, threadId: true, threadSeq: true, thread: true, hasMedia: true },
} as const

export type PurgedRow = Pick<Stored<'chatMessage'>, keyof typeof purgedColumns>

/** The next messages of a room between two places, the oldest first. */
export const messagesUpTo = (
  db: Db,
  { roomId, above, upTo }: { roomId: string; above: number; upTo: number },
  take: number,
): Promise<PurgedRow[]> =>
  db.chatMessage.findMany({
    where: { roomId, seq: { gt: above, lte: upTo } },
    orderBy: { seq: 'asc' },
    take,
    select: purgedColumns,
  })

/** Replies that are in threads alone and that were written before a time, of a room of which nothing else tells where they are. */
export const repliesBefore = (db: Db, roomId: string, before: Date, take: number): Promise<PurgedRow[]> =>
  db.chatMessage.findMany({
    where: { roomId, seq: { lt: 0 }, createdAt: { lt: before } },
    orderBy: { seq: 'asc' },
    take,
    select: purgedColumns,
  })

/** The next replies in these threads that are in their thread alone, and the places of all replies that were looked at. */
export async function repliesIn(db: Db, threadIds: string[], take: number) {
  const places = await db.chatThreadReply.findMany({
    where: { threadId: { in: threadIds } },
    orderBy: [{ threadId: 'asc' }, { seq: 'asc' }],
    take,
    select: { threadId: true, seq: true, messageId: true },
  })
  const rows = await db.chatMessage.findMany({
    where: { id: { in: places.map(({ messageId }) => messageId) }, seq: { lt: 0 } },
    orderBy: { seq: 'asc' },
    select: purgedColumns,
  })
  return { places, rows }
}

/**
 * Deletes messages of one room that are too old, with all that belongs to them; what nobody has handled keeps its copy in the report.
 * Returns how many there still were, and the files that they carried.
 */
export async function deleteMessages(
  tx: Db,
  rows: PurgedRow[],
  places: { threadId: string; seq: number }[] = [],
): Promise<{ count: number; media: SweptRow[] }> {
  for (const { threadId, seq } of places) await tx.chatThreadReply.deleteMany({ where: { threadId, seq } })
  const [first] = rows
  if (!first) return { count: 0, media: [] }
  const { roomId } = first
  const withMedia = rows.flatMap(({ id, hasMedia }) => (hasMedia ? [id] : []))
  const media = await tx.chatMedia.findMany({
    where: { messages: { some: { messageId: { in: withMedia } } } },
    select: { id: true, storageKey: true, thumbnailKey: true },
  })
  await deleteWithMessages(tx, rows, { keepsOpenReports: true })
  const threads = rows.flatMap(({ id, thread }) => (thread === null ? [] : [id]))
  if (threads.length > 0) await forgetPlacesIn(tx, threads)
  const threadId = { in: rows.map(({ id }) => id) }
  await tx.chatThreadFollower.deleteMany({ where: { threadId } })
  const seqs = rows.map(({ seq }) => seq)
  await tx.chatUncountedMessage.deleteMany({ where: { roomId, seq: { in: seqs } } })
  await forgetBlocksOf(tx, roomId, seqs)
  const { count } = await tx.chatMessage.deleteMany({ where: { id: threadId } })
  return { count, media }
}
