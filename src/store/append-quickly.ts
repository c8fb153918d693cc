import { ChatError } from '../contract/problems.js'
import { type Batch, byNumber, queriesOf } from './append.js'
import type { Dialect, NewMessage, RoomMove } from './dialects/dialect.js'
import { type Append, held, judgeAll, markersOf, type Numbering, type Outcome } from './judging.js'
import type { Remembered } from './remembered.js'

/** What was judged, and the one statement that writes it: it commits by itself. */
export interface QuickWrite {
  outcomes: (Outcome | typeof held)[]
  fresh: NewMessage[]
  /** Rooms of which nothing was read: they are not `held`, but may stand elsewhere. */
  recalled: Set<string>
  /** Gives how many of `fresh` were written. */
  write(): Promise<number>
  /** To be called once all of `fresh` were. */
  remember(): void
}

/**
 * Appends messages without a transaction, for where nobody is in the way: reads, judges, and writes what went to rooms
 * that still stand where they were read. Whatever changes a room moves its revision on under the room's lock, so a room
 * that stands where it stood has the members and the messages that were judged by. What is refused, and rooms that
 * moved on, are `held`: they are to be judged again under the lock.
 */
export async function appendQuickly(
  batch: Batch,
  quick: NonNullable<Dialect['quick']>,
  items: Append[],
  remembered: Remembered,
): Promise<QuickWrite> {
  const { db, now } = batch
  const { changes } = remembered
  const sentAt = performance.now()
  const known = remembered.recall(items)
  const queries = queriesOf(items).filter(({ n }) => !known[n])
  const read = queries.length === 0 ? [] : await quick.standings(db, queries)
  const recalled = known.flatMap((row) => row ?? [])
  const rows = [...recalled, ...read]
  const rooms = new Map<string, Numbering>()
  const stood = new Map<string, number>()
  for (const { n, type, isPublic, isBlocked, slowModeSeconds, revision, lastMessageSeq } of rows) {
    const { roomId } = items[n] as Append
    stood.set(roomId, revision)
    const room = { id: roomId, type, isPublic, isBlocked, slowModeSeconds }
    rooms.set(roomId, { room, seq: lastMessageSeq, revision })
  }
  const { outcomes, fresh } = await judgeAll({ ...batch, staysBehind: true }, items, rooms, byNumber(rows))
  const moves: RoomMove[] = []
  for (const [roomId, revision] of stood) {
    const count = (rooms.get(roomId)?.revision ?? revision) - revision
    if (count > 0) moves.push({ roomId, revision, count })
  }
  const oldest = Math.min(...rows.map(({ readAt }) => readAt))
  return {
    outcomes: outcomes.map((outcome) => (outcome instanceof ChatError ? held : outcome)),
    fresh,
    recalled: new Set(recalled.map(({ n }) => (items[n] as Append).roomId)),
    write: () => quick.append(db, moves, fresh, markersOf(fresh), now, oldest),
    remember() {
      if (changes === remembered.changes) remembered.keep({ items, recalled, read, sentAt, stood, rooms })
    },
  }
}
