import { setTimeout as delay } from 'node:timers/promises'

/** How many keys go into one statement, unless it is made for fewer. */
const usualMost = 500

interface Waiting<T> {
  key: string
  resolve(result: T): void
  reject(error: unknown): void
}

/** A rush is over once no request has come for this time. */
const calmMs = 20
/** In a rush a statement waits for more keys, in steps of 4 ms, 64 ms at most. */
const stepMs = 4
const mostSteps = 16

/**
 * Batches requests for single keys, as a data loader does: requests that come while a statement is running go together into the
 * next one. It caches nothing: each caller gets what was read, or done, after the call. It has no timer, unless it is made for
 * crowds: then each statement of a rush waits until it serves as many as all before it. So ten times as many callers who come
 * one by one need a few statements more, not ten times as many, however fast the database is.
 */
export class Batcher<T> {
  #waiting: Waiting<T>[] = []
  #flying = false
  #askedAt = Number.NEGATIVE_INFINITY
  /** How many keys were served in this rush. */
  #served = 0

  /** `work` returns the result of each key that has one. */
  constructor(
    readonly work: (keys: string[]) => Promise<Map<string, T>>,
    /** The result of keys that have none. */
    readonly none: () => T,
    readonly isForCrowd = false,
    readonly most = usualMost,
  ) {}

  ask(key: string): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject })
      const now = performance.now()
      if (now - this.#askedAt > calmMs) this.#served = 0
      this.#askedAt = now
      if (this.#flying) return
      this.#flying = true
      // Not at once: requests of the same turn of the event loop join the batch.
      setImmediate(() => void this.#fly())
    })
  }

  async #fly(): Promise<void> {
    while (this.#waiting.length > 0) {
      if (this.isForCrowd) await this.#crowd()
      const now = this.#waiting.splice(0, this.most)
      this.#served += now.length
      try {
        const results = await this.work([...new Set(now.map(({ key }) => key))])
        for (const { key, resolve } of now) resolve(results.get(key) ?? this.none())
      } catch (error) {
        for (const { reject } of now) reject(error)
      }
    }
    this.#flying = false
  }

  async #crowd(): Promise<void> {
    const wanted = Math.min(this.#served, this.most)
    for (let step = 0; step < mostSteps && this.#waiting.length < wanted; step += 1) {
      const before = this.#waiting.length
      await delay(stepMs)
      if (this.#waiting.length === before) return
    }
  }
}
