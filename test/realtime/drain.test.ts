import { describe, expect, it, vi } from 'vitest'
import { Refused } from '../socket.js'
import { givenDatabase, givenGroup, givenHost, ready } from './given.js'
import { holding, seesRoom } from './holding.js'

describe('chat.close with drainMs', () => {
  it('serves requests meanwhile and asks for another connection, refuses upgrades, and then refuses everything', async () => {
    const host = await givenHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    // By a client that keeps its connections, as browsers and proxies do.
    const headers = { 'x-user': 'alice', 'content-type': 'application/json' }
    const body = JSON.stringify({ text: 'still' })
    const send = () => fetch(`${host.origin}/chat/rooms/${roomId}/messages`, { method: 'POST', headers, body })
    expect((await send()).headers.get('connection')).toBe('keep-alive')
    const closing = host.chat.close({ drainMs: 1_000 })
    const refusal = await host.socket('alice').catch((error: Refused) => error)
    if (!(refusal instanceof Refused)) throw new Error('the upgrade was not refused')
    expect([refusal.status, refusal.headers['retry-after']]).toEqual([503, '1'])
    const served = await send()
    expect([served.status, served.headers.get('connection')]).toEqual([201, 'close'])
    await closing
    const refused = await send()
    const { code } = (await refused.json()) as { code: string }
    expect([refused.status, code, refused.headers.get('retry-after')]).toEqual([503, 'unavailable', '1'])
  })

  it('closes sockets one after the other, each with the ms after which to reconnect', async () => {
    const host = await givenHost()
    const ends: number[] = []
    const sockets = await Promise.all(Array.from({ length: 10 }, () => ready(host, 'alice')))
    for (const socket of sockets) socket.webSocket.on('close', () => ends.push(performance.now()))
    await host.chat.close({ drainMs: 1_000 })
    for (const socket of sockets) {
      const { code, reason } = await socket.ended()
      expect([code, /^\d{1,3}$/.test(reason)]).toEqual([1012, true])
    }
    // By chance, with ten of them, less than a tenth of the time lies between the first and the last once in 10^8.
    expect((ends.at(-1) as number) - (ends[0] as number)).toBeGreaterThan(100)
  })

  it('answers what was asked before, over the socket and over HTTP, and only then ends', async () => {
    const database = await givenDatabase()
    const client = holding(database.prisma)
    const host = await givenHost({}, client)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    const command = client.hold('ChatRoomUser.updateMany', { before: true })
    alice.send({ type: 'read', id: 'late', roomId, seq: 1 })
    await command.reached
    const request = client.hold(seesRoom, { before: true })
    const answer = host.as('bob').get(`/rooms/${roomId}`)
    await request.reached
    let isClosed = false
    const closing = host.chat.close().then(() => {
      isClosed = true
    })
    // Asked after the farewell: for the next server.
    alice.send({ type: 'read', id: 'too late', roomId, seq: 1 })
    await new Promise(setImmediate)
    expect([isClosed, alice.closed]).toEqual([false, undefined])
    command.release()
    expect((await alice.ended()).code).toBe(1012)
    expect(alice.frames.filter(({ id }) => id).map(({ id, type }) => [id, type])).toEqual([['late', 'ok']])
    expect(isClosed).toBe(false)
    request.release()
    expect((await answer).status).toBe(200)
    await closing
  })

  it('is one end, however often it is called', async () => {
    const host = await givenHost()
    const alice = await ready(host, 'alice')
    const closings = [host.chat.close({ drainMs: 50 }), host.chat.close(), host.chat.close({ drainMs: 10_000 })]
    await Promise.all(closings)
    expect(alice.closed?.code).toBe(1012)
    expect(() => host.chat.close({ drainMs: Number.POSITIVE_INFINITY })).toThrow(
      'drainMs is Infinity; give 0 to 600000',
    )
  })

  it('waits until the index of the search has stopped, which asks the database nothing more after that', async () => {
    const database = await givenDatabase()
    const client = holding(database.prisma)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const host = await givenHost({}, client)
    // The round in which it takes in what was said begins about a minute after the start, as others do.
    const rounds = timers.mock.calls.filter(([, ms = 0]) => ms >= 45_000 && ms <= 75_000)
    timers.mockRestore()
    const roomId = await givenGroup(host, 'alice', 'bob')
    for (let n = 0; n < 20; n += 1) await host.chat.messages.send('bob', roomId, { text: `pelican ${n}` })
    const blocks = client.hold('ChatSearchBlock.findMany')
    for (const [round] of rounds) (round as () => void)()
    await blocks.reached
    let isClosed = false
    const closing = host.chat.close().then(() => {
      isClosed = true
    })
    await vi.waitUntil(async () => (await host.as('alice').get(`/rooms/${roomId}`)).status === 503)
    // All else has ended by then.
    await vi.waitUntil(() => host.server.listenerCount('upgrade') === 0)
    await new Promise(setImmediate)
    expect(isClosed).toBe(false)
    const asked = client.count('')
    blocks.release()
    await closing
    expect(client.count('')).toBe(asked)
    expect(await database.prisma.chatSearchBlock.count()).toBe(0)
  })

  it('gives the upgrades of its path back in the end', async () => {
    const host = await givenHost()
    expect(host.server.listenerCount('upgrade')).toBe(1)
    await host.chat.close()
    await vi.waitFor(() => expect(host.server.listenerCount('upgrade')).toBe(0))
  })
})
