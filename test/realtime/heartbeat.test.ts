import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { TestHost } from '../host.js'
import { givenHost } from './given.js'

const heartbeatMs = 25_000

/** A socket that answers pings only when it is told to. */
async function openSilent(host: TestHost) {
  const url = `${host.origin.replace('http', 'ws')}/chat/ws`
  const webSocket = new WebSocket(url, ['chat.v1'], { headers: { 'x-user': 'alice' }, autoPong: false })
  let pings = 0
  webSocket.on('ping', () => {
    pings += 1
  })
  const frames: string[] = []
  webSocket.on('message', (data) => frames.push(String(data)))
  await once(webSocket, 'open')
  webSocket.send('{"type":"hello"}')
  const pinged = (count: number) => vi.waitFor(() => expect(pings).toBe(count))
  let asked = 0
  /** By then everything has come that the server sent before, and it has read what was said before. */
  const settled = async () => {
    const id = `settled${++asked}`
    webSocket.send(`{"type":"presence.watch","id":"${id}","userIds":[]}`)
    await vi.waitUntil(() => frames.some((frame) => frame.includes(`"${id}"`)))
  }
  return { webSocket, pinged, settled, pings: () => pings }
}

describe('the heartbeat', () => {
  it('drops a peer that missed two pings', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { webSocket, pinged } = await openSilent(await givenHost())
    for (const count of [1, 2]) {
      vi.advanceTimersByTime(heartbeatMs)
      await pinged(count)
      expect(webSocket.readyState).toBe(WebSocket.OPEN)
    }
    const closed = once(webSocket, 'close')
    vi.advanceTimersByTime(heartbeatMs)
    expect((await closed)[0]).toBe(1006)
  })

  it('keeps a peer that answers, though it missed one', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { webSocket, pinged, settled } = await openSilent(await givenHost())
    for (const count of [1, 2, 3, 4, 5, 6]) {
      vi.advanceTimersByTime(heartbeatMs)
      await pinged(count)
      if (count % 2 === 1) continue
      webSocket.pong()
      await settled()
    }
    expect(webSocket.readyState).toBe(WebSocket.OPEN)
    webSocket.terminate()
  })

  it('begins where the protocol says, and is told in the welcome', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const host = await givenHost()
    const alice = await host.socket('alice')
    expect(await alice.next('welcome')).toMatchObject({ heartbeatMs })
    const pinged = vi.fn()
    alice.webSocket.on('ping', pinged)
    vi.advanceTimersByTime(heartbeatMs - 1)
    await alice.settled()
    expect(pinged).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    await vi.waitFor(() => expect(pinged).toHaveBeenCalledOnce())
  })

  it('pings each so long after it came, not thousands at once', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const host = await givenHost()
    const early = await openSilent(host)
    vi.advanceTimersByTime(10_000)
    const late = await openSilent(host)
    vi.advanceTimersByTime(15_000)
    for (const { settled } of [early, late]) await settled()
    expect([early.pings(), late.pings()]).toEqual([1, 0])
    vi.advanceTimersByTime(10_000)
    for (const { settled } of [early, late]) await settled()
    expect([early.pings(), late.pings()]).toEqual([1, 1])
    for (const { webSocket } of [early, late]) webSocket.terminate()
  })
})
