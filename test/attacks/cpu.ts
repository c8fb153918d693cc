import { expect } from 'vitest'

/**
 * Holds that some work takes no more than so many ms of the processor. Not of the clock, in which other processes count. The
 * best of several, since the first ones are compiled, and garbage is collected meanwhile.
 */
export function withinCpu(ms: number, work: () => unknown, tries = 30): void {
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
 * takes more. Each stretch by itself is the best of several: garbage is collected, by other threads too, now in this one
 * and now in that, while what is too long is so each time.
 */
export async function withinTurns(ms: number, work: () => Promise<unknown>, tries = 30): Promise<void> {
  let best = Number.POSITIVE_INFINITY
  const least = new Map<number, number[]>()
  for (let n = 0; n < tries && best > ms; n += 1) {
    const turns = await turnsOf(work)
    const before = least.get(turns.length)
    const both = turns.map((each, k) => Math.min(each, before?.[k] ?? each))
    least.set(turns.length, both)
    best = Math.min(best, Math.max(...both))
  }
  expect(best).toBeLessThanOrEqual(ms)
}

/** What each turn of the event loop took until the work was done, in ms of the processor. */
async function turnsOf(work: () => Promise<unknown>): Promise<number[]> {
  const turns: number[] = []
  let isEnded = false
  let before = process.cpuUsage()
  const note = () => {
    const { user, system } = process.cpuUsage(before)
    turns.push((user + system) / 1000)
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
  return turns
}
