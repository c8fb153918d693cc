import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { ChatError } from '../contract/problems.js'
import type { Limits } from './limits.js'

export type RateName = keyof Limits['rates']

/** What each user may do in a time, over HTTP and socket together. */
export class Rates {
  readonly #limiters: Record<RateName, RateLimiterMemory>

  constructor(rates: Limits['rates']) {
    const limiters = Object.entries(rates).map(([name, { points, seconds }]) => [
      name,
      new RateLimiterMemory({ points, duration: seconds, keyPrefix: name }),
    ])
    this.#limiters = Object.fromEntries(limiters) as Record<RateName, RateLimiterMemory>
  }

  /** Throws 429 with the time to wait once a user did too much. */
  async take(name: RateName, userId: string): Promise<void> {
    try {
      await this.#limiters[name].consume(userId)
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      const retryAfter = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
      throw new ChatError('rate_limited', `too many ${name}; try again in ${retryAfter} s`, { retryAfter })
    }
  }
}
