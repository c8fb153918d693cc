/** What the chat needs of a `Registry` of prom-client 14 or newer, such as its `register`. */
export interface MetricsRegistry {
  /** Takes a metric in. */
  registerMetric(metric: never): void
  /** A metric that it has, by its name. */
  getSingleMetric(name: string): unknown
}

/** What the values of several chats, or of several processes, come to. */
type Aggregator = 'sum' | 'max' | 'min'

export interface Definition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** The names of its labels. */
  readonly labels?: readonly string[]
  /** `sum` unless given. */
  readonly aggregator?: Aggregator
}

type Labels = Record<string, string | number>

/** A number that counts up, or a histogram, for one set of labels. */
export interface Cell {
  readonly labels: Labels
  value: number
  /** Of a histogram: how many were not above each of the bounds, and above the one before. */
  readonly counts: number[]
  sum: number
}

export interface Reading {
  labels: Labels
  value: number
}

export type Read = () => readonly Reading[] | Promise<readonly Reading[]>

/** What all chats of a registry share. It is plain data, since a module may be there twice, as after a hot reload. */
interface Shared {
  cells: Map<string, Cell>
  reads: Set<Read>
}

const sharedKey = Symbol.for('express-chat.metric')

/** In seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * A metric as prom-client's registries read them. We have our own, so that this package needs no prom-client, and an event costs no
 * more than to add to a number: prom-client looks labels up for each.
 */
class Metric {
  readonly type: string
  readonly help: string
  readonly aggregator: Aggregator
  readonly [sharedKey]: Shared = { cells: new Map(), reads: new Set() }

  constructor(
    /** Registries for OpenMetrics change it. */
    public name: string,
    { type, help, aggregator = 'sum' }: Definition,
  ) {
    this.type = type
    this.help = help
    this.aggregator = aggregator
  }

  async get() {
    const { cells, reads } = this[sharedKey]
    const counted = [...cells.values()]
    const readings = await Promise.all([...reads].map(async (read) => read()))
    const values =
      this.type === 'histogram'
        ? counted.flatMap((cell) => this.#histogram(cell))
        : together([...counted, ...readings.flat()], this.aggregator)
    const { name, help, type, aggregator } = this
    return { name, help, type, aggregator, values }
  }

  #histogram({ labels, counts, sum }: Cell) {
    const value = (suffix: string, of: number, more: Labels = {}) => ({
      ...{ metricName: `${this.name}_${suffix}`, value: of, labels: { ...more, ...labels } },
    })
    let upTo = 0
    const buckets = [...bounds, '+Inf'].map((le, n) => {
      upTo += counts[n] ?? 0
      return value('bucket', upTo, { le })
    })
    return [...buckets, value('sum', sum), value('count', upTo)]
  }

  reset(): void {
    for (const cell of this[sharedKey].cells.values()) {
      cell.value = 0
      cell.sum = 0
      cell.counts.fill(0)
    }
  }
}

/** What several chats read with the same labels is one value. */
function together(readings: Reading[], aggregator: Aggregator): Reading[] {
  const combine = { sum: (a: number, b: number) => a + b, max: Math.max, min: Math.min }[aggregator]
  const found = new Map<string, Reading>()
  for (const { labels, value } of readings) {
    const key = JSON.stringify(labels)
    const before = found.get(key)
    found.set(key, { labels: { ...labels }, value: before ? combine(before.value, value) : value })
  }
  return [...found.values()]
}

/** A metric of a registry, for one chat. */
export class Family {
  readonly #shared: Shared
  readonly #own: Read[] = []

  /** @throws TypeError where the registry has another metric of this name. */
  constructor(registry: MetricsRegistry, name: string, definition: Definition) {
    const found = registry.getSingleMetric(name) as Partial<Metric> | undefined
    const metric = found ?? new Metric(name, definition)
    if (!metric[sharedKey]) throw new TypeError(`express-chat: the registry has another metric that is called ${name}`)
    this.#shared = metric[sharedKey]
    if (!found) registry.registerMetric(metric as never)
  }

  /** What is counted with these labels; always the same. */
  cell(labels: Labels = {}): Cell {
    const { cells } = this.#shared
    const key = JSON.stringify(labels)
    let cell = cells.get(key)
    if (!cell) {
      cell = { labels, value: 0, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }
      cells.set(key, cell)
    }
    return cell
  }

  /** Has it read each time that metrics are collected. */
  read(read: Read): void {
    this.#own.push(read)
    this.#shared.reads.add(read)
  }

  /** What was counted stays; nothing is read any more. */
  close(): void {
    for (const read of this.#own) this.#shared.reads.delete(read)
  }
}

/** Adds a duration to a histogram. */
export function observe(cell: Cell, seconds: number): void {
  let n = 0
  while (n < bounds.length && seconds > (bounds[n] as number)) n += 1
  cell.counts[n] = (cell.counts[n] ?? 0) + 1
  cell.sum += seconds
}
