import { type Bus, memoryBus } from 'express-chat'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { BusPublisher } from '../../src/realtime/bus-publisher.js'
import { quietLogger } from './given.js'

const relays: BusPublisher[] = []
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.close()
})

/** What was published is heard by then, or never. */
const turn = async () => {
  for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** A server's end of a bus whose worst days a test makes. */
async function given(subscribe?: Bus['subscribe']) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
  const inner = memoryBus()
  const day = { isSilent: false, isRefusing: false }
  const bus: Bus = {
    subscribe: subscribe ?? ((listen) => inner.subscribe(listen)),
    publish(hint) {
      if (day.isRefusing) throw new Error('not connected')
      return day.isSilent ? undefined : inner.publish(hint)
    },
  }
  const states: boolean[] = []
  const logger = quietLogger()
  const relay = new BusPublisher(
    bus,
    'a secret',
    logger,
    () => undefined,
    (isUp) => states.push(isUp),
  )
  relays.push(relay)
  await turn()
  return { day, relay, states, logger }
}

describe('what waits for too long', () => {
  it('is dropped, and leaves a hole that the other servers find', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
    const bus = memoryBus()
    const lost = vi.fn()
    const ignore = () => undefined
    const relay = new BusPublisher(bus, 'a secret', quietLogger(), ignore)
    const other = new BusPublisher(bus, 'a secret', quietLogger(), ignore, ignore, lost)
    relays.push(relay, other)
    await turn()
    const tell = async (count: number) => {
      for (let n = 0; n < count; n += 1) relay.publish({ type: 'presence', userId: `user-${n}` })
      await turn()
      vi.advanceTimersByTime(1_000)
    }
    // The other hears of this one for the first time, perhaps in the middle.
    await tell(1)
    lost.mockClear()
    await tell(10_000)
    expect(lost).not.toHaveBeenCalled()
    await tell(10_001)
    expect(lost).toHaveBeenCalledTimes(1)
  })
})

describe('a bus counts as working', () => {
  it('from when a server hears what it published itself, also where there is nothing to tell', async () => {
    expect((await given()).states).toEqual([true])
  })

  it('not where it cannot be subscribed to, until it can', async () => {
    const inner = memoryBus()
    let tries = 0
    const { states } = await given((listen) => {
      tries += 1
      if (tries === 1) throw new Error('not connected')
      return inner.subscribe(listen)
    })
    expect(states).toEqual([])
    await vi.advanceTimersByTimeAsync(5_000)
    await turn()
    expect(tries).toBe(2)
  })

  it('no longer once it brings nothing back, which is said, and again when it does', async () => {
    const { day, states, logger } = await given()
    day.isSilent = true
    vi.advanceTimersByTime(5_000)
    await turn()
    expect(states).toEqual([true])
    vi.advanceTimersByTime(5_000)
    await turn()
    expect(states).toEqual([true, false])
    expect(logger.said).toEqual([[expect.stringMatching(/the bus does not work/), expect.any(Error)]])
    day.isSilent = false
    vi.advanceTimersByTime(5_000)
    await turn()
    expect(states).toEqual([true, false, true])
  })

  it('no longer from the moment that it refuses what it is told', async () => {
    const { day, relay, states } = await given()
    day.isRefusing = true
    relay.publish({ type: 'presence', userId: 'alice' })
    await turn()
    expect(states).toEqual([true, false])
  })
})
