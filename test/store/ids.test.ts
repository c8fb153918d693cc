import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { newId } from '../../src/store/ids.js'

const shape = /^([0-9a-f]{8})-([0-9a-f]{4})-7([0-9a-f]{3})-([89ab][0-9a-f]{3}-[0-9a-f]{12})$/

/** What an id is put together from; `now` is the moment that it tells. */
function partsOf(id: string) {
  const [, high, low, counter = '', tail = ''] = shape.exec(id) ?? expect.fail(`${id} is no UUIDv7`)
  return { now: Number.parseInt(`${high}${low}`, 16), counter: Number.parseInt(counter, 16), tail }
}

describe('an id', () => {
  // Ids never go back in time: each test begins where those before it have ended.
  let now = Date.now() + 100
  beforeEach(() => {
    vi.useFakeTimers({ now, toFake: ['Date'] })
  })
  const pass = (ms: number) => {
    now += ms
    vi.setSystemTime(now)
  }
  afterAll(() => {
    expect(now - Date.now()).toBeLessThan(10_000)
  })
  const made = (count: number) => Array.from({ length: count }, () => newId())

  it('tells when it was made, and begins anew in each ms with a number of one byte', () => {
    const counters = new Set<number>()
    for (let n = 0; n < 300; n += 1) {
      pass(1)
      const { now: told, counter } = partsOf(newId())
      expect(told).toBe(now)
      expect(counter).toBeLessThan(256)
      counters.add(counter)
    }
    expect(counters.size).toBeGreaterThan(50)
    pass(1)
  })

  it('comes after all before it, however many are made in one ms, which then takes from those that follow', () => {
    const ids = made(10_000)
    expect(ids.toSorted()).toEqual(ids)
    const parts = ids.map(partsOf)
    expect(parts[1]?.counter).toBe((parts[0]?.counter ?? 0) + 1)
    expect(parts.at(-1)?.now).toBe(now + 2)
    const last = parts.filter(({ now: told }) => told === now).at(-1)
    expect(last?.counter).toBe(0xfff)
    expect(parts.find(({ now: told }) => told > now)).toMatchObject({ now: now + 1, counter: 0 })
    pass(3)
  })

  it('comes after all before it also where the clock goes back', () => {
    const before = newId()
    vi.setSystemTime(now - 60_000)
    expect(newId() > before).toBe(true)
    pass(1)
  })

  it('shares its chance with no other', () => {
    const ids = made(3_000)
    const tails = ids.map((id) => partsOf(id).tail)
    expect(new Set(tails).size).toBe(ids.length)
    expect(new Set(tails.map((tail) => tail[0]))).toEqual(new Set('89ab'))
    // Each byte of it.
    for (const at of [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]) {
      expect(new Set(tails.map((tail) => tail[at])).size).toBe(16)
    }
    pass(2)
  })
})
