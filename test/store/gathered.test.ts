import { describe, expect, it } from 'vitest'
import { Gathered } from '../../src/store/gathered.js'

/** Answers each key with itself in capitals, when told to. */
function gatheredByHand() {
  const asked: string[][] = []
  const answers: ((error?: Error) => void)[] = []
  const gathered = new Gathered<string>(
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
