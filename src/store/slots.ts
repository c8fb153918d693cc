import { ChatError } from '../contract/problems.js'

/** So many at once, the others in a bounded line: 1,000 transactions opened at once make Prisma refuse some of them. */
export class Slots {
  #free: number
  readonly #line: (() => void)[] = []
  readonly #longest: number

  constructor(count: number, longest: number) {
    this.#free = count
    this.#longest = longest
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#take()
    try {
      return await work()
    } finally {
      const next = this.#line.shift()
      // Not in this tick: an embedded database answers without ever letting timers and sockets in.
      if (next) setImmediate(next)
      else this.#free += 1
    }
  }

  #take(): Promise<void> | void {
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    if (this.#line.length >= this.#longest) throw new ChatError('unavailable', 'too much is waiting', { retryAfter: 1 })
    return new Promise((resolve) => this.#line.push(resolve))
  }
}
