import { notFound } from '../../contract/problems.js'
import { CommitUnknown, type Database } from '../database.js'
import { type Dialect, optimisticMs, type RoomMove } from '../dialects/dialect.js'
import { timeAfter } from '../room-time.js'
import { byNumber, queriesOf } from './locked.js'
import { type AppendRequest, locked, type Outcome, refused, rowsOf } from './message.js'
import { findOut, findStored, notStored, withoutLost } from './unknown-commit.js'
import { markersOf, type Numbering, type Validation, validateAll } from './validate.js'

export type Optimistic = NonNullable<Dialect['optimistic']>

/**
 * Appends messages without a transaction, for where nobody is in the way: reads, validates, and writes what goes to rooms
 * that still stand where they were read, in one statement that commits by itself. Whatever changes a room moves its
 * revision on under the room's lock, so a room that stands where it stood has the members and the messages that were
 * validated by. Rooms that moved on, or that somebody holds, are `locked`. Who is refused by what was read was so at that
 * moment, which lies between their question and the answer: no lock is taken to say it.
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
  // Counted from the answer, which is later than the reading: by then, it can no longer happen.
  const certainAt = performance.now() + optimisticMs
  const write = () => optimistic.append(db, moves, inserted, markersOf(inserted), on.now, readAt)
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
