import { ChatError } from '../contract/problems.js'

interface Waiting {
  go(): void
  timer: NodeJS.Timeout | undefined
}

/** So many at once, the others in a bounded line: 1,000 transactions opened at once make Prisma refuse some of them. */
export class Semaphore {
  #free: number
  readonly #line: Waiting[] = []

  constructor(
    count: number,
    readonly longest: number,
    /** Who has waited so long is sent away, with nothing done; without it everybody's turn comes. */
    readonly mostMs?: number,
  ) {
    this.#free = count
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#take()
    try {
      return await work()
    } finally {
      const next = this.#line.shift()
      clearTimeout(next?.timer)
      // Not in this tick: an embedded database answers without ever letting timers and sockets in.
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
