export type Numbers = Record<string, number>

/** One of those that are measured side by side. */
export interface Contender {
  name: string
  run(): Promise<Numbers>
}

/** What one contender gave in each round. */
export type Rounds = Map<string, Numbers[]>

const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (low + high) / 2
}

export const percentile = (values: number[], share: number): number => {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Does the same again and again for so many seconds, three times at least, and says how long it took each time. */
export async function timed(seconds: number, work: () => Promise<unknown>): Promise<Numbers> {
  const latencies: number[] = []
  const until = performance.now() + seconds * 1000
  for (let at = performance.now(); at < until || latencies.length < 3; ) {
    await work()
    const then = performance.now()
    latencies.push(then - at)
    at = then
  }
  return { requests: latencies.length, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
}

/** Runs the contenders in turn, A B A B: what the machine does beside hits all of them alike. */
export async function alternate(contenders: Contender[], rounds: number): Promise<Results> {
  const all: Rounds = new Map(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run } of contenders) all.get(name)?.push(await run())
  }
  return new Results(all)
}

export class Results {
  constructor(readonly rounds: Rounds) {}

  get names(): string[] {
    return [...this.rounds.keys()]
  }

  /** The median over the rounds in which it was measured. */
  of(name: string, what: string): number {
    return median(this.#values(name, what).filter((value) => !Number.isNaN(value)))
  }

  /** The median of the ratios in each round. */
  ratio(what: string, name: string, to: string): number {
    const beside = this.#values(to, what)
    return median(this.#values(name, what).map((value, round) => value / (beside[round] ?? Number.NaN)))
  }

  #values(name: string, what: string): number[] {
    return (this.rounds.get(name) ?? []).map((numbers) => numbers[what] ?? Number.NaN)
  }
}
