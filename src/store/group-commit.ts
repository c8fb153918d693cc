import { ChatError, conflict, invalid } from '../contract/problems.js'
import { append, awaitWrite, storedAmong } from './append.js'
import { appendQuickly } from './append-quickly.js'
import { CommitUnknown, type Database, longestWaitMs } from './database.js'
import { type Dialect, quickMs } from './dialects/dialect.js'
import { failureOf } from './failures.js'
import { type Append, type Appended, elsewhere, held, type Judge, type Outcome } from './judging.js'
import type { MessageRow } from './messages.js'
import { type Judgement, Remembered } from './remembered.js'

interface Waiting<T> {
  item: Append
  since: number
  /** Somebody was in the way: it is written under its room's lock, however long that takes to get. */
  patient: boolean
  resolve(result: T): void
  reject(error: unknown): void
}

type Outcomes = (Outcome | typeof held | typeof elsewhere)[]
type Quick = NonNullable<Dialect['quick']>

const largestBatch = 256
const longestQueue = 10_000
/** How long the rooms of a batch may keep the others waiting before those go ahead on a second connection. */
const patienceMs = 25
/** How often, and for how long, it is asked whether a commit took effect that nobody answered. */
const askAgainMs = 250
const findOutMs = 8_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Messages that arrive while a commit is in flight go together into the next one: no timer, no wait when idle, and under
 * load many messages cost one commit. A room is in one batch at a time, which keeps the order of its messages.
 */
export class GroupCommit<T> {
  /** To be told of what else changes in rooms. */
  readonly remembered = new Remembered()
  #queue: Waiting<T>[] = []
  readonly #busy = new Set<string>()
  #flying = 0
  #isAboutToFly = false
  #impatient: NodeJS.Timeout | undefined
  #expiry: NodeJS.Timeout | undefined

  constructor(
    readonly database: Database,
    readonly judge: Judge,
    readonly clock: () => Date,
    /** Called once a batch, after its commit and before anyone is answered; gives each its result. */
    readonly committed: (appended: Appended[]) => T[],
  ) {}

  push(item: Append): Promise<T> {
    if (this.#queue.length >= longestQueue) {
      throw new ChatError('unavailable', 'too many messages are waiting', { retryAfter: 1 })
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, since: performance.now(), patient: false, resolve, reject })
      this.#expireLater()
      if (this.#flying === 0) this.#flySoon()
      else this.#hurry()
    })
  }

  /** Not in this tick: what came in together goes together. */
  #flySoon(): void {
    if (this.#isAboutToFly) return
    this.#isAboutToFly = true
    setImmediate(() => {
      this.#isAboutToFly = false
      this.#fly()
    })
  }

  /** While the database hangs nothing is taken out of the queue: who has waited too long is told so, and is not sent. */
  #expireLater(): void {
    this.#expiry ??= setTimeout(() => {
      this.#expiry = undefined
      const latest = performance.now() - longestWaitMs
      const expired = this.#queue.filter(({ since }) => since <= latest)
      this.#queue = this.#queue.filter(({ since }) => since > latest)
      for (const { reject } of expired) reject(notStored())
      if (this.#queue.length > 0) this.#expireLater()
    }, longestWaitMs).unref()
  }

  /** When a batch hangs, on a room that a transaction of the host's holds for example, the others do not wait for it. */
  #hurry(): void {
    const lanes = this.database.transactions > 1 ? 4 : 1
    if (this.#impatient || this.#flying >= lanes) return
    this.#impatient = setTimeout(() => {
      this.#impatient = undefined
      this.#fly()
    }, patienceMs)
    this.#impatient.unref()
  }

  #fly(): void {
    const batch = this.#take()
    if (batch.length === 0) return
    const rooms = new Set(batch.map(({ item }) => item.roomId))
    for (const room of rooms) this.#busy.add(room)
    this.#flying += 1
    if (this.#queue.length > 0) this.#hurry()
    this.#commit(batch).finally(() => {
      // Not in this tick: what has just been answered, and what has come in, goes first.
      setImmediate(() => {
        for (const room of rooms) this.#busy.delete(room)
        this.#flying -= 1
        this.#fly()
      })
    })
  }

  #take(): Waiting<T>[] {
    const batch: Waiting<T>[] = []
    const rest: Waiting<T>[] = []
    const passed = new Set(this.#busy)
    for (const waiting of this.#queue) {
      const { roomId } = waiting.item
      if (!passed.has(roomId) && fits(waiting, batch)) batch.push(waiting)
      else {
        passed.add(roomId)
        rest.push(waiting)
      }
    }
    this.#queue = rest
    return batch
  }

  async #commit(batch: Waiting<T>[], isRead = false): Promise<void> {
    const { quick } = this.database.dialect
    const [first] = batch
    let outcomes: Outcomes
    try {
      outcomes = await (quick && first && !first.patient && !isAlone(first)
        ? this.#appendQuickly(quick, batch)
        : this.#append(batch))
    } catch (error) {
      this.remembered.forget(batch.map(({ item }) => item.roomId))
      // A clientId that was not known is there already: now that all is forgotten, it is read.
      return !isRead && failureOf(error) === 'unique' ? this.#commit(batch, true) : this.#failed(batch, error)
    }
    this.#settle(batch, outcomes)
  }

  /** In a transaction, under the locks of the rooms. */
  async #append(batch: Waiting<T>[]): Promise<Outcomes> {
    const items = batch.map(({ item }) => item)
    const { dialect } = this.database
    const { changes } = this.remembered
    // Waits for one room only: where there are several, those that are free go ahead.
    const skipLocked = dialect.skipsLocked && new Set(items.map(({ roomId }) => roomId)).size > 1
    let outcomes: Outcomes = []
    let judgement: Judgement | undefined
    try {
      await this.database.transaction(async (tx) => {
        const given = { db: tx, dialect, now: this.clock(), judge: this.judge }
        const appended = await append(given, items, skipLocked, this.remembered)
        outcomes = appended.outcomes
        judgement = appended.judgement
      })
    } catch (error) {
      if (!(error instanceof CommitUnknown)) throw error
      this.remembered.forget(items.map(({ roomId }) => roomId))
      const rows = rowsOf(outcomes)
      return without(rows, await this.#findOut(rows, error, 0), outcomes, () => notStored(error))
    }
    // Where messages are usually written without a lock, it counts when was read what they are judged by.
    if (judgement && !dialect.quick && changes === this.remembered.changes) this.remembered.keep(judgement)
    else this.remembered.forget(items.map(({ roomId }) => roomId))
    return outcomes
  }

  async #appendQuickly(quick: Quick, batch: Waiting<T>[]): Promise<Outcomes> {
    const items = batch.map(({ item }) => item)
    const { client, dialect } = this.database
    const given = { db: client, dialect, now: this.clock(), judge: this.judge }
    const { outcomes, fresh, recalled, write, remember } = await appendQuickly(given, quick, items, this.remembered)
    if (fresh.length === 0) return outcomes
    const rows = rowsOf(outcomes)
    // Counted from the answer, which is later than the reading: by then, it can no longer happen.
    const certainAt = performance.now() + quickMs
    const written = await this.database.statement(write).catch((error) => {
      if (error instanceof CommitUnknown) return error
      throw error
    })
    if (written === fresh.length) {
      remember()
      return outcomes
    }
    this.remembered.forget(items.map(({ roomId }) => roomId))
    if (typeof written !== 'number') {
      return without(rows, await this.#findOut(rows, written, certainAt), outcomes, () => notStored(written))
    }
    const stored = written === 0 ? new Set<string>() : await this.#findStored(rows)
    this.remembered.missed(rows.filter(({ id }) => !stored.has(id)).map(({ roomId }) => roomId))
    return without(rows, stored, outcomes, ({ roomId }) => (recalled.has(roomId) ? elsewhere : held))
  }

  /** In a transaction, which nobody answers from a replica. It waits for none: somebody holds one of the rooms. */
  #findStored(rows: MessageRow[]): Promise<Set<string>> {
    const read = () => this.database.transaction((tx) => storedAmong(tx, rows))
    return this.#insist(read, new CommitUnknown(undefined))
  }

  /**
   * Which messages are stored of a write of which nobody knows; what is not there at `certainAt` never will be. Their
   * rooms stay busy meanwhile, so their order holds.
   */
  #findOut(rows: MessageRow[], unknown: CommitUnknown, certainAt: number): Promise<Set<string>> {
    return this.#insist(async () => {
      const isCertain = performance.now() >= certainAt
      const stored = await this.database.transaction(async (tx) => {
        await awaitWrite(tx, rows)
        return storedAmong(tx, rows)
      })
      return isCertain || stored.size === rows.length ? stored : undefined
    }, unknown)
  }

  /** Asks until there is an answer, but not for ever. */
  async #insist<Answer>(ask: () => Promise<Answer | undefined>, otherwise: CommitUnknown): Promise<Answer> {
    const deadline = performance.now() + findOutMs
    for (;;) {
      const answer = await ask().catch(() => undefined)
      if (answer) return answer
      if (performance.now() > deadline) throw otherwise
      await pause(askAgainMs)
    }
  }

  #settle(batch: Waiting<T>[], outcomes: Outcomes): void {
    const again: Waiting<T>[] = []
    const answered: { waiting: Waiting<T>; appended: Appended }[] = []
    for (const [n, waiting] of batch.entries()) {
      const outcome = outcomes[n]
      if (outcome === held) again.push({ ...waiting, patient: true })
      else if (outcome === elsewhere) again.push(waiting)
      else if (outcome instanceof ChatError) waiting.reject(outcome)
      else if (outcome) answered.push({ waiting, appended: outcome })
    }
    this.#queue.unshift(...again)
    const results = this.committed(answered.map(({ appended }) => appended))
    for (const [n, { waiting }] of answered.entries()) waiting.resolve(results[n] as T)
  }

  /** One message that the database chokes on must not fail its neighbours: each is tried by itself. */
  async #failed(batch: Waiting<T>[], error: unknown): Promise<void> {
    const [only] = batch
    // Only where it has media may that be what is in the way.
    if (only && batch.length === 1 && isAlone(only)) return only.reject(takenMedia(error) ?? error)
    if (only && batch.length === 1 && only.patient) return only.reject(error)
    if (error instanceof ChatError || failureOf(error) === 'unavailable') {
      for (const waiting of batch) waiting.reject(error)
      return
    }
    for (const waiting of batch) await this.#commit([{ ...waiting, patient: true }])
  }
}

/** Media is taken by one message at a time: two that want the same must not fail others. */
const isAlone = ({ item }: { item: Append }): boolean => item.mediaIds.length > 0

/** Who waits for a lock is with others of the same room only. */
function fits<T>(waiting: Waiting<T>, batch: Waiting<T>[]): boolean {
  const [first] = batch
  if (!first) return true
  if (isAlone(first) || isAlone(waiting) || batch.length === largestBatch) return false
  return first.patient ? first.item.roomId === waiting.item.roomId : !waiting.patient
}

const rowsOf = (outcomes: Outcomes): MessageRow[] =>
  outcomes.flatMap((outcome) =>
    typeof outcome === 'object' && 'row' in outcome && outcome.created ? [outcome.row] : [],
  )

/** The outcomes, with others for rows that turned out not to be stored, and for who was to be answered with them. */
function without(
  rows: MessageRow[],
  stored: Set<string>,
  outcomes: Outcomes,
  otherwise: (row: MessageRow) => Outcomes[number],
): Outcomes {
  const lost = new Set(rows.map(({ id }) => id).filter((id) => !stored.has(id)))
  return outcomes.map((outcome) =>
    typeof outcome === 'object' && 'row' in outcome && lost.has(outcome.row.id) ? otherwise(outcome.row) : outcome,
  )
}

const notStored = (cause?: unknown): ChatError =>
  new ChatError('unavailable', 'the database is not available; the message was not stored', { retryAfter: 1, cause })

/** Between looking at the media and taking it, another message or the sweep may have taken it. */
function takenMedia(error: unknown): ChatError | undefined {
  const failure = failureOf(error)
  if (failure === 'unique') return conflict('the media was just taken by another message')
  return failure === 'foreign' ? invalid('/mediaIds', 'is not media of yours that is still unattached') : undefined
}
