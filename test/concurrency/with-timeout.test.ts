import { beforeEach, describe, expect, it, vi } from 'vitest'
import { withTimeout } from '../../src/concurrency/with-timeout.js'

const late = () => new Error('late')
const never = new Promise<never>(() => undefined)

describe('work with a deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('gives what it gives, or fails as it fails, and leaves no timer', async () => {
    expect(await withTimeout(100, Promise.resolve('done'), late)).toBe('done')
    await expect(withTimeout(100, Promise.reject(new Error('failed')), late)).rejects.toThrow('failed')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('fails once it is late, and not before', async () => {
    let failure: unknown
    withTimeout(100, never, late).catch((error) => {
      failure = error
    })
    await vi.advanceTimersByTimeAsync(99)
    expect(failure).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(failure).toEqual(late())
  })

  it('may take longer than a timer can', async () => {
    for (const ms of [2 ** 31, Number.POSITIVE_INFINITY]) {
      let isLate = false
      withTimeout(ms, never, late).catch(() => {
        isLate = true
      })
      await vi.advanceTimersByTimeAsync(1_000)
      expect(isLate).toBe(false)
    }
  })
})
