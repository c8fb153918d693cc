import { expect } from 'vitest'

/**
 * Holds that some work takes no more than so many ms of the processor. Not of the clock, in which other processes count. The
 * best of several, since the first ones are compiled, and garbage is collected meanwhile.
 */
export function withinCpu(ms: number, work: () => unknown, tries = 5): void {
  let best = Number.POSITIVE_INFINITY
  for (let n = 0; n < tries && best > ms; n += 1) {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1000)
  }
  expect(best).toBeLessThanOrEqual(ms)
}

/**
 * The same of work that gives way to other work in between: no stretch of it, from one turn of the event loop to the next,
 * takes more.
 */
export async function withinTurns(ms: number, work: () => Promise<unknown>, tries = 10): Promise<void> {
  let best = Number.POSITIVE_INFINITY
  for (let n = 0; n < tries && best > ms; n += 1) best = Math.min(best, await longestTurnOf(work))
  expect(best).toBeLessThanOrEqual(ms)
}

async function longestTurnOf(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let isEnded = false
  let before = process.cpuUsage()
  const note = () => {
    const { user, system } = process.cpuUsage(before)
    longest = Math.max(longest, (user + system) / 1000)
    before = process.cpuUsage()
  }
  const watch = () => {
    note()
    if (!isEnded) setImmediate(watch)
  }
  setImmediate(watch)
  await work().catch(() => undefined)
  isEnded = true
  note()
  return longest
}
