import type { Numbers } from '../../harness/measure.js'
import type { Child } from '../../harness/process.js'
import type { Size } from './population.js'

/** Without a bus, a message waits for the other server's next look: that is late, and not lost. */
export const mostBehindMs = 5000

/** Messages a second; no more than can come from people who do not write again within a second. */
export const ratesOf = ({ people }: Size, quick: boolean): number[] =>
  (quick ? [25, 50] : [100, 250, 500, 1000]).filter((rate) => rate <= people)

/** What never came is no figure. */
export const orLost = (ms = Number.NaN): number => (ms < Number.MAX_VALUE ? ms : Number.NaN)

/** Open loop: how long it takes from when a message was due until the last member has it, at each rate. */
export async function rates(load: Child, size: Size, quick: boolean): Promise<Numbers> {
  const [first = 0] = ratesOf(size, quick)
  await load.ask('run', { rate: first, seconds: quick ? 0.3 : 3, mostBehindMs })
  const all: Numbers = {}
  for (const rate of ratesOf(size, quick)) {
    const { p50, p99, lost, lateP99 } = await load.ask<Numbers>('run', { rate, seconds: quick ? 1 : 6, mostBehindMs })
    Object.assign(all, {
      [`p50 at ${rate}`]: orLost(p50),
      [`p99 at ${rate}`]: orLost(p99),
      [`late at ${rate}`]: lateP99,
    })
    // Whoever has lost some would only have more to catch up with.
    if (lost) return all
  }
  return all
}
