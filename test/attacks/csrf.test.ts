import express from 'express'
import { describe, expect, it } from 'vitest'
import type { TestHost } from '../host.js'
import { givenGroup, givenHost, sharedHost } from '../realtime/given.js'
import { ask, handshake } from '../realtime/raw.js'

/** What a browser sends with the visitor's cookies; the test's resolver takes the user from a header. */
const cookie = { cookie: 'sid=1', 'x-user': 'alice' }

const send = async (host: TestHost, method: string, path: string, headers: Record<string, string>, body = '{}') => {
  const answer = await ask(host.origin, {
    path: `/chat${path}`,
    method,
    headers: { 'content-type': 'application/json', 'content-length': String(body.length), ...cookie, ...headers },
    body,
  })
  return answer.status
}

describe('a page of another site', () => {
  const host = sharedHost({ origins: ['https://friend.example'] })

  const foreign: [string, Record<string, string>][] = [
    ['that says its origin', { origin: 'https://evil.example' }],
    ['in a sandbox', { origin: 'null' }],
    ['whose name begins as a listed one', { origin: 'https://friend.example.evil.example' }],
    ['that says none, but that it is cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['of a sister site', { 'sec-fetch-site': 'same-site' }],
    [
      'that has the host’s name and another scheme than it is reached by',
      { 'sec-fetch-site': 'cross-site', origin: 'own' },
    ],
    [
      'that comes with a bearer token beside the cookie',
      { origin: 'https://evil.example', authorization: 'Bearer abc' },
    ],
    ['with an origin that is said twice', { origin: 'https://friend.example, https://evil.example' }],
  ]

  it.each(foreign)('%s changes nothing by any way', async (_, given) => {
    const headers = given.origin === 'own' ? { ...given, origin: host.origin } : given
    const roomId = await givenGroup(host, 'alice', 'bob')
    const before = await host.chat.rooms.get('alice', roomId)
    const form = { 'content-type': 'multipart/form-data; boundary=x' }
    expect({
      ticket: await send(host, 'POST', '/ws-ticket', headers),
      upload: await send(host, 'POST', '/media', { ...headers, ...form }, '--x--'),
      message: await send(host, 'POST', `/rooms/${roomId}/messages`, headers, '{"text":"forged"}'),
      room: await send(host, 'PATCH', `/rooms/${roomId}`, headers, '{"name":"forged"}'),
      leaving: await send(host, 'DELETE', `/rooms/${roomId}/members/me`, headers),
    }).toEqual({ ticket: 403, upload: expect.any(Number), message: 403, room: 403, leaving: 403 })
    expect(await host.chat.rooms.get('alice', roomId)).toEqual(before)
    expect(await send(host, 'GET', '/rooms', headers)).toBe(200)
  })

  it.each<[string, Record<string, string>]>([
    ['the host’s own page', { origin: 'own' }],
    [
      'the host’s own page, by the word of its browser',
      { origin: 'https://proxied.example', 'sec-fetch-site': 'same-origin' },
    ],
    ['the visitor, who typed the address', { 'sec-fetch-site': 'none' }],
    ['a listed page', { origin: 'https://friend.example', 'sec-fetch-site': 'cross-site' }],
    ['a program', {}],
  ])('is not %s, which may', async (_, given) => {
    const headers = given.origin === 'own' ? { ...given, origin: host.origin } : given
    expect(await send(host, 'POST', '/ws-ticket', headers)).toBe(201)
  })

  it('is not one that was given a token, and has no cookie', async () => {
    const { status } = await ask(host.origin, {
      path: '/chat/ws-ticket',
      method: 'POST',
      headers: {
        'x-user': 'alice',
        origin: 'https://elsewhere.example',
        authorization: 'Bearer abc',
        'content-length': '0',
      },
    })
    expect(status).toBe(201)
  })
})

describe('a file of another site’s form', () => {
  it('is refused before a byte of it is read', async () => {
    const { Readable } = await import('node:stream')
    const stored: string[] = []
    const storage = {
      put: async (key: string) => void stored.push(key),
      read: async () => Readable.from([]),
      stat: async () => undefined,
      delete: async () => undefined,
      async *list() {},
    }
    let asked = 0
    const host = await givenHost({
      storage: storage as never,
      resolveUser: () => {
        asked += 1
        return { id: 'alice' }
      },
    })
    // The body never comes: whoever waits for it does not answer.
    const { status } = await ask(host.origin, {
      path: '/chat/media',
      method: 'POST',
      headers: {
        ...cookie,
        origin: 'https://evil.example',
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': '1000',
      },
    })
    expect([status, asked, stored]).toEqual([403, 0, []])
  })
})

describe('the scheme counts in an origin', () => {
  it('where a proxy tells that the host is reached by https: a page by http is another one, for sockets, too', async () => {
    const host = await givenHost()
    const name = new URL(host.origin).host
    const of = (scheme: string, proto?: string) => ({
      origin: `${scheme}://${name}`,
      ...(proto === undefined ? {} : { 'x-forwarded-proto': proto }),
    })
    const post = (headers: Record<string, string>) => send(host, 'POST', '/ws-ticket', headers)
    const socket = async (headers: Record<string, string>) =>
      (
        await ask(host.origin, {
          path: '/chat/ws',
          headers: { ...handshake, ...cookie, ...headers },
          body: '\x88\x80\0\0\0\0',
        })
      ).status
    expect(await post(of('http', 'https'))).toBe(403)
    expect(await socket(of('http', 'https'))).toBe(403)
    expect(await post(of('https', 'https'))).toBe(201)
    expect(await socket(of('https', 'https'))).toBe(101)
    // Nothing is told: TLS may have ended before.
    expect([await post(of('http')), await post(of('https'))]).toEqual([201, 201])
    expect(await post(of('https', 'http'))).toBe(201)
    host.app.set('trust proxy', 'loopback')
    expect(await post(of('https', 'http'))).toBe(403)
    expect(await post(of('http', 'http'))).toBe(201)
  })

  it('is asked of no other method of the app', async () => {
    const host = await givenHost()
    host.app.post('/other', express.json(), (_request, response) => void response.sendStatus(200))
    const { status } = await ask(host.origin, {
      path: '/other',
      method: 'POST',
      headers: { ...cookie, origin: 'https://evil.example', 'content-length': '0' },
    })
    expect(status).toBe(200)
  })
})
