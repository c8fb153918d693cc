import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MovedRoomsPoll } from '../../src/core/moved-rooms.js'

const minute = 60_000

/** What this server looks at, and what it found: a database with a clock of its own, in which changes are stamped first and committed later. */
function given(roomIds: string[] = []) {
  let setForward = 500 * minute
  const changes: { roomId: string; revision: number; stamp: number; isCommitted: boolean }[] = []
  const found: [string, number][] = []
  const looks = { count: 0, keys: 0, fails: false }
  const clock = () => performance.now() + setForward
  const committed = () => changes.filter(({ isCommitted }) => isCommitted)
  const poll = new MovedRoomsPoll({
    async movedSince(since) {
      looks.count += 1
      if (looks.fails) throw new Error('the database is away')
      const rooms = committed().filter(({ stamp }) => stamp >= since)
      return { clock: clock(), rooms: rooms.map(({ roomId: id, revision }) => ({ id, revision })) }
    },
    async revisions(ids) {
      looks.keys += ids.length
      const rooms = committed().filter(({ roomId }) => ids.includes(roomId))
      return rooms.map(({ roomId: id, revision }) => ({ id, revision }))
    },
    roomIds: () => [...roomIds],
    moved: (roomId, revision) => found.push([roomId, revision]),
  })
  const change = (roomId: string, revision: number) => {
    const each = { roomId, revision, stamp: clock(), isCommitted: false }
    changes.push(each)
    return {
      commit() {
        each.isCommitted = true
      },
    }
  }
  return {
    ...{ poll, found, looks, change },
    set: (ms: number) => {
      setForward += ms
    },
    /** Polls each second for so long. */
    async passes(ms: number) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        vi.advanceTimersByTime(1_000)
        await poll.poll().catch(() => undefined)
      }
    },
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

describe('the poll of rooms that moved', () => {
  it('finds what was committed since it began, also before it first knew the clock of the database', async () => {
    const { poll, found, change, passes } = given()
    poll.start()
    change('r', 1).commit()
    await passes(1_000)
    expect(found).toEqual([['r', 1]])
  })

  it('finds nothing, and reads no room by its key, where nothing moves and nobody is in a room', async () => {
    const { poll, found, looks, passes } = given()
    poll.start()
    await passes(10 * minute)
    expect(found).toEqual([])
    expect(looks.keys).toBe(0)
  })

  it.each([
    ['some seconds', 2_500, 1_000],
    ['longer than a transaction may last', 39_000, 10_000],
  ])('finds a commit that comes %s after its stamp', async (_, lateMs, withinMs) => {
    const { poll, found, change, passes } = given()
    poll.start()
    await passes(minute)
    const late = change('r', 7)
    await passes(lateMs)
    expect(found).toEqual([])
    late.commit()
    await passes(withinMs)
    expect(found[0]).toEqual(['r', 7])
  })

  it('finds within minutes what comes later than any transaction should, looking at some rooms each time', async () => {
    const roomIds = Array.from({ length: 3_000 }, (_, n) => `r${n}`)
    const { poll, found, change, looks, passes } = given(roomIds)
    poll.start()
    await passes(minute)
    const late = change('r1234', 7)
    await passes(2 * minute)
    late.commit()
    const before = looks.keys
    await passes(1_000)
    expect(looks.keys - before).toBe(10)
    await passes(10 * minute)
    expect(found[0]).toEqual(['r1234', 7])
  })

  it.each([
    ['back by an hour', -60 * minute],
    ['back by some seconds', -4_000],
    ['forward by an hour', 60 * minute],
  ])('misses nothing where the clock of the database is set %s', async (_, ms) => {
    const { poll, found, change, set, passes } = given()
    poll.start()
    await passes(minute)
    const before = change('before', 1)
    set(ms)
    change('after', 2).commit()
    await passes(1_000)
    expect(found).toContainEqual(['after', 2])
    before.commit()
    await passes(1_000)
    change('later', 3).commit()
    await passes(1_000)
    expect(new Set(found.map(([roomId]) => roomId))).toEqual(new Set(['before', 'after', 'later']))
  })

  it('makes up for the looks that failed', async () => {
    const { poll, found, change, looks, passes } = given()
    poll.start()
    await passes(minute)
    looks.fails = true
    change('r', 1).commit()
    await passes(2 * minute)
    looks.fails = false
    await passes(1_000)
    expect(found).toContainEqual(['r', 1])
  })

  it('looks once a time while the clock goes on as it should', async () => {
    const { poll, looks, passes } = given()
    poll.start()
    await passes(1_000)
    const { count } = looks
    await passes(minute)
    expect(looks.count - count).toBe(60)
  })
})
