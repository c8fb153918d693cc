/** An item that waits for the next batch. */
export interface Entry<Item, Result> {
  readonly item: Item
  /** When it came, by the clock of `performance`. */
  readonly since: number
  /** It was in a batch already, but something was in its way: its next batch waits for that. */
  readonly waits: boolean
  resolve(result: Result | Promise<Result>): void
  reject(error: unknown): void
}

export interface KeyedBatcherOptions<Item, Result> {
  /** Items with the same key are in one batch at a time, which keeps their order. */
  keyOf(item: Item): string
  /** The item must be alone in its batch. */
  isAlone(item: Item): boolean
  /** Settles the entries of a batch, except those that it returns: they go into another batch, and then `wait`. */
  run(batch: Entry<Item, Result>[]): Promise<Entry<Item, Result>[]>
  /** How many batches run at once: if one is slow, others go ahead. */
  lanes: number
  mostPerBatch: number
  mostWaiting: number
  /** An entry that has waited this long is rejected, and nothing was done. */
  mostMs: number
  overloaded(): Error
  expired(): Error
}

/** How long a batch may delay the others before they go ahead in another lane. */
const patienceMs = 25

/**
 * Items that arrive while a batch is running go together into the next one. There is no timer and no wait when idle, and under
 * load many items share the cost of one.
 */
export class KeyedBatcher<Item, Result> {
  #queue: Entry<Item, Result>[] = []
  readonly #options: KeyedBatcherOptions<Item, Result>
  readonly #busy = new Set<string>()
  #running = 0
  #isAboutToRun = false
  #impatient: NodeJS.Timeout | undefined
  #expiry: NodeJS.Timeout | undefined

  constructor(options: KeyedBatcherOptions<Item, Result>) {
    this.#options = options
  }

  /** How many items wait to be in a batch, and for how long the first of them has, in ms. */
  get waiting(): { waiting: number; oldestMs: number } {
    const [first] = this.#queue
    return { waiting: this.#queue.length, oldestMs: first ? performance.now() - first.since : 0 }
  }

  push(item: Item): Promise<Result> {
    const { mostWaiting, overloaded } = this.#options
    if (this.#queue.length >= mostWaiting) return Promise.reject(overloaded())
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, since: performance.now(), waits: false, resolve, reject })
      this.#expireLater()
      if (this.#running === 0) this.#runSoon()
      else this.#hurry()
    })
  }

  /** Not in this tick: items that come together go together. */
  #runSoon(): void {
    if (this.#isAboutToRun) return
    this.#isAboutToRun = true
    setImmediate(() => {
      this.#isAboutToRun = false
      this.#run()
    })
  }

  /** While all lanes hang, nothing is taken out of the queue: entries that have waited too long are rejected. */
  #expireLater(): void {
    const { mostMs, expired } = this.#options
    this.#expiry ??= setTimeout(() => {
      this.#expiry = undefined
      const latest = performance.now() - mostMs
      const late = this.#queue.filter(({ since }) => since <= latest)
      this.#queue = this.#queue.filter(({ since }) => since > latest)
      for (const { reject } of late) reject(expired())
      if (this.#queue.length > 0) this.#expireLater()
    }, mostMs).unref()
  }

  /** If a batch hangs, the others do not wait for it. */
  #hurry(): void {
    if (this.#impatient || this.#running >= this.#options.lanes) return
    this.#impatient = setTimeout(() => {
      this.#impatient = undefined
      this.#run()
    }, patienceMs)
    this.#impatient.unref()
  }

  #run(): void {
    const batch = this.#take()
    if (batch.length === 0) return
    const keys = new Set(batch.map(({ item }) => this.#options.keyOf(item)))
    for (const key of keys) this.#busy.add(key)
    this.#running += 1
    if (this.#queue.length > 0) this.#hurry()
    const failed = (error: unknown): Entry<Item, Result>[] => {
      for (const entry of batch) entry.reject(error)
      return []
    }
    this.#options
      .run(batch)
      .catch(failed)
      .then((again) => {
        this.#queue.unshift(...again.map((entry) => ({ ...entry, waits: true })))
        // Not in this tick: answers that are ready, and new requests, go first.
        setImmediate(() => {
          for (const key of keys) this.#busy.delete(key)
          this.#running -= 1
          this.#run()
        })
      })
  }

  #take(): Entry<Item, Result>[] {
    const batch: Entry<Item, Result>[] = []
    const rest: Entry<Item, Result>[] = []
    const passed = new Set(this.#busy)
    for (const waiting of this.#queue) {
      const key = this.#options.keyOf(waiting.item)
      if (!passed.has(key) && this.#fits(waiting, batch)) batch.push(waiting)
      else {
        passed.add(key)
        rest.push(waiting)
      }
    }
    this.#queue = rest
    return batch
  }

  /** An entry that waits for something is in a batch with entries of the same key only. */
  #fits(waiting: Entry<Item, Result>, batch: Entry<Item, Result>[]): boolean {
    const { keyOf, isAlone, mostPerBatch } = this.#options
    const [first] = batch
    if (!first) return true
    if (isAlone(first.item) || isAlone(waiting.item) || batch.length === mostPerBatch) return false
    return first.waits ? keyOf(first.item) === keyOf(waiting.item) : !waiting.waits
  }
}
