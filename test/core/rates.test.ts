import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultLimits } from '../../src/core/limits.js'
import { type RateName, Rates } from '../../src/core/rates.js'

const ratesOf = (points: number, seconds: number) =>
  new Rates({
    ...defaultLimits,
    rates: { ...defaultLimits.rates, sends: { points, seconds }, uploads: { points: 1, seconds: 60 } },
  })

const limited = (name: RateName, retryAfter: number) => ({
  ...{ code: 'rate_limited', status: 429, retryAfter },
  detail: `too many ${name}; try again in ${retryAfter} s`,
})

describe('the rate of what a user does', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('lets so much through in a time, and says how long to wait for more', async () => {
    const rates = ratesOf(2, 10)
    await rates.take('sends', 'bob')
    await vi.advanceTimersByTimeAsync(3_500)
    await rates.take('sends', 'bob')
    await expect(rates.take('sends', 'bob')).rejects.toMatchObject(limited('sends', 7))
    await vi.advanceTimersByTimeAsync(6_499)
    await expect(rates.take('sends', 'bob')).rejects.toMatchObject(limited('sends', 1))
    await vi.advanceTimersByTimeAsync(1)
    await rates.take('sends', 'bob')
  })

  it('is that of each user, and of each thing, by itself', async () => {
    const rates = ratesOf(1, 10)
    await rates.take('sends', 'bob')
    await rates.take('sends', 'ann')
    await rates.take('uploads', 'bob')
    await expect(rates.take('sends', 'ann')).rejects.toMatchObject(limited('sends', 10))
    await expect(rates.take('uploads', 'bob')).rejects.toMatchObject(limited('uploads', 60))
  })

  it('counts what takes more than others as several', async () => {
    const rates = ratesOf(4, 10)
    await rates.take('sends', 'bob', 3)
    await rates.take('sends', 'bob')
    await expect(rates.take('sends', 'bob')).rejects.toMatchObject({ code: 'rate_limited' })
    await expect(rates.take('sends', 'ann', 5)).rejects.toMatchObject(limited('sends', 10))
  })

  it('takes what is no rate at all for a mistake, not for too much', async () => {
    await expect(ratesOf(1, 10).take('dances' as RateName, 'bob')).rejects.toThrow(TypeError)
  })
})
