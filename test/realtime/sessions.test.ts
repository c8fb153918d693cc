import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createChatRouter } from 'express-chat'
import { describe, expect, it, vi } from 'vitest'
import { secret, userOfHeader } from '../host.js'
import {
  givenDatabase,
  givenGroup,
  givenHost,
  givenStillTime,
  givenTime,
  hour,
  ready,
  say,
  sharedHost,
} from './given.js'
import { ask, handshake } from './raw.js'

describe('a session', () => {
  const until = (expiresAt: number | Date) =>
    givenHost({
      resolveUser: (request) => {
        const user = userOfHeader(request)
        return user && { ...user, expiresAt }
      },
    })

  it.each([
    ['in ms', (time: number) => time],
    ['as a Date', (time: number) => new Date(time)],
  ])('that has an end, given %s, ends the socket with 4401 at that moment', async (_, given) => {
    const pass = givenTime()
    const host = await until(given(Date.now() + 2 * hour))
    const alice = await ready(host, 'alice')
    pass(hour)
    await alice.settled()
    expect(alice.closed).toBeUndefined()
    pass(hour)
    expect(await alice.ended()).toEqual({ code: 4401, reason: 'the session expired' })
  })

  it('that ends in a year does not end the socket at once', async () => {
    const host = await until(Date.now() + 365 * 24 * 3_600_000)
    const alice = await ready(host, 'alice')
    await alice.settled()
    expect(alice.closed).toBeUndefined()
  })
})

describe('chat.disconnect', () => {
  const host = sharedHost()

  it('ends all sockets of a user with 4401, also those that have not said hello, and no others', async () => {
    const mine = [await ready(host, 'alice'), await ready(host, 'alice'), await host.socket('alice', { hello: null })]
    const bob = await ready(host, 'bob')
    host.chat.disconnect('alice')
    for (const socket of mine) expect(await socket.ended()).toEqual({ code: 4401, reason: 'signed out' })
    await bob.settled()
    expect(bob.closed).toBeUndefined()
    host.chat.disconnect('nobody')
  })

  it('takes effect at once: what is sent on such a socket is no longer done', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    alice.webSocket.pause()
    host.chat.disconnect('alice')
    alice.send({ type: 'message.send', id: '1', roomId, clientId: '1', text: 'too late' })
    await say(host, 'bob', roomId, 1)
    alice.webSocket.resume()
    await alice.ended()
    const { body } = await host.as('bob').get(`/rooms/${roomId}/messages`)
    expect(body.items.map((message: { text: string }) => message.text)).not.toContain('too late')
    expect(alice.events(roomId)).toEqual([])
  })
})

describe('chat.close', () => {
  it('sends every socket away with 1012 and the ms after which to come back, and resolves once they are gone', async () => {
    const host = await givenHost()
    const sockets = [await ready(host, 'alice'), await ready(host, 'bob'), await host.socket('carol', { hello: null })]
    await host.chat.close()
    for (const socket of sockets) {
      const { code, reason } = await socket.ended()
      expect([code, /^\d{1,4}$/.test(reason)]).toEqual([1012, true])
    }
    expect((await host.chat.users.get('alice')).lastSeenAt).toEqual(expect.any(String))
    await host.chat.close()
  })

  it('cuts off who does not answer within 5 s', async () => {
    const host = await givenHost()
    const alice = await ready(host, 'alice')
    alice.webSocket.pause()
    const pass = givenStillTime()
    let isClosed = false
    const closing = host.chat.close().then(() => {
      isClosed = true
    })
    await new Promise(setImmediate)
    pass(4_999)
    await new Promise(setImmediate)
    expect(isClosed).toBe(false)
    pass(1)
    await closing
  })

  it('refuses whoever comes then, or was on the way, with 503', async () => {
    const { prisma } = await givenDatabase()
    const asked = vi.fn()
    let answer = () => {}
    const chat = createChatRouter({
      prisma,
      secret,
      resolveUser: (request) => {
        asked()
        return new Promise((resolve) => {
          answer = () => resolve(userOfHeader(request))
        })
      },
    })
    const server = createServer()
    server.on('upgrade', (request, socket, head) => chat.handleUpgrade(request, socket, head))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const upgrade = { path: '/chat/ws', headers: { ...handshake, 'X-User': 'alice' } }
    const onTheWay = ask(origin, upgrade)
    await vi.waitFor(() => expect(asked).toHaveBeenCalled())
    await chat.close()
    answer()
    for (const { status, head, body } of [await onTheWay, await ask(origin, upgrade)]) {
      expect([status, JSON.parse(body).code]).toEqual([503, 'unavailable'])
      expect(head).toContain('Retry-After: 1')
    }
    server.close()
  })
})
