import { ChatError } from '../contract/problems.js'

interface Waiting {
  go(): void
  timer: NodeJS.Timeout | undefined
}

/** Runs a limited number at once, the others wait in a limited queue: Prisma refuses some of 1,000 transactions that are opened at once. */
export class Semaphore {
  #free: number
  readonly #line: Waiting[] = []

  constructor(
    count: number,
    readonly longest: number,
    /** Work that has waited this long is rejected, and nothing was done; without it all work runs in the end. */
    readonly mostMs?: number,
  ) {
    this.#free = count
  }

  /** How many wait. */
  get waiting(): number {
    return this.#line.length
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#take()
    try {
      return await work()
    } finally {
      const next = this.#line.shift()
      clearTimeout(next?.timer)
      // Not in this tick: an embedded database answers without ever yielding to timers and sockets.
      if (next) setImmediate(next.go)
      else this.#free += 1
    }
  }

  #take(): Promise<void> | void {
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    if (this.#line.length >= this.longest) throw tooMuch()
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { go: resolve, timer: undefined }
      this.#line.push(waiting)
      if (this.mostMs === undefined) return
      waiting.timer = setTimeout(() => {
        this.#line.splice(this.#line.indexOf(waiting), 1)
        reject(tooMuch())
      }, this.mostMs).unref()
    })
  }
}

const tooMuch = (): ChatError =>
  new ChatError('unavailable', 'too much is waiting; nothing was done', { retryAfter: 1 })
