import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Batcher } from '../../src/concurrency/batcher.js'

/** Answers each key with itself in capitals, when told to. */
function gatheredByHand() {
  const asked: string[][] = []
  const answers: ((error?: Error) => void)[] = []
  const gathered = new Batcher<string>(
    (keys) => {
      asked.push(keys)
      return new Promise((resolve, reject) => {
        const found = keys.filter((key) => key !== 'nobody').map((key) => [key, key.toUpperCase()] as const)
        answers.push((error) => (error ? reject(error) : resolve(new Map(found))))
      })
    },
    () => 'none',
  )
  return { gathered, asked, answer: (error?: Error) => answers.shift()?.(error) }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('statements that are asked for one key at a time', () => {
  it('are one for all who ask in the same turn, each key once', async () => {
    const { gathered, asked, answer } = gatheredByHand()
    const results = Promise.all(['a', 'b', 'a', 'nobody'].map((key) => gathered.ask(key)))
    await nextTurn()
    answer()
    expect(await results).toEqual(['A', 'B', 'A', 'none'])
    expect(asked).toEqual([['a', 'b', 'nobody']])
  })

  it('are made anew for whoever asks while one is under way: what it reads may be too old for them', async () => {
    const { gathered, asked, answer } = gatheredByHand()
    const first = gathered.ask('a')
    await nextTurn()
    const later = Promise.all([gathered.ask('a'), gathered.ask('b')])
    await nextTurn()
    expect(asked).toEqual([['a']])
    answer()
    expect(await first).toBe('A')
    await nextTurn()
    answer()
    expect(await later).toEqual(['A', 'B'])
    expect(asked).toEqual([['a'], ['a', 'b']])
  })

  it('fail for those who asked, and not for the next ones', async () => {
    const { gathered, answer } = gatheredByHand()
    const failing = Promise.allSettled([gathered.ask('a'), gathered.ask('b')])
    await nextTurn()
    const next = gathered.ask('c')
    answer(new Error('away'))
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await nextTurn()
    answer()
    expect(await next).toBe('C')
  })

  it('are made again for whoever asks after there was nothing to do', async () => {
    const { gathered, asked, answer } = gatheredByHand()
    for (const key of ['a', 'b']) {
      const result = gathered.ask(key)
      await nextTurn()
      answer()
      expect(await result).toBe(key.toUpperCase())
      await nextTurn()
    }
    expect(asked).toEqual([['a'], ['b']])
  })

  it('have an end: a crowd is served by several', async () => {
    const { gathered, asked, answer } = gatheredByHand()
    const results = Promise.all(Array.from({ length: 501 }, (_, n) => gathered.ask(`${n}`)))
    await nextTurn()
    answer()
    await nextTurn()
    answer()
    expect(await results).toHaveLength(501)
    expect(asked.map((keys) => keys.length)).toEqual([500, 1])
  })
})

describe('statements for a crowd', () => {
  /** How many statements serve so many people, of whom one comes each millisecond, beside a database that answers at once. */
  async function statementsFor(count: number, isForCrowd: boolean) {
    let statements = 0
    const gathered = new Batcher<string>(
      async (keys) => {
        statements += 1
        return new Map(keys.map((key) => [key, key]))
      },
      () => 'none',
      isForCrowd,
    )
    const answers: Promise<string>[] = []
    for (let n = 0; n < count; n += 1) {
      answers.push(gathered.ask(`user${n}`))
      await vi.advanceTimersByTimeAsync(1)
    }
    await vi.advanceTimersByTimeAsync(100)
    expect(await Promise.all(answers)).toEqual(answers.map((_, n) => `user${n}`))
    return statements
  }

  function givenTime() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
  }

  it('are a few more for ten times as many who come one by one, and not ten times as many', async () => {
    givenTime()
    const few = await statementsFor(50, true)
    expect(await statementsFor(500, true)).toBeLessThanOrEqual(3 * few)
    expect(await statementsFor(500, false)).toBe(500)
  })

  it('wait for no more people than one of them serves', async () => {
    givenTime()
    const sizes: number[] = []
    const read = async (keys: string[]) => {
      sizes.push(keys.length)
      return new Map(keys.map((key) => [key, key]))
    }
    const gathered = new Batcher<string>(read, () => 'none', true, 10)
    const answers: Promise<string>[] = []
    for (let n = 0; n < 200; n += 1) {
      answers.push(gathered.ask(`user${n}`))
      await vi.advanceTimersByTimeAsync(1)
    }
    await vi.advanceTimersByTimeAsync(100)
    expect(await Promise.all(answers)).toEqual(answers.map((_, n) => `user${n}`))
    expect(Math.max(...sizes)).toBe(10)
    expect(sizes.length).toBeLessThan(30)
  })

  it('are made at once for whoever comes when nobody else does', async () => {
    givenTime()
    const gathered = new Batcher<string>(
      async (keys) => new Map(keys.map((key) => [key, key])),
      () => 'none',
      true,
    )
    for (let n = 0; n < 20; n += 1) {
      const before = performance.now()
      const answer = gathered.ask(`user${n}`)
      await vi.advanceTimersByTimeAsync(0)
      expect(await answer).toBe(`user${n}`)
      expect(performance.now()).toBe(before)
      await vi.advanceTimersByTimeAsync(50)
    }
  })
})
