import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SafetyPoll, type SafetyPollDependencies } from '../../src/realtime/delivery/safety-poll.js'

/** A poll whose users a test brings and takes away; tells whom it looked after. */
function givenPoll(users: Map<string, unknown>) {
  const asked: string[][] = []
  const ownChanges = async (userIds: string[]) => {
    asked.push(userIds)
    return []
  }
  const movedSince = async () => ({ clock: Date.now(), rooms: [] })
  const dependencies = {
    core: { context: {}, roomStates: { ownChanges, movedSince }, requests: { since: async () => [] } },
    channels: { ids: () => [] },
    watchers: { poll: async () => undefined },
    userUpdates: { poll: async () => undefined },
    membershipState: { since: new Date(0), isNews: () => false, forgetUntil: () => undefined },
    connections: { users: () => [...users.keys()], has: (userId: string) => users.has(userId) },
    ...{ joined: () => undefined, meChanged: () => undefined },
    pollSignedOut: async () => undefined,
    failed: (error: unknown) => expect.fail(String(error)),
  }
  return { poll: new SafetyPoll(dependencies as unknown as SafetyPollDependencies, 1_000), asked }
}

afterEach(() => vi.useRealTimers())

describe('the safety poll', () => {
  it('looks after all users in turn, 500 at a time, and after those who came in the next round', async () => {
    vi.useFakeTimers()
    const users = new Map(Array.from({ length: 1_200 }, (_, n) => [`u${n}`, n]))
    const { poll, asked } = givenPoll(users)
    poll.start()
    await vi.advanceTimersByTimeAsync(1_000)
    users.set('new', 0)
    users.delete('u600')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(asked.map(({ length }) => length)).toEqual([500, 499, 200])
    expect(new Set(asked.flat()).size).toBe(1_199)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(asked.slice(3).flat()).toContain('new')
    poll.stop()
  })

  it('comes more seldom where it is told to, and more often again with the next that is due', async () => {
    vi.useFakeTimers()
    const { poll, asked } = givenPoll(new Map([['alice', 0]]))
    poll.every(5_000)
    poll.start()
    await vi.advanceTimersByTimeAsync(4_000)
    expect(asked).toHaveLength(0)
    poll.every(1_000)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(asked).toHaveLength(2)
    poll.every(5_000)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(asked).toHaveLength(3)
    poll.stop()
  })

  it('comes at once where something was lost, and once for all that was lost meanwhile', async () => {
    vi.useFakeTimers()
    const { poll, asked } = givenPoll(new Map([['alice', 0]]))
    poll.every(60_000)
    poll.soon()
    poll.start()
    await vi.advanceTimersByTimeAsync(500)
    expect(asked).toHaveLength(0)
    poll.soon()
    poll.soon()
    await vi.advanceTimersByTimeAsync(500)
    expect(asked).toHaveLength(1)
    poll.soon()
    poll.stop()
    await vi.advanceTimersByTimeAsync(500)
    expect(asked).toHaveLength(1)
  })

  it('comes also where it is told so all the time, as with a bus that is dead every other moment', async () => {
    vi.useFakeTimers()
    const { poll, asked } = givenPoll(new Map([['alice', 0]]))
    poll.start()
    for (let n = 0; n < 100; n += 1) {
      poll.every(1_000)
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(asked).toHaveLength(10)
    poll.stop()
  })

  it('begins anew where everybody had gone', async () => {
    vi.useFakeTimers()
    const users = new Map(Array.from({ length: 600 }, (_, n) => [`u${n}`, n]))
    const { poll, asked } = givenPoll(users)
    poll.start()
    await vi.advanceTimersByTimeAsync(1_000)
    poll.stop()
    users.clear()
    users.set('later', 0)
    poll.start()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(asked.at(-1)).toEqual(['later'])
    poll.stop()
  })

  it('keeps no memory of those who came and went between two polls', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const users = new Map<string, unknown>()
    const { poll } = givenPoll(users)
    const come = (count: number) => {
      for (let n = 0; n < count; n += 1) {
        for (const userId of ['a', 'b', 'c', 'd', 'e']) users.set(`${userId}${n}`, n)
        poll.start()
        for (const userId of ['a', 'b', 'c', 'd', 'e']) users.delete(`${userId}${n}`)
        poll.stop()
      }
      collect()
      return process.memoryUsage().heapUsed
    }
    const before = come(10_000)
    expect(come(100_000) - before).toBeLessThan(4 * 1024 * 1024)
  })
})
