import { describe, expect, it, vi } from 'vitest'
import { retryAfterOf, since, waitAtMost, waitOf } from '../../src/client/waits.js'
import { givenWire, pass } from './wire.js'

const minuteMs = 60_000

describe('how long a client waits because it was told to', () => {
  it.each([
    ['3600', minuteMs],
    ['99999999999999999999', minuteMs],
    ['Infinity', minuteMs],
    ['0.001', 1_000],
    ['5', 5_000],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    ['NaN', undefined],
    [null, undefined],
    [undefined, undefined],
    ['Wed, 21 Oct 2015 07:28:00 GMT', undefined],
    ['Fri, 31 Dec 9999 23:59:59 GMT', minuteMs],
  ])('is bounded: Retry-After of %s', (header, ms) => {
    expect(retryAfterOf(header)).toBe(ms)
  })

  it.each([
    [1e12, minuteMs],
    ['250', 250],
    [0, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    ['bye', undefined],
    [undefined, undefined],
  ])('is bounded: %s ms', (ms, wait) => {
    expect(waitOf(ms)).toBe(wait)
  })

  it('is up to the date of a Retry-After', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-26T12:00:00Z') })
    expect(retryAfterOf('Thu, 26 Nov 2026 12:00:20 GMT')).toBe(20_000)
    expect(retryAfterOf('Thu, 26 Nov 2026 12:00:00 GMT')).toBeUndefined()
  })

  it('is over where the clock was put back: what was later than now is long ago', () => {
    expect([since(1_000, 1_500), since(1_000, 1_000), since(1_000, 999)]).toEqual([500, 0, Number.POSITIVE_INFINITY])
  })

  it.each(['3600', '99999999999999', '-1', 'nonsense'])(
    'a proxy that says %s holds it up for a minute at most, and starts no storm',
    async (header) => {
      const wire = givenWire()
      const client = wire.client()
      wire.hold(/ws-ticket/)
      client.connect()
      await pass()
      wire.held[0]?.answer(503, undefined, { 'retry-after': header })
      await pass()
      const { retryAt } = client.connection.getSnapshot()
      expect(retryAt).toBeGreaterThan(Date.now())
      expect(retryAt).toBeLessThanOrEqual(Date.now() + minuteMs)
      expect(wire.log).toHaveLength(1)
      wire.hold()
      client.wake()
      await pass()
      expect(client.connection.getSnapshot().status).toBe('live')
    },
  )

  it.each(['1e15', '-1', 'nonsense'])(
    'a server that goes away and says %s ms is asked again in time',
    async (reason) => {
      const wire = givenWire()
      const client = wire.client()
      client.connect()
      await pass()
      wire.socket.end(1012, reason)
      const { retryAt } = client.connection.getSnapshot()
      expect(retryAt).toBeGreaterThan(Date.now())
      expect(retryAt).toBeLessThanOrEqual(Date.now() + minuteMs)
      client.wake()
      await pass()
      expect(client.connection.getSnapshot().status).toBe('live')
    },
  )

  it.each([1e15, -1, null, 'often'])(
    'a heartbeat of %s ms makes it look neither all the time nor never',
    async (heartbeatMs) => {
      const wire = givenWire()
      const welcome = wire.welcome()
      wire.welcome = () => ({ ...welcome, heartbeatMs })
      wire.client().connect()
      await pass()
      const before = wire.said('presence.watch').length
      await pass(900)
      expect(wire.said('presence.watch')).toHaveLength(before)
      await pass(minuteMs)
      expect(wire.said('presence.watch').length).toBeGreaterThan(before)
    },
  )

  it('a ticket that ends at no time stops no picture from being shown', async () => {
    const wire = givenWire()
    const client = wire.client()
    wire.hold(/ws-ticket/)
    client.connect()
    await pass()
    wire.held[0]?.answer(201, { ticket: 'none', expiresAt: 'whenever' })
    await pass()
    const url = `/chat/media/abc/content?expires=${Date.now() + 900_000}&signature=x`
    const source = client.media.source(url)
    source.subscribe(() => undefined)
    expect(source.getSnapshot()).toBe(`http://chat.test${url}`)
    expect(wire.log.filter((what) => what.includes('/media/'))).toEqual([])
  })

  it('is as long as it was said, and ends when it is ended', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const late = vi.fn()
    waitAtMost(10_000, late)
    waitAtMost(10_000, () => late('ended'))()
    vi.advanceTimersByTime(9_999)
    expect(late).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(late.mock.calls).toEqual([[]])
  })

  it('is not over before what came while the program was stopped has been read', async () => {
    const late = vi.fn()
    const end = waitAtMost(1_050, late)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_100)
    // Timers that are due come first, then what has arrived.
    await new Promise((resolve) => setImmediate(resolve))
    end()
    expect(late).not.toHaveBeenCalled()
  })
})
