import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { TestHost } from '../host.js'
import type { TestSocket } from '../socket.js'
import { givenHost, ready } from './given.js'

const replaced = { code: 4409, reason: 'replaced by a newer socket of the same user' }

/** A socket of Alice's with nobody behind it: it says nothing and answers no ping, as one does whose phone changed networks. */
async function abandoned(host: TestHost) {
  const url = `${host.origin.replace('http', 'ws')}/chat/ws`
  const webSocket = new WebSocket(url, ['chat.v1'], { headers: { 'x-user': 'alice' }, autoPong: false })
  await once(webSocket, 'open')
  webSocket.send('{"type":"hello"}')
  await once(webSocket, 'message')
  return { webSocket, closed: once(webSocket, 'close') }
}

/** Every socket has shown whether it is to stay. */
async function allOpen(sockets: TestSocket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => socket.settled()))
  expect(sockets.map((socket) => socket.closed)).toEqual(sockets.map(() => undefined))
}

describe('of the sockets of one user', () => {
  it('the newest is let in, and the oldest closed with 4409, and no other', async () => {
    const host = await givenHost()
    const [first, ...others] = await opened(host, 10)
    const bob = await ready(host, 'bob')
    const newest = await ready(host, 'alice')
    expect(await first?.ended()).toEqual(replaced)
    await allOpen([newest, ...others, bob])
  })

  it('one that has not said hello counts too', async () => {
    const host = await givenHost({ limits: { socketsPerUser: 2 } })
    const silent = await host.socket('alice', { hello: null })
    const sockets = await opened(host, 2)
    expect(await silent.ended()).toEqual(replaced)
    await allOpen(sockets)
  })

  it('one that does not answer goes before those that are older', async () => {
    const host = await givenHost({ limits: { socketsPerUser: 3 } })
    const [oldest] = await opened(host, 1)
    const gone = await abandoned(host)
    const sockets = [oldest as TestSocket, ...(await opened(host, 2))]
    expect((await gone.closed)[0]).toBe(4409)
    await allOpen(sockets)
  })

  it('the one that has not answered the longest goes first', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const host = await givenHost({ limits: { socketsPerUser: 3 } })
    const [oldest] = await opened(host, 1)
    const [gone, later] = [await abandoned(host), await abandoned(host)]
    const pinged = [gone, later].map(({ webSocket }) => once(webSocket, 'ping'))
    vi.advanceTimersByTime(25_000)
    await Promise.all(pinged)
    // That one showed itself once more.
    later.webSocket.pong()
    later.webSocket.send('{}')
    await once(later.webSocket, 'message')
    const newest = await ready(host, 'alice')
    expect((await gone.closed)[0]).toBe(4409)
    const newer = await ready(host, 'alice')
    expect((await later.closed)[0]).toBe(4409)
    await allOpen([oldest as TestSocket, newest, newer])
  })

  it('none goes where one has ended by itself meanwhile', async () => {
    const host = await givenHost({ limits: { socketsPerUser: 2 } })
    const [first] = await opened(host, 1)
    const gone = await abandoned(host)
    const newest = await ready(host, 'alice')
    gone.webSocket.terminate()
    await gone.closed
    const other = await ready(host, 'bob')
    await allOpen([first as TestSocket, newest, other])
  })

  it('so many stay as there may be, also where very many come at once', async () => {
    const host = await givenHost({ limits: { socketsPerUser: 2 } })
    const sockets = await Promise.all(Array.from({ length: 20 }, () => host.socket('alice', { hello: null })))
    const open = () => sockets.filter((socket) => !socket.closed)
    await vi.waitFor(() => expect(open()).toHaveLength(2))
    for (const socket of sockets) if (socket.closed) expect(socket.closed).toEqual(replaced)
    for (const socket of open()) {
      socket.send({ type: 'hello' })
      await socket.ready()
    }
  })

  it('each new one is live, however many come one after the other, and no ticket is wasted', async () => {
    const host = await givenHost({ limits: { socketsPerUser: 2, rates: { tickets: { points: 12, seconds: 60 } } } })
    const sockets: TestSocket[] = []
    for (let n = 0; n < 12; n += 1) {
      const { body } = await host.as('alice').post('/ws-ticket')
      sockets.push(await ready(host, 'alice', { query: `?ticket=${body.ticket}` }))
    }
    await Promise.all(sockets.slice(0, -2).map((socket) => socket.ended()))
    await allOpen(sockets.slice(-2))
  })
})

async function opened(host: TestHost, count: number): Promise<TestSocket[]> {
  const sockets: TestSocket[] = []
  for (let n = 0; n < count; n += 1) sockets.push(await ready(host, 'alice'))
  return sockets
}
