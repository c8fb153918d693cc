import { ChatError, invalid } from '../contract/problems.js'
import type { Db } from './client.js'
import type { Dialect, FactsQuery, FactsRow, LockedRoom } from './dialects/dialect.js'
import { type Append, held, type Judge, judgeAll, markersOf, type Numbering, type Outcome } from './judging.js'
import { attachMedia, findUnattached } from './media.js'
import { lastShown, type MessageRow } from './messages.js'
import type { Judgement, Remembered } from './remembered.js'
import { uncount } from './unread.js'

export interface Batch {
  db: Db
  dialect: Dialect
  now: Date
  judge: Judge
}

/**
 * Appends messages to rooms in one transaction, with a fixed number of statements: locks, reads, judges each by itself,
 * writes those that may. A refused message takes neither seq nor revision. What is remembered is not read, where the lock
 * finds the room as it was.
 */
export async function append(
  batch: Batch,
  items: Append[],
  skipLocked: boolean,
  remembered?: Remembered,
): Promise<{ outcomes: (Outcome | typeof held)[]; judgement: Judgement }> {
  const { db, dialect, now } = batch
  const sentAt = performance.now()
  const locked = await lock(batch, items, skipLocked)
  const rooms = new Map([...locked].map(([roomId, room]) => [roomId, numberingOf(room, countOf(items, roomId))]))
  const stood = new Map([...rooms].map(([roomId, { revision }]) => [roomId, revision]))
  const known = remembered?.recall(items) ?? []
  const recalled = known.flatMap((row, n) => (row?.revision === stood.get(items[n]?.roomId ?? '') ? (row ?? []) : []))
  const isKnown = new Set(recalled.map(({ n }) => n))
  const queries = queriesOf(items).filter(({ n }) => !isKnown.has(n))
  const read = queries.length === 0 ? [] : await dialect.facts(db, queries)
  const { outcomes, fresh } = await judgeAll(batch, items, rooms, byNumber([...recalled, ...read]))
  if (fresh.length > 0) await dialect.append(db, fresh, markersOf(fresh), now)
  const uncounted = fresh.filter(({ kind }) => kind === 'system')
  if (uncounted.length > 0) await uncount(db, uncounted)
  for (const [roomId, { seq }] of rooms) {
    const refused = (locked.get(roomId)?.lastMessageSeq ?? seq) - seq
    if (refused > 0) await giveBack(db, roomId, refused)
  }
  const all = outcomes.map((outcome) => (outcome === held && !skipLocked ? new ChatError('not_found') : outcome))
  return { outcomes: await attachAll(batch, items, all), judgement: { items, recalled, read, sentAt, stood, rooms } }
}

/** Waits for a write that may still be under way: it holds the locks of its rooms until it has ended one way or the other. */
export async function awaitWrite(tx: Db, rows: MessageRow[]): Promise<void> {
  const roomIds = [...new Set(rows.map((row) => row.roomId))]
  await tx.chatRoom.updateMany({ where: { id: { in: roomIds } }, data: { revision: { increment: 0 } } })
}

/** Which of these messages are stored. */
export async function storedAmong(tx: Db, rows: MessageRow[]): Promise<Set<string>> {
  const stored = await tx.chatMessage.findMany({
    where: { id: { in: rows.map((row) => row.id) } },
    select: { id: true },
  })
  return new Set(stored.map(({ id }) => id))
}

async function lock(
  { db, dialect, now }: Batch,
  items: Append[],
  skipLocked: boolean,
): Promise<Map<string, LockedRoom>> {
  const roomIds = new Set(items.map(({ roomId }) => roomId))
  // In the order of ids, so that two transactions with the same rooms never wait for each other.
  const locks = [...roomIds].sort().map((roomId) => ({ roomId, count: countOf(items, roomId) }))
  const rooms = await dialect.lockRooms(db, locks, now, skipLocked)
  return new Map(rooms.map((room) => [room.id, room]))
}

const countOf = (items: Append[], roomId: string): number => items.filter((item) => item.roomId === roomId).length

/** The lock has moved the room on by all of its messages; here it stands before the first. */
const numberingOf = (room: LockedRoom, count: number): Numbering => ({
  room,
  seq: room.lastMessageSeq - count,
  revision: room.revision - count,
})

export const queriesOf = (items: Append[]): FactsQuery[] =>
  items.map(({ roomId, userId, clientId, replyToId }, n) => ({ n, roomId, userId, clientId, replyToId }))

export function byNumber<Row extends FactsRow>(rows: Row[]): (Row | undefined)[] {
  const facts: (Row | undefined)[] = []
  for (const row of rows) facts[row.n] = row
  return facts
}

/** Refused messages took their numbers with the lock: what they took goes back before anyone can see it. */
async function giveBack(db: Db, roomId: string, count: number): Promise<void> {
  const last = await lastShown(db, roomId)
  const room = await db.chatRoom.findUniqueOrThrow({ where: { id: roomId }, select: { createdAt: true } })
  await db.chatRoom.updateMany({
    where: { id: roomId },
    data: {
      revision: { decrement: count },
      lastMessageSeq: { decrement: count },
      lastMessageAt: last?.createdAt ?? room.createdAt,
    },
  })
}

/** Messages with media come alone in their batch: two that want the same media must not fail others. */
async function attachAll(
  { db }: Batch,
  items: Append[],
  outcomes: (Outcome | typeof held)[],
): Promise<(Outcome | typeof held)[]> {
  for (const [n, { userId, mediaIds }] of items.entries()) {
    const outcome = outcomes[n]
    if (mediaIds.length === 0 || outcome === held || !outcome || !('row' in outcome) || !outcome.created) continue
    const media = userId === null ? [] : await findUnattached(db, userId, mediaIds)
    const found = new Set(media.map((row) => row.id))
    const missing = mediaIds.findIndex((id) => !found.has(id))
    if (missing >= 0) throw invalid(`/mediaIds/${missing}`, 'is not media of yours that is still unattached')
    await attachMedia(db, outcome.row.id, mediaIds)
    if (outcome.shown) outcome.shown.media = media
  }
  return outcomes
}
