import { ChatError } from '../../contract/problems.js'
import type { Db } from '../client.js'
import { CommitUnknown, type Database } from '../database.js'
import type { MessageRow } from '../messages.js'
import { type Outcome, refused } from './message.js'

/** How often, and for how long, the database is asked whether an unanswered commit took effect. */
const askAgainMs = 250
const findOutMs = 8_000

/**
 * Finds out which messages an unanswered write has stored; what is not stored at `certainAt` never will be. Meanwhile the
 * batcher keeps their rooms busy, so the order of messages holds.
 */
export function findOut(
  database: Database,
  rows: MessageRow[],
  unknown: CommitUnknown,
  certainAt: number,
): Promise<Set<string>> {
  return insist(async () => {
    const isCertain = performance.now() >= certainAt
    const stored = await database.transaction(async (tx) => {
      await awaitWrite(tx, rows)
      return storedAmong(tx, rows)
    })
    return isCertain || stored.size === rows.length ? stored : undefined
  }, unknown)
}

/** It reads in a transaction, so that no replica answers. It does not wait for the locks: another transaction holds one of the rooms. */
export function findStored(database: Database, rows: MessageRow[]): Promise<Set<string>> {
  return insist(() => database.transaction((tx) => storedAmong(tx, rows)), new CommitUnknown(undefined))
}

/** Asks until there is an answer, for a limited time. */
async function insist<Answer>(ask: () => Promise<Answer | undefined>, otherwise: CommitUnknown): Promise<Answer> {
  const deadline = performance.now() + findOutMs
  for (;;) {
    const answer = await ask().catch(() => undefined)
    if (answer) return answer
    if (performance.now() > deadline) throw otherwise
    await new Promise((resolve) => setTimeout(resolve, askAgainMs))
  }
}

/** Waits for a write that may still be running: it holds the locks of its rooms until it has committed or rolled back. */
async function awaitWrite(tx: Db, rows: MessageRow[]): Promise<void> {
  const roomIds = [...new Set(rows.map((row) => row.roomId))]
  await tx.chatRoom.updateMany({ where: { id: { in: roomIds } }, data: { revision: { increment: 0 } } })
}

async function storedAmong(tx: Db, rows: MessageRow[]): Promise<Set<string>> {
  const stored = await tx.chatMessage.findMany({
    where: { id: { in: rows.map((row) => row.id) } },
    select: { id: true },
  })
  return new Set(stored.map(({ id }) => id))
}

/** The outcomes, with `otherwise` in place of those whose rows turned out not to be stored. */
export function withoutLost(
  outcomes: Outcome[],
  rows: MessageRow[],
  stored: Set<string>,
  otherwise: Outcome,
): Outcome[] {
  const lost = new Set(rows.map(({ id }) => id).filter((id) => !stored.has(id)))
  return outcomes.map((outcome) => (outcome.type === 'appended' && lost.has(outcome.row.id) ? otherwise : outcome))
}

export const notStored = (cause?: unknown): Outcome =>
  refused(
    new ChatError('unavailable', 'the database is not available; the message was not stored', { retryAfter: 1, cause }),
  )
