import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { ChatError } from '../contract/problems.js'
import type { Bus } from './bus.js'
import type { Limits } from './limits.js'
import { SharedRates } from './shared-rates.js'

export type RateName = keyof Limits['rates']

/** What is counted: by the rates, and by the limits that are one for a day. */
export type Counted = RateName | 'invites'

const daySeconds = 24 * 60 * 60

/** What each user may do in a time, over HTTP and socket together. */
export class Rates {
  readonly #limiters: Record<Counted, RateLimiterMemory>
  /** What they did on all servers, where the bus counts that. */
  readonly #shared: SharedRates

  constructor({ rates, invitesPerDay }: Pick<Limits, 'rates' | 'invitesPerDay'>, bus?: Bus) {
    const counted = { ...rates, invites: { points: invitesPerDay, seconds: daySeconds } }
    const limiters = Object.entries(counted).map(([name, { points, seconds }]) => [
      name,
      new RateLimiterMemory({ points, duration: seconds, keyPrefix: name }),
    ])
    this.#shared = new SharedRates(bus, counted)
    this.#limiters = Object.fromEntries(limiters) as Record<Counted, RateLimiterMemory>
  }

  /** Throws 429 with the time to wait once a user did too much; what takes more than others counts as several. */
  async take(name: Counted, userId: string, points = 1): Promise<void> {
    const ms = this.#shared.msToWait(name, userId)
    if (ms > 0) throw tooMany(name, ms)
    try {
      await this.#limiters[name].consume(userId, points)
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      throw tooMany(name, refusal.msBeforeNext)
    }
    this.#shared.count(name, userId, points)
  }

  /** What was taken turned out not to be needed. */
  async giveBack(name: Counted, userId: string, points = 1): Promise<void> {
    await this.#limiters[name].reward(userId, points)
    this.#shared.count(name, userId, -points)
  }
}

function tooMany(name: Counted, ms: number): ChatError {
  const retryAfter = Math.ceil(ms / 1000)
  return new ChatError('rate_limited', `too many ${name}; try again in ${retryAfter} s`, { retryAfter })
}
