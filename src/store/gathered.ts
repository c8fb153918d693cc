/** So many keys go into one statement. */
const most = 500

interface Waiting<T> {
  key: string
  resolve(result: T): void
  reject(error: unknown): void
}

/**
 * Statements for one key that are made for many: what is asked while one is under way goes together into the next one. No
 * timer and no memory: whoever asks gets what was read, or done, after they asked.
 */
export class Gathered<T> {
  #waiting: Waiting<T>[] = []
  #flying = false

  /** `work` gives the result of each key that has one. */
  constructor(
    readonly work: (keys: string[]) => Promise<Map<string, T>>,
    /** For keys that have none. */
    readonly none: () => T,
  ) {}

  ask(key: string): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject })
      if (this.#flying) return
      this.#flying = true
      // Not at once: those who come in the same turn of the event loop go along.
      setImmediate(() => void this.#fly())
    })
  }

  async #fly(): Promise<void> {
    while (this.#waiting.length > 0) {
      const now = this.#waiting.splice(0, most)
      try {
        const results = await this.work([...new Set(now.map(({ key }) => key))])
        for (const { key, resolve } of now) resolve(results.get(key) ?? this.none())
      } catch (error) {
        for (const { reject } of now) reject(error)
      }
    }
    this.#flying = false
  }
}
