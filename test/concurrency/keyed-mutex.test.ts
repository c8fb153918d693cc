import { describe, expect, it } from 'vitest'
import { KeyedMutex } from '../../src/concurrency/keyed-mutex.js'

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/** Work that is done when it is told to be. */
function workshop(turns: KeyedMutex) {
  const begun: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const take = (key: string, name: string) =>
    turns.take(key, () => {
      begun.push(name)
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => (error ? reject(error) : resolve(name)))
      })
    })
  return { begun, take, end: (name: string, error?: Error) => ends.get(name)?.(error) }
}

describe('work under one key', () => {
  it('begins once the one before has ended, in the order in which it came, be it that one failed', async () => {
    const { begun, take, end } = workshop(new KeyedMutex())
    const all = Promise.allSettled([take('k', 'a'), take('k', 'b'), take('k', 'c')])
    await nextTurn()
    expect(begun).toEqual(['a'])
    end('a', new Error('a failed'))
    await nextTurn()
    expect(begun).toEqual(['a', 'b'])
    end('b')
    await nextTurn()
    end('c')
    expect(await all).toEqual([
      { status: 'rejected', reason: new Error('a failed') },
      { status: 'fulfilled', value: 'b' },
      { status: 'fulfilled', value: 'c' },
    ])
  })

  it('waits for no other key', async () => {
    const { begun, take } = workshop(new KeyedMutex())
    void take('k', 'a')
    void take('l', 'b')
    await nextTurn()
    expect(begun).toEqual(['a', 'b'])
  })

  it('is known while any of it goes on or waits, and no longer', async () => {
    const turns = new KeyedMutex()
    const { take, end } = workshop(turns)
    expect(turns.has('k')).toBe(false)
    const first = take('k', 'a')
    expect([turns.has('k'), turns.has('l')]).toEqual([true, false])
    const second = take('k', 'b')
    await nextTurn()
    end('a')
    await first
    await nextTurn()
    expect(turns.has('k')).toBe(true)
    end('b')
    await second
    expect(turns.has('k')).toBe(false)
  })
})
