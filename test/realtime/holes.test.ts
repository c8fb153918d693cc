import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Holes } from '../../src/realtime/holes.js'

function given() {
  const found = vi.fn()
  const holes = new Holes(found)
  const hears = (...numbers: number[]) => {
    for (const number of numbers) holes.heard('there', number)
    vi.advanceTimersByTime(1_000)
  }
  return { holes, found, hears }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a hole in what another server says', () => {
  it('is none where all of it comes, in whatever order, and be it twice', () => {
    const { hears, found } = given()
    hears(1)
    hears(2, 3)
    hears(6, 4, 4, 5)
    hears(5, 7)
    expect(found).not.toHaveBeenCalled()
  })

  it('is found once something comes after it, and once', () => {
    const { hears, found } = given()
    hears(1, 2)
    hears(4)
    expect(found).toHaveBeenCalledTimes(1)
    hears(5, 6)
    expect(found).toHaveBeenCalledTimes(1)
    hears(9, 11)
    expect(found).toHaveBeenCalledTimes(2)
  })

  it('is none that an old number leaves, said again by whoever reads along', () => {
    const { hears, found } = given()
    hears(1, 2, 3)
    hears(2)
    hears(4)
    expect(found).not.toHaveBeenCalled()
  })

  it('may be before the first that is heard of a server, unless that is its first', () => {
    const { holes, found, hears } = given()
    holes.heard('new', 1)
    expect(found).not.toHaveBeenCalled()
    hears(17)
    expect(found).toHaveBeenCalledTimes(1)
  })

  it('may be behind the last of a server that went: it may have ended between a commit and its word', () => {
    const { holes, found, hears } = given()
    hears(1)
    for (let n = 0; n < 2; n += 1) holes.beat()
    hears(2)
    for (let n = 0; n < 2; n += 1) holes.beat()
    expect(found).not.toHaveBeenCalled()
    holes.beat()
    expect(found).toHaveBeenCalledTimes(1)
    for (let n = 0; n < 5; n += 1) holes.beat()
    expect(found).toHaveBeenCalledTimes(1)
  })

  it('is looked for no more once the chat is closed', () => {
    const { holes, found } = given()
    holes.heard('there', 1)
    holes.heard('there', 3)
    holes.close()
    vi.advanceTimersByTime(1_000)
    expect(found).not.toHaveBeenCalled()
  })
})
