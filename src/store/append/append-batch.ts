import { ChatError } from '../../contract/problems.js'
import { CommitUnknown, type Database } from '../database.js'
import { failureOf } from '../failures.js'
import { appendLocked } from './locked.js'
import { type AppendRequest, failed, hasMedia, locked, type Outcome, rowsOf } from './message.js'
import { appendOptimistically } from './optimistic.js'
import { type RefusedLately, refusedByReading } from './refused-lately.js'
import { isReply } from './threads.js'
import { findOut, notStored, withoutLost } from './unknown-commit.js'
import type { Validate } from './validate.js'

export interface Appending {
  database: Database
  validate: Validate
  clock: () => Date
  refusedLately: RefusedLately
}

/**
 * Appends messages to rooms, and returns the outcome of each, in their order. If the database can, it appends without a lock
 * (`optimistic`), else under the locks of the rooms. A message that `waitsForLock` is never `locked`.
 */
export async function appendBatch(on: Appending, requests: AppendRequest[], waitsForLock: boolean): Promise<Outcome[]> {
  const { database, validate, refusedLately } = on
  const { optimistic } = database.dialect
  try {
    if (!optimistic || waitsForLock || requests.some(isOnlyForLocks)) return await appendInTransaction(on, requests)
    const outcomes = await appendOptimistically({ database, validate, now: on.clock() }, optimistic, requests)
    // Their next one may be of those that are only for locks.
    refusedLately.note(requests, outcomes)
    return outcomes
  } catch (error) {
    return recover(on, requests, waitsForLock, error)
  }
}

/** What the one statement does not write: media, and what nobody has to read in a thread. */
const isOnlyForLocks = (request: AppendRequest): boolean =>
  hasMedia(request) || (request.kind === 'system' && isReply(request))

async function appendInTransaction(on: Appending, requests: AppendRequest[]): Promise<Outcome[]> {
  const { database, validate, clock, refusedLately } = on
  const suspects = requests.filter((request) => refusedLately.has(request))
  const refusals =
    suspects.length > 0 ? await refusedByReading({ database, validate, now: clock() }, suspects) : undefined
  const others = requests.filter((request) => !refusals?.has(request))
  const outcomes = others.length > 0 ? await appendUnderLocks(on, others) : []
  refusedLately.note(others, outcomes)
  const outcomeOf = new Map<AppendRequest, Outcome>(others.map((request, n) => [request, outcomes[n] ?? locked]))
  return requests.map((request) => refusals?.get(request) ?? outcomeOf.get(request) ?? locked)
}

async function appendUnderLocks({ database, validate, clock }: Appending, requests: AppendRequest[]) {
  const { dialect } = database
  // It waits for a room only if there is just one: of several, the free ones go ahead.
  const skipsLocked = dialect.skipsLocked && new Set(requests.map(({ roomId }) => roomId)).size > 1
  let outcomes: Outcome[] = []
  try {
    await database.transaction(async (db) => {
      outcomes = await appendLocked({ db, dialect, validate, now: clock(), skipsLocked }, requests)
    })
    return outcomes
  } catch (error) {
    if (!(error instanceof CommitUnknown)) throw error
    const rows = rowsOf(outcomes)
    return withoutLost(outcomes, rows, await findOut(database, rows, error, 0), notStored(error))
  }
}

/** A message that makes the database fail must not fail the others of its batch: each is tried by itself. */
async function recover(
  on: Appending,
  requests: AppendRequest[],
  waitsForLock: boolean,
  error: unknown,
): Promise<Outcome[]> {
  const [only] = requests
  if (only && requests.length === 1) {
    // A message with media waited for the locks already.
    if (hasMedia(only) || waitsForLock) return [failed(error)]
  }
  if (error instanceof ChatError || failureOf(error) === 'unavailable') return requests.map(() => failed(error))
  const outcomes: Outcome[] = []
  for (const request of requests) outcomes.push(...(await appendBatch(on, [request], true)))
  return outcomes
}
