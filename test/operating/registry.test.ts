import { AggregatorRegistry, Counter, Histogram, Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { Family, observe } from '../../src/operating/registry.js'
import { collected } from './collected.js'

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const seconds = [0, 0.0005, 0.001, 0.0011, 0.2, 0.25, 3, 11]

/** The lines in one order, and the labels of each. */
const sorted = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join()}}`))
    .sort()

describe('a metric of ours in a registry of prom-client', () => {
  it('reads as one of prom-client’s own', async () => {
    const [ours, theirs] = [new Registry(), new Registry()]
    const [time, count] = [
      new Family(ours, 'time_seconds', { type: 'histogram', help: 'Time', labels: ['kind'] }),
      new Family(ours, 'things_total', { type: 'counter', help: 'Things', labels: ['by'] }),
    ]
    const labelNames = ['kind']
    const histogram = new Histogram({ name: 'time_seconds', help: 'Time', labelNames, buckets, registers: [theirs] })
    const counter = new Counter({ name: 'things_total', help: 'Things', labelNames: ['by'], registers: [theirs] })
    for (const each of seconds) {
      observe(time.cell({ kind: 'a' }), each)
      histogram.observe({ kind: 'a' }, each)
    }
    time.cell({ kind: 'b' })
    histogram.zero({ kind: 'b' })
    count.cell({ by: 'http' }).value += 3
    counter.inc({ by: 'http' }, 3)
    expect(sorted(await ours.metrics())).toEqual(sorted(await theirs.metrics()))
    for (const registry of [ours, theirs]) registry.setDefaultLabels({ server: 'one' })
    expect(sorted(await ours.metrics())).toEqual(sorted(await theirs.metrics()))
    const [oursTwice, theirsTwice] = await Promise.all(
      [ours, theirs].map(async (registry) => {
        const one = await registry.getMetricsAsJSON()
        return AggregatorRegistry.aggregate([one, structuredClone(one)] as never)
      }),
    )
    expect(sorted((await oursTwice?.metrics()) ?? '')).toEqual(sorted((await theirsTwice?.metrics()) ?? ''))
    for (const registry of [ours, theirs]) registry.resetMetrics()
    expect((await collected(ours))['time_seconds_count{kind="a",server="one"}']).toBe(0)
  })

  it('reads as one of prom-client’s own for OpenMetrics', async () => {
    const registry = () => {
      const made = new Registry()
      made.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
      return made
    }
    const [ours, theirs] = [registry(), registry()]
    const count = new Family(ours, 'things_total', { type: 'counter', help: 'Things' })
    count.cell().value += 2
    new Counter({ name: 'things_total', help: 'Things', registers: [theirs] } as never).inc(2)
    for (let n = 0; n < 2; n += 1) expect(await ours.metrics()).toBe(await theirs.metrics())
  })

  it('is the same for all who ask for it, and what several read comes together', async () => {
    const registry = new Registry()
    const gauge = (aggregator: 'sum' | 'max' | 'min', name: string) => {
      const families = [1, 5].map((value) => {
        const family = new Family(registry, name, { type: 'gauge', help: 'A gauge', aggregator })
        family.read(() => [{ labels: {}, value }])
        return family
      })
      return families
    }
    const [first] = gauge('sum', 'sums')
    gauge('max', 'largest')
    gauge('min', 'smallest')
    expect(await collected(registry)).toEqual({ sums: 6, largest: 5, smallest: 1 })
    first?.close()
    expect(await collected(registry)).toEqual({ sums: 5, largest: 5, smallest: 1 })
  })

  it('is refused where the registry has another of its name', () => {
    const registry = new Registry()
    new Counter({ name: 'things_total', help: 'Things', registers: [registry] })
    expect(() => new Family(registry, 'things_total', { type: 'counter', help: 'Ours' })).toThrow(
      new TypeError('express-chat: the registry has another metric that is called things_total'),
    )
  })
})
