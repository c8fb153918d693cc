import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Entry, KeyedBatcher, type KeyedBatcherOptions } from '../../src/concurrency/keyed-batcher.js'

interface Item {
  key: string
  name: string
  isAlone?: boolean
}
type Batch = Entry<Item, string>[]

const turn = async () => {
  for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** A batcher whose batches a test ends. */
function givenBatcher(more: Partial<KeyedBatcherOptions<Item, string>> = {}) {
  const batches: { names: string[]; waits: boolean; end(again?: string[]): Promise<void>; fail(): Promise<void> }[] = []
  const batcher = new KeyedBatcher<Item, string>({
    keyOf: ({ key }) => key,
    isAlone: ({ isAlone }) => isAlone === true,
    run: (batch: Batch) =>
      new Promise((resolve, reject) => {
        batches.push({
          names: batch.map(({ item }) => item.name),
          waits: batch[0]?.waits === true,
          end(again = []) {
            const isAgain = ({ item }: Batch[number]) => again.includes(item.name)
            for (const entry of batch) if (!isAgain(entry)) entry.resolve(`${entry.item.name} is done`)
            resolve(batch.filter(isAgain))
            return turn()
          },
          fail() {
            reject(new Error('the batch failed'))
            return turn()
          },
        })
      }),
    ...{ lanes: 1, mostPerBatch: 3, mostWaiting: 10, mostMs: 1_000 },
    overloaded: () => new Error('too many'),
    expired: () => new Error('too late'),
    ...more,
  })
  const push = (name: string, key = 'room', isAlone = false) => batcher.push({ key, name, isAlone })
  return { batches, push, names: () => batches.map((batch) => batch.names) }
}

afterEach(() => vi.useRealTimers())

describe('a batcher', () => {
  it('runs together what came in the same turn, and then what came meanwhile', async () => {
    const { push, batches, names } = givenBatcher()
    const first = push('a')
    push('b')
    await turn()
    push('c')
    push('d', 'another room')
    await batches[0]?.end()
    expect(names()).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    expect(await first).toBe('a is done')
  })

  it('has each key in one batch at a time, while others go ahead', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const { push, batches, names } = givenBatcher({ lanes: 2 })
    push('a')
    await turn()
    push('b')
    push('c', 'another room')
    await vi.advanceTimersByTimeAsync(30)
    await turn()
    expect(names()).toEqual([['a'], ['c']])
    await batches[0]?.end()
    expect(names().at(-1)).toEqual(['b'])
  })

  it('holds no more than so many, and takes no more than wait', async () => {
    const { push, batches, names } = givenBatcher({ mostWaiting: 4 })
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => push(name))
    await expect(all[4]).rejects.toThrow('too many')
    await turn()
    await batches[0]?.end()
    expect(names()).toEqual([['a', 'b', 'c'], ['d']])
  })

  it('runs what must be alone by itself, in its order', async () => {
    const { push, batches, names } = givenBatcher()
    push('a')
    push('b', 'room', true)
    push('c')
    for (let n = 0; n < 3; n += 1) {
      await turn()
      await batches[n]?.end()
    }
    expect(names()).toEqual([['a'], ['b'], ['c']])
  })

  it('runs again what a batch gives back, before what came after it, and lets it wait beside its key only', async () => {
    const { push, batches, names } = givenBatcher()
    const [first] = [push('a'), push('b', 'another room')]
    await turn()
    push('c')
    await batches[0]?.end(['a'])
    expect(names().slice(1)).toEqual([['a', 'c']])
    expect(batches[1]?.waits).toBe(true)
    await batches[1]?.end()
    expect(await first).toBe('a is done')
  })

  it('tells all of a batch that failed, and goes on', async () => {
    const { push, batches, names } = givenBatcher()
    const all = [push('a'), push('b')]
    await turn()
    const told = Promise.all(all.map((each) => expect(each).rejects.toThrow('the batch failed')))
    await batches[0]?.fail()
    await told
    push('c')
    await turn()
    expect(names()).toEqual([['a', 'b'], ['c']])
  })

  it('tells who has waited too long behind a batch that hangs, and does not do it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const { push, batches, names } = givenBatcher()
    push('a')
    await turn()
    const late = push('b')
    const told = expect(late).rejects.toThrow('too late')
    await vi.advanceTimersByTimeAsync(2_100)
    await told
    await batches[0]?.end()
    expect(names()).toEqual([['a']])
  })
})
