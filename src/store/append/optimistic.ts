import { notFound } from '../../contract/problems.js'
import { CommitUnknown, type Database } from '../database.js'
import { type Dialect, optimisticMs, type RoomMove } from '../dialects/dialect.js'
import { mentionRowsOf } from '../mention-rows.js'
import { timeAfter } from '../room-time.js'
import { byNumber, queriesOf } from './locked.js'
import { type AppendRequest, locked, type Outcome, refused, rowsOf } from './message.js'
import { findOut, findStored, notStored, withoutLost } from './unknown-commit.js'
import { markersOf, type Numbering, type Validation, validateAll } from './validate.js'

export type Optimistic = NonNullable<Dialect['optimistic']>

/**
 * Appends messages without a lock, which works if no other transaction is in the way: it reads, validates, and writes in one
 * statement that commits by itself, into rooms whose revision is still the one that was read. Every change of a room
 * increments its revision under the room's lock. So a room with the same revision still has the members and messages that
 * the validation used. The messages of rooms that have changed, or that another transaction holds, are `locked`. A refusal
 * was true when the data was read, which is after the request, so it needs no lock.
 */
export async function appendOptimistically(
  { database, ...on }: Omit<Validation, 'db'> & { database: Database },
  optimistic: Optimistic,
  requests: AppendRequest[],
): Promise<Outcome[]> {
  const db = database.client
  const rows = await optimistic.roomStates(db, queriesOf(requests))
  const rooms = new Map<string, Numbering>()
  const stood = new Map<string, number>()
  for (const { n, type, isPublic, isBlocked, slowModeSeconds, revision, lastMessageSeq, lastMessageAt } of rows) {
    const { roomId } = requests[n] as AppendRequest
    stood.set(roomId, revision)
    const room = { id: roomId, type, isPublic, isBlocked, slowModeSeconds }
    rooms.set(roomId, { room, seq: lastMessageSeq, revision, at: timeAfter(lastMessageAt, on.now) })
  }
  const validated = await validateAll({ ...on, db, isFinal: false }, requests, rooms, byNumber(rows))
  const { inserted } = validated
  const isThere = (n: number) => rooms.has(requests[n]?.roomId ?? '')
  const outcomes = validated.outcomes.map((outcome, n) => (isThere(n) ? outcome : refused(notFound())))
  if (inserted.length === 0) return outcomes
  const moves: RoomMove[] = []
  for (const [roomId, revision] of stood) {
    const count = (rooms.get(roomId)?.revision ?? revision) - revision
    if (count > 0) moves.push({ roomId, revision, count })
  }
  const readAt = Math.min(...rows.map((row) => row.readAt))
  // Counted from the answer, which is later than the read: by then the statement can no longer take effect.
  const certainAt = performance.now() + optimisticMs
  const mentions = inserted.flatMap(mentionRowsOf)
  const write = () => optimistic.append(db, moves, inserted, mentions, markersOf(inserted), on.now, readAt)
  const written = await database.statement(write).catch((error) => {
    if (error instanceof CommitUnknown) return error
    throw error
  })
  if (written === inserted.length) return outcomes
  const toWrite = rowsOf(outcomes)
  if (typeof written !== 'number') {
    const stored = await findOut(database, toWrite, written, certainAt)
    return withoutLost(outcomes, toWrite, stored, notStored(written))
  }
  const stored = written === 0 ? new Set<string>() : await findStored(database, toWrite)
  return withoutLost(outcomes, toWrite, stored, locked)
}
