import { ChatError } from '../contract/problems.js'

/** Runs a limited number at once, with keys in turn: a key with much work delays itself only, others wait for one piece of it. */
export class FairSemaphore {
  #free: number
  #waiting = 0
  /** The keys in the order of their turns. A key that was served goes to the end. */
  readonly #lines = new Map<string, (() => void)[]>()

  constructor(
    count: number,
    readonly longestLine: number,
    readonly mostWaiting: number,
  ) {
    this.#free = count
  }

  /** Throws `unavailable` if too much waits, of this key or of all. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.#take(key)
    try {
      return await work()
    } finally {
      this.#release(key)
    }
  }

  #take(key: string): Promise<void> | void {
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    const line = this.#lines.get(key) ?? []
    if (line.length >= this.longestLine || this.#waiting >= this.mostWaiting) {
      throw new ChatError('unavailable', 'too much is waiting; nothing was done', { retryAfter: 5 })
    }
    this.#waiting += 1
    this.#lines.set(key, line)
    return new Promise((resolve) => line.push(resolve))
  }

  #release(served: string): void {
    const own = this.#lines.get(served)
    if (own && this.#lines.delete(served)) this.#lines.set(served, own)
    const next = this.#lines.entries().next()
    if (next.done) {
      this.#free += 1
      return
    }
    const [key, line] = next.value
    this.#lines.delete(key)
    const go = line.shift()
    if (line.length > 0) this.#lines.set(key, line)
    this.#waiting -= 1
    go?.()
  }
}
