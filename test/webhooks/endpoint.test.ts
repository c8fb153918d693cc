import { expect, it, vi } from 'vitest'
import { Endpoint } from '../../src/webhooks/endpoint.js'

const [second, minute] = [1_000, 60_000]

/** A receiver that eight rooms are told to at once, at a time that the test says. */
function givenEndpoint() {
  let now = 0
  const cameBack = vi.fn()
  const endpoint = new Endpoint({ concurrency: 8, now: () => now, cameBack })
  const fails = (roomId: string, { isOfAll = false, waitMs = 0 } = {}) => endpoint.failed({ roomId, isOfAll, waitMs })
  return {
    endpoint,
    cameBack,
    fails,
    pass: (ms: number) => {
      now += ms
    },
    /** How long nobody is told, to half a second. */
    pause: () => {
      let ms = 0
      for (const began = now; endpoint.places() === 0; now += second / 2) ms = now + second / 2 - began
      return ms
    },
  }
}

it('holds up a room alone whose changes are refused, as often as it likes', () => {
  const { endpoint, fails } = givenEndpoint()
  for (let n = 0; n < 50; n += 1) fails('poison')
  fails('another')
  expect(endpoint.places()).toBe(8)
  endpoint.answered()
  for (const roomId of ['poison', 'another']) fails(roomId)
  expect(endpoint.places()).toBe(8)
})

it('is away once three rooms failed and none did not, and at once where nobody answers', () => {
  const { endpoint, fails } = givenEndpoint()
  for (const roomId of ['a', 'b', 'c']) fails(roomId)
  expect(endpoint.places()).toBe(0)
  const unreachable = givenEndpoint()
  unreachable.fails('a', { isOfAll: true })
  expect(unreachable.endpoint.places()).toBe(0)
})

it('is tried with one room after a pause that grows to five minutes, whatever failed together', () => {
  const { endpoint, fails, pause, pass } = givenEndpoint()
  const pauses: number[] = []
  for (let n = 0; n < 12; n += 1) {
    for (let m = 0; m < 8; m += 1) fails(`${m}`, { isOfAll: true })
    pauses.push(pause())
    expect(endpoint.places()).toBe(1)
    pass(second)
  }
  expect(pauses[0]).toBeLessThanOrEqual(2 * second)
  expect(pauses[5]).toBeGreaterThanOrEqual(0.75 * 32 * second)
  for (const each of pauses.slice(9)) {
    expect(each).toBeGreaterThanOrEqual(0.75 * 5 * minute)
    expect(each).toBeLessThanOrEqual(1.25 * 5 * minute + second)
  }
})

it('is left alone for as long as it asks', () => {
  const { endpoint, fails, pass } = givenEndpoint()
  fails('a', { isOfAll: true, waitMs: 10 * minute })
  pass(10 * minute - 1)
  expect(endpoint.places()).toBe(0)
  pass(1)
  expect(endpoint.places()).toBe(1)
})

it('has its places again with the first answer, and what waits hurried only if it was away for long', () => {
  const { endpoint, fails, pass, cameBack } = givenEndpoint()
  fails('a', { isOfAll: true })
  pass(minute - 1)
  endpoint.answered()
  expect(endpoint.places()).toBe(8)
  expect(cameBack).not.toHaveBeenCalled()
  fails('a', { isOfAll: true })
  pass(minute)
  endpoint.answered()
  endpoint.answered()
  expect(cameBack).toHaveBeenCalledOnce()
})
