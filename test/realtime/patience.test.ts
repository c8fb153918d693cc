import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Patience } from '../../src/realtime/patience.js'

describe('what a client does wrong', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  /** How often it is borne at once. */
  function borne(patience: Patience): number {
    let times = 0
    while (times < 1_000 && patience.bear()) times += 1
    return times
  }

  it('is borne 49 times at once, and not the 50th time', () => {
    expect(borne(new Patience())).toBe(49)
  })

  it('is borne for ever once every 1.2 seconds', () => {
    const patience = new Patience()
    for (let n = 0; n < 1_000; n += 1) {
      expect(patience.bear()).toBe(true)
      vi.advanceTimersByTime(1_200)
    }
  })

  it('is forgotten little by little, all of it within a minute, and no more than was done', () => {
    const patience = new Patience()
    borne(patience)
    vi.advanceTimersByTime(12_000)
    expect(borne(patience)).toBe(9)
    vi.advanceTimersByTime(61_000)
    expect(borne(patience)).toBe(49)
    vi.advanceTimersByTime(600_000)
    expect(borne(patience)).toBe(49)
  })
})
