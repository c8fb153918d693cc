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
    const all = [
      mutex.take('a', task('one', 30, true)),
      mutex.take('a', task('two', 10)),
      mutex.take('b', task('other', 5)),
    ]
    const ends = Promise.allSettled(all)
    await pass(100)
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect(done).toEqual(['one begins', 'other begins', 'other ends', 'one ends', 'two begins', 'two ends'])
  })

  it('is done at once where nothing is before it', async () => {
    const mutex = createKeyedMutex()
    const task = vi.fn(async () => 'done')
    expect(await mutex.take('a', task)).toBe('done')
    await pass()
    void mutex.take('a', task)
    expect(task).toHaveBeenCalledTimes(2)
  })

  it('waits for what was asked for last, also where something before that is done', async () => {
    const mutex = createKeyedMutex()
    const ends: (() => void)[] = []
    const task = vi.fn(() => new Promise<void>((end) => void ends.push(end)))
    void mutex.take('a', task)
    void mutex.take('a', task)
    ends[0]?.()
    await pass()
    expect(task).toHaveBeenCalledTimes(2)
    void mutex.take('a', task)
    await pass()
    expect(task).toHaveBeenCalledTimes(2)
    ends[1]?.()
    await pass()
    expect(task).toHaveBeenCalledTimes(3)
  })

  it('is not begun once it was given up while it waited, and what comes later is', async () => {
    const mutex = createKeyedMutex()
    let end = (): void => undefined
    const first = mutex.take('a', () => new Promise<void>((resolve) => (end = resolve)))
    const [waiting, later] = [vi.fn(async () => 'no'), vi.fn(async () => 'yes')]
    const givenUp = mutex.take('a', waiting)
    mutex.abandon()
    const next = mutex.take('a', later)
    const refused = expect(givenUp).rejects.toMatchObject({ code: 'aborted' })
    end()
    await refused
    await first
    expect(await next).toBe('yes')
    expect(waiting).not.toHaveBeenCalled()
  })
})
