import { afterAll, beforeAll, describe, it } from 'vitest'
import { Bench, type Named, type Outcome } from './bench.js'
import { mistakes } from './mistakes.js'

// One more than there are cores of a small machine: a test that waits for what a mistake keeps from coming leaves one idle.
const benches = [Bench.start(), Bench.start(), Bench.start()]
const free = [...benches]
const outcomes = new Map<string, Outcome>()
const required = (process.env.REQUIRE_DATABASES ?? '').split(',')
const keyOf = (test: Named): string => JSON.stringify(test)

beforeAll(async () => {
  const tests = [...new Map(mistakes.map(({ caughtBy }) => [keyOf(caughtBy), caughtBy])).values()]
  const files = [...new Set(tests.map(({ file }) => file))]
  await Promise.all(
    benches.map(async (bench, lane) => {
      const own = tests.filter(({ file }) => files.indexOf(file) % benches.length === lane)
      const ends = await bench.run(own)
      for (const [n, test] of own.entries()) outcomes.set(keyOf(test), ends[n] ?? 'missing')
    }),
  )
})
afterAll(() => Promise.all(benches.map((bench) => bench.close())))

// A suite that stays green whatever is broken proves nothing: each of these mistakes must turn its test red.
describe.concurrent('the tests notice a chat that', () => {
  it.for(mistakes.map((mistake) => [mistake.name, mistake] as const))('%s', async ([, mistake], { expect, skip }) => {
    const { caughtBy } = mistake
    const { file, name, on = '' } = caughtBy
    const before = outcomes.get(keyOf(caughtBy))
    if (before === 'missing' && on && !required.includes(on)) skip(`${on} is not here`)
    expect(before, `test/${file}: ${name}, without the mistake`).toBe('passed')
    const bench = free.pop() as Bench
    try {
      expect(await bench.run([caughtBy], mistake), `test/${file}: ${name}, with it`).toEqual(['failed'])
    } finally {
      free.push(bench)
    }
  })
})
