import { notFound } from '../../contract/problems.js'
import { CommitUnknown, type Database } from '../database.js'
import { type Dialect, optimisticMs, type RoomMove, type RoomState } from '../dialects/dialect.js'
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
  const stood = new Map<string, RoomState>()
  for (const state of rows) {
    const { roomId } = requests[state.n] as AppendRequest
    stood.set(roomId, state)
    const { type, isPublic, isBlocked, slowModeSeconds, historyRevision, purgedSeq, revision } = state
    rooms.set(roomId, {
      room: { id: roomId, type, isPublic, isBlocked, slowModeSeconds, historyRevision, purgedSeq },
      ...{ seq: state.lastMessageSeq, revision, at: timeAfter(state.lastMessageAt, on.now) },
      ...{ replySeq: state.lastReplySeq, repliesAt: timeAfter(state.lastReplyAt, on.now) },
    })
  }
  const validated = await validateAll({ ...on, db, isFinal: false }, requests, rooms, byNumber(rows))
  const { inserted, threads } = validated
  const isThere = (n: number) => rooms.has(requests[n]?.roomId ?? '')
  const outcomes = validated.outcomes.map((outcome, n) => (isThere(n) ? outcome : refused(notFound())))
  if (inserted.length === 0) return outcomes
  const moves: RoomMove[] = []
  for (const [roomId, { revision, lastMessageSeq, lastReplySeq }] of stood) {
    const moved = rooms.get(roomId)
    if (!moved || moved.revision === revision) continue
    const [seqs, replies] = [moved.seq - lastMessageSeq, moved.replySeq - lastReplySeq]
    moves.push({ roomId, revision, count: moved.revision - revision, seqs, replies })
  }
  const readAt = Math.min(...rows.map((row) => row.readAt))
  // Counted from the answer, which is later than the read: by then the statement can no longer take effect.
  const certainAt = performance.now() + optimisticMs
  const mentions = inserted.flatMap(mentionRowsOf)
  const write = () => optimistic.append(db, moves, inserted, mentions, markersOf(inserted), threads, on.now, readAt)
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
