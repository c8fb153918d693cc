import type { Rate } from 'express-chat'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createMistakes, createPace } from '../../src/client/pace.js'
import { Patience } from '../../src/realtime/patience.js'

const hour = 3_600_000
const rate = (points: number, seconds = 10): Rate => ({ points, seconds })

/** How many things may be said at once at a time, after which they are said. */
function free(pace: ReturnType<typeof createPace>, now: number): number {
  let count = 0
  for (; pace.waitMs(0, now) === 0; count += 1) pace.take(now)
  return count
}

describe('a pace', () => {
  it('is never faster than the rate, in whichever window that is counted, and no slower than it must be', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3_000), { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (pauses, points) => {
        const pace = createPace(rate(points, 5))
        const said: number[] = []
        let now = 1_000_000
        for (const pause of pauses) {
          now += pause
          const waitMs = pace.waitMs(0, now)
          const last = said.filter((at) => at > now - 5_500)
          expect(waitMs > 0).toBe(last.length >= points)
          now += waitMs
          expect(pace.waitMs(0, now)).toBe(0)
          pace.take(now)
          said.push(now)
        }
        for (const at of said)
          expect(said.filter((other) => other >= at && other < at + 5_000).length).toBeLessThanOrEqual(points)
      }),
    )
  })

  it('leaves a part to what is more urgent, but never nothing to the rest', () => {
    const pace = createPace(rate(8))
    for (let n = 0; n < 6; n += 1) pace.take(1_000)
    expect([pace.waitMs(0, 1_000), pace.waitMs(1 / 4, 1_000) > 0]).toEqual([0, true])
    expect(createPace(rate(1)).waitMs(0.9, 1_000)).toBe(0)
  })

  it('is halved by each refusal, to an eighth at least, and doubled after two windows without one', () => {
    const pace = createPace(rate(16))
    let now = 1_000_000
    expect(free(pace, now)).toBe(16)
    for (const expected of [8, 4, 2, 2]) {
      now += 10_500
      pace.refused(100, now)
      expect(pace.waitMs(0, now)).toBe(100)
      now += 10_500
      expect(free(pace, now)).toBe(expected)
    }
    now += 10_500
    expect(free(pace, now)).toBe(2)
    now += 10_500
    for (const expected of [4, 8, 16, 16]) {
      expect(free(pace, now)).toBe(expected)
      now += 21_001
    }
  })

  it('says nothing as long as a refusal asks for, and then no more than before it', () => {
    const pace = createPace(rate(2))
    pace.take(0)
    pace.take(0)
    pace.refused(3_000, 1_000)
    expect([1_000, 3_999].map((now) => pace.waitMs(0, now))).toEqual([3_000, 1])
    expect(pace.waitMs(0, 4_000)).toBe(6_500)
  })

  it('takes a clock that was put back for a window that is over', () => {
    const pace = createPace(rate(1))
    pace.take(1_000_000)
    expect(pace.waitMs(0, 900_000)).toBe(0)
  })

  it('is not held up for an hour by a refusal after which the clock was put back, but careful as long as ever', () => {
    const pace = createPace(rate(8))
    pace.refused(1_000, 2 * hour)
    expect(pace.waitMs(0, 2 * hour)).toBe(1_000)
    expect(pace.waitMs(0, hour)).toBe(0)
    expect(free(pace, hour)).toBe(4)
    expect(free(pace, hour + 30_000)).toBe(8)
  })

  it('takes no rate that nobody could keep', () => {
    const pace = createPace(rate(2))
    for (const none of [rate(0, 20), rate(5, 0), rate(Number.NaN, Number.NaN)]) pace.limit(none)
    expect(free(pace, 1_000)).toBe(2)
    expect(pace.waitMs(0, 1_000)).toBe(10_500)
    pace.limit(rate(3, 20))
    expect(free(pace, 1_000)).toBe(1)
    expect(pace.waitMs(0, 1_000)).toBe(20_500)
  })
})

describe('what is wrong', () => {
  it('is asked for no more often than the server bears it, however much of it is under way', () => {
    vi.useFakeTimers()
    const step = fc.record({ pauseMs: fc.nat(20_000), count: fc.integer({ min: 1, max: 60 }), latencyMs: fc.nat(900) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const patience = new Patience()
        const mistakes = createMistakes()
        for (const { pauseMs, count, latencyMs } of steps) {
          vi.advanceTimersByTime(pauseMs)
          vi.advanceTimersByTime(mistakes.waitMs())
          expect(mistakes.waitMs()).toBe(0)
          const most = Math.max(1, mistakes.left())
          for (let n = 0; n < Math.min(count, most); n += 1) expect(patience.bear()).toBe(true)
          vi.advanceTimersByTime(latencyMs)
          for (let n = 0; n < Math.min(count, most); n += 1) mistakes.made()
        }
      }),
    )
  })

  it('is borne forty times at once, and once more for each 1,250 ms', () => {
    const mistakes = createMistakes()
    expect([mistakes.left(0), mistakes.waitMs(0)]).toEqual([40, 0])
    for (let n = 0; n < 40; n += 1) mistakes.made(0)
    expect([mistakes.left(0), mistakes.waitMs(0)]).toEqual([0, 1_250])
    expect([mistakes.left(625), mistakes.waitMs(625)]).toEqual([0, 625])
    expect([mistakes.left(1_250), mistakes.waitMs(1_250)]).toEqual([1, 0])
    expect(mistakes.left(hour)).toBe(40)
  })

  it('is forgotten with the socket on which it was said, and by a clock that is put back', () => {
    const mistakes = createMistakes()
    for (let n = 0; n < 40; n += 1) mistakes.made(hour)
    mistakes.forget()
    expect(mistakes.left(hour)).toBe(40)
    for (let n = 0; n < 40; n += 1) mistakes.made(hour)
    expect(mistakes.left(0)).toBe(40)
  })
})
