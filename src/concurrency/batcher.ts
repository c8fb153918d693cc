import { setTimeout as delay } from 'node:timers/promises'

/** So many keys go into one statement. */
const most = 500

interface Waiting<T> {
  key: string
  resolve(result: T): void
  reject(error: unknown): void
}

/** A rush is over once nobody has asked for so long. */
const calmMs = 20
/** In a rush a statement waits while more come, in steps of 4 ms, 64 ms at most. */
const stepMs = 4
const mostSteps = 16

/**
 * Statements for one key that are made for many: what is asked while one is under way goes together into the next one. No
 * memory: whoever asks gets what was read, or done, after they asked. And no timer, unless it is made for a crowd: then each
 * statement of a rush waits until it serves as many as all before it, so that ten times as many who come one by one are a few
 * statements more, not ten times as many, however fast the database is.
 */
export class Batcher<T> {
  #waiting: Waiting<T>[] = []
  #flying = false
  #askedAt = Number.NEGATIVE_INFINITY
  /** Who had their statement in this rush. */
  #served = 0

  /** `work` gives the result of each key that has one. */
  constructor(
    readonly work: (keys: string[]) => Promise<Map<string, T>>,
    /** For keys that have none. */
    readonly none: () => T,
    readonly isForCrowd = false,
  ) {}

  ask(key: string): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject })
      const now = performance.now()
      if (now - this.#askedAt > calmMs) this.#served = 0
      this.#askedAt = now
      if (this.#flying) return
      this.#flying = true
      // Not at once: those who come in the same turn of the event loop go along.
      setImmediate(() => void this.#fly())
    })
  }

  async #fly(): Promise<void> {
    while (this.#waiting.length > 0) {
      if (this.isForCrowd) await this.#crowd()
      const now = this.#waiting.splice(0, most)
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
    for (let step = 0; step < mostSteps && this.#waiting.length < this.#served; step += 1) {
      const before = this.#waiting.length
      await delay(stepMs)
      if (this.#waiting.length === before) return
    }
  }
}
