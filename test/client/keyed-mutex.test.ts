import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createKeyedMutex } from '../../src/client/keyed-mutex.js'

beforeEach(() => void vi.useFakeTimers())

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

describe('what is done under one key', () => {
  it('is done one after the other, as it was asked for, whatever fails, and beside what is done under others', async () => {
    const mutex = createKeyedMutex()
    const done: string[] = []
    const task =
      (name: string, ms: number, fails = false) =>
      () =>
        new Promise<string>((resolve, reject) => {
          done.push(`${name} begins`)
          setTimeout(() => {
            done.push(`${name} ends`)
            if (fails) reject(new Error(name))
            else resolve(name)
          }, ms)
        })
    const all = [mutex('a', task('one', 30, true)), mutex('a', task('two', 10)), mutex('b', task('other', 5))]
    const ends = Promise.allSettled(all)
    await pass(100)
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect(done).toEqual(['one begins', 'other begins', 'other ends', 'one ends', 'two begins', 'two ends'])
  })

  it('is done at once where nothing is before it', async () => {
    const mutex = createKeyedMutex()
    const task = vi.fn(async () => 'done')
    expect(await mutex('a', task)).toBe('done')
    await pass()
    void mutex('a', task)
    expect(task).toHaveBeenCalledTimes(2)
  })

  it('waits for what was asked for last, also where something before that is done', async () => {
    const mutex = createKeyedMutex()
    const ends: (() => void)[] = []
    const task = vi.fn(() => new Promise<void>((end) => void ends.push(end)))
    void mutex('a', task)
    void mutex('a', task)
    ends[0]?.()
    await pass()
    expect(task).toHaveBeenCalledTimes(2)
    void mutex('a', task)
    await pass()
    expect(task).toHaveBeenCalledTimes(2)
    ends[1]?.()
    await pass()
    expect(task).toHaveBeenCalledTimes(3)
  })
})
