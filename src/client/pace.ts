import type { Rate } from '../contract/frames.js'
import { since } from './waits.js'

/** How late a frame may reach the server after it was sent, and so fall into a later window. */
const jitterMs = 500
/** The smallest share of a rate that is used, if other clients of the same user take the rest. */
const leastShare = 1 / 8

/**
 * Keeps to a rate of the server: in any window, no more is sent than the rate allows. Other tabs and devices of the same user
 * take from the same rate: after a refusal, half of it is used for a while.
 */
export function createPace(rate: Rate) {
  /** When frames were sent, ascending, as far back as it matters. */
  let said: number[] = []
  let share = 1
  let refusedAt = 0
  let pausedMs = 0
  let eased = 0

  const windowMs = () => rate.seconds * 1_000 + jitterMs

  return {
    limit(given: Rate): void {
      if (given.points > 0 && given.seconds > 0) rate = given
    },
    /** In how many ms the next one may be sent; 0: now. The part `spare` (0 to 1) of the rate is left to more urgent ones. */
    waitMs(spare: number, now = Date.now()): number {
      if (since(refusedAt, now) < pausedMs) return refusedAt + pausedMs - now
      // If the clock was put back, the window counts as over.
      if (now < eased) eased = now
      if ((said.at(-1) ?? 0) > now) said = []
      if (share < 1 && now - eased > 2 * windowMs()) {
        share *= 2
        eased = now
      }
      while ((said[0] ?? now) <= now - windowMs()) said.shift()
      const most = Math.max(1, Math.floor(rate.points * share * (1 - spare)))
      const oldest = said[said.length - most]
      return oldest === undefined ? 0 : oldest + windowMs() - now
    },
    take(now = Date.now()): void {
      said.push(now)
    },
    /** The server refused one. */
    refused(ms: number, now = Date.now()): void {
      refusedAt = now
      pausedMs = ms
      share = Math.max(leastShare, share / 2)
      eased = now
    },
  }
}

/** How many errors a server tolerates from a socket, and how soon it forgets one; a few less, and a little later. */
const mostMistakes = 40
const forgetMs = 1_250

/** Keeps below the errors that a server tolerates: no more commands that may fail are in flight than it would tolerate. */
export function createMistakes() {
  let count = 0
  let at = 0

  function known(now: number): number {
    count = Math.max(0, count - since(at, now) / forgetMs)
    at = now
    return count
  }

  return {
    /** A new socket starts from zero. */
    forget(): void {
      count = 0
    },
    made(now = Date.now()): void {
      count = known(now) + 1
    },
    /** How many more errors would be tolerated. */
    left: (now = Date.now()): number => Math.floor(mostMistakes - known(now)),
    /** In how many ms one more would be tolerated. */
    waitMs: (now = Date.now()): number => Math.max(0, Math.ceil((known(now) + 1 - mostMistakes) * forgetMs)),
  }
}
