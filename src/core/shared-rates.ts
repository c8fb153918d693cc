import type { Rate } from '../contract/frames.js'
import type { Bus, RateCounter } from './bus.js'

/** What is counted meanwhile is told to the other servers together. */
const gatherMs = 250
/** So many users are told of at a time; where the bus is away, those beyond are forgotten. */
const mostWaiting = 10_000

/**
 * What users did on all servers, where the bus counts that. Nobody waits for it: each server counts for itself and decides at
 * once, tells the others four times a second what was counted, and is told then who did too much in all. So a user of several
 * servers gets a quarter of a second ahead of a rate, no message is later for it, and a bus that is away changes nothing.
 */
export class SharedRates {
  readonly #counters = new Map<string, RateCounter>()
  readonly #waiting = new Map<string, { name: string; userId: string; points: number }>()
  /** Until when who has to wait, by rate and user. */
  readonly #blocked = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #isSending = false

  constructor(bus: Bus | undefined, rates: Record<string, Rate>) {
    if (!bus?.counter) return
    for (const [name, rate] of Object.entries(rates)) this.#counters.set(name, bus.counter(name, rate))
  }

  /** After how many ms a user may go on who did too much in all. */
  msToWait(name: string, userId: string): number {
    const key = `${name} ${userId}`
    const until = this.#blocked.get(key)
    if (until === undefined) return 0
    const ms = until - performance.now()
    if (ms <= 0) this.#blocked.delete(key)
    return Math.max(0, ms)
  }

  /** Counts what was done here; less than nothing where it was taken back. */
  count(name: string, userId: string, points: number): void {
    if (!this.#counters.has(name)) return
    const key = `${name} ${userId}`
    const waiting = this.#waiting.get(key)
    if (waiting) waiting.points += points
    else if (this.#waiting.size < mostWaiting) this.#waiting.set(key, { name, userId, points })
    if (!this.#isSending) this.#timer ??= setTimeout(() => void this.#send(), gatherMs).unref()
  }

  async #send(): Promise<void> {
    this.#timer = undefined
    this.#isSending = true
    const sending = [...this.#waiting]
    this.#waiting.clear()
    await Promise.allSettled(
      sending.map(async ([key, { name, userId, points }]) => {
        const ms = points === 0 ? 0 : ((await this.#counters.get(name)?.(userId, points)) ?? 0)
        if (ms > 0) this.#blocked.set(key, performance.now() + ms)
      }),
    )
    this.#isSending = false
    const now = performance.now()
    for (const [key, until] of this.#blocked) if (until <= now) this.#blocked.delete(key)
    if (this.#waiting.size > 0) this.#timer ??= setTimeout(() => void this.#send(), gatherMs).unref()
  }
}
