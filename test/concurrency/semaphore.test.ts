import { describe, expect, it, vi } from 'vitest'
import { Semaphore } from '../../src/concurrency/semaphore.js'

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
const tooMuch = {
  ...{ code: 'unavailable', detail: 'too much is waiting; nothing was done', retryAfter: 1 },
}

/** Work that is done when it is told to be. */
function workshop(slots: Semaphore) {
  const begun: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const run = (name: string) =>
    slots.run(() => {
      begun.push(name)
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => (error ? reject(error) : resolve(name)))
      })
    })
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error)
    await nextTurn()
    // In which the next one begins.
    await nextTurn()
  }
  return { begun, run, end }
}

describe('work that goes on in so many slots', () => {
  it('waits in the order in which it came once all are taken, be it that what was before it failed', async () => {
    const { begun, run, end } = workshop(new Semaphore(2, 10))
    const all = Promise.allSettled(['a', 'b', 'c', 'd'].map(run))
    await nextTurn()
    expect(begun).toEqual(['a', 'b'])
    await end('b', new Error('b failed'))
    expect(begun).toEqual(['a', 'b', 'c'])
    await end('a')
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
    await end('c')
    await end('d')
    expect(await all).toMatchObject([{ value: 'a' }, { reason: new Error('b failed') }, { value: 'c' }, { value: 'd' }])
    void run('e')
    void run('f')
    void run('g')
    await nextTurn()
    expect(begun.slice(4)).toEqual(['e', 'f'])
  })

  it('is refused where the line is full', async () => {
    const { begun, run, end } = workshop(new Semaphore(1, 2))
    const [first, second, third] = ['a', 'b', 'c'].map(run)
    await expect(run('d')).rejects.toMatchObject(tooMuch)
    await end('a')
    await first
    // One place is free again.
    const last = run('e')
    for (const name of ['b', 'c', 'e']) await end(name)
    await Promise.all([second, third, last])
    expect(begun).toEqual(['a', 'b', 'c', 'e'])
  })

  it('does not begin in the tick in which that before it ends, so that timers and sockets come in between', async () => {
    const slots = new Semaphore(1, 1)
    const order: string[] = []
    const first = slots.run(async () => {
      setImmediate(() => order.push('a socket'))
    })
    const second = slots.run(async () => order.push('b'))
    await Promise.all([first, second])
    expect(order).toEqual(['a socket', 'b'])
  })
})

describe('work that has waited for as long as it may', () => {
  it('is sent away with nothing done, and leaves its place in the line', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { begun, run, end } = workshop(new Semaphore(1, 2, 100))
    void run('a')
    const second = run('b')
    vi.advanceTimersByTime(50)
    const third = run('c')
    vi.advanceTimersByTime(49)
    await expect(run('d')).rejects.toMatchObject(tooMuch)
    vi.advanceTimersByTime(1)
    await expect(second).rejects.toMatchObject(tooMuch)
    const last = run('e')
    await end('a')
    expect(begun).toEqual(['a', 'c'])
    // Its turn has come: no time counts any more.
    vi.advanceTimersByTime(99)
    await end('c')
    expect(await third).toBe('c')
    expect(begun).toEqual(['a', 'c', 'e'])
    vi.advanceTimersByTime(1_000)
    await end('e')
    expect(await last).toBe('e')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('has no end where none was set', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { begun, run, end } = workshop(new Semaphore(1, 1))
    void run('a')
    void run('b')
    await nextTurn()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(1_000_000)
    await end('a')
    expect(begun).toEqual(['a', 'b'])
  })
})
