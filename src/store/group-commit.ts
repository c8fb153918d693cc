import { ChatError, conflict, invalid } from '../contract/problems.js'
import { type Append, type Appended, append, held, type Judge, type Outcome, wasAppended } from './append.js'
import { CommitUnknown, type Database, longestWaitMs } from './database.js'
import { failureOf } from './failures.js'

interface Waiting<T> {
  item: Append
  since: number
  /** Waits for its room's lock rather than pass over it. */
  alone: boolean
  resolve(result: T): void
  reject(error: unknown): void
}

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
  #queue: Waiting<T>[] = []
  readonly #busy = new Set<string>()
  #flying = 0
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
      this.#queue.push({ item, since: performance.now(), alone: item.mediaIds.length > 0, resolve, reject })
      this.#expireLater()
      if (this.#flying === 0) this.#fly()
      else this.#hurry()
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
    const lanes = this.database.dialect.transactions > 1 ? 4 : 1
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
      const fits = waiting.alone ? batch.length === 0 : batch.length < largestBatch && !batch[0]?.alone
      if (fits && !passed.has(roomId)) batch.push(waiting)
      else {
        passed.add(roomId)
        rest.push(waiting)
      }
    }
    this.#queue = rest
    return batch
  }

  async #commit(batch: Waiting<T>[]): Promise<void> {
    const skipLocked = this.database.dialect.skipsLocked && batch.length > 1
    let outcomes: (Outcome | typeof held)[] = []
    try {
      const items = batch.map(({ item }) => item)
      await this.database.transaction(async (tx) => {
        const { dialect } = this.database
        outcomes = await append({ tx, dialect, now: this.clock(), judge: this.judge }, items, skipLocked)
      })
    } catch (error) {
      if (!(error instanceof CommitUnknown)) return this.#failed(batch, error)
      const refusal = await this.#findOut(outcomes, error)
      if (refusal) {
        for (const waiting of batch) waiting.reject(refusal)
        return
      }
    }
    this.#settle(batch, outcomes)
  }

  /** Whether a batch is stored of which nobody knows: undefined if it is. Its rooms stay busy meanwhile, so their order holds. */
  async #findOut(outcomes: (Outcome | typeof held)[], unknown: CommitUnknown): Promise<Error | undefined> {
    const rows = outcomes.flatMap((outcome) =>
      typeof outcome === 'object' && 'row' in outcome && outcome.created ? [outcome.row] : [],
    )
    const deadline = performance.now() + findOutMs
    while (rows.length > 0) {
      try {
        const isStored = await this.database.transaction((tx) => wasAppended(tx, rows))
        return isStored ? undefined : notStored(unknown)
      } catch {
        if (performance.now() > deadline) return unknown
        await pause(askAgainMs)
      }
    }
    return undefined
  }

  #settle(batch: Waiting<T>[], outcomes: (Outcome | typeof held)[]): void {
    const again: Waiting<T>[] = []
    const answered: { waiting: Waiting<T>; appended: Appended }[] = []
    for (const [n, waiting] of batch.entries()) {
      const outcome = outcomes[n]
      if (outcome === held) again.push({ ...waiting, alone: true })
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
    if (only && batch.length === 1) return only.reject(takenMedia(error) ?? error)
    if (error instanceof ChatError || failureOf(error) === 'unavailable') {
      for (const waiting of batch) waiting.reject(error)
      return
    }
    for (const waiting of batch) await this.#commit([waiting])
  }
}

const notStored = (cause?: unknown): ChatError =>
  new ChatError('unavailable', 'the database is not available; the message was not stored', { retryAfter: 1, cause })

/** Between looking at the media and taking it, another message or the janitor may have taken it. */
function takenMedia(error: unknown): ChatError | undefined {
  const failure = failureOf(error)
  if (failure === 'unique') return conflict('the media was just taken by another message')
  return failure === 'foreign' ? invalid('/mediaIds', 'is not media of yours that is still unattached') : undefined
}
