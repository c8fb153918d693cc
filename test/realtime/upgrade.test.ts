import { once } from 'node:events'
import { promisify } from 'node:util'
import { ChatError } from 'express-chat'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { TestHost } from '../host.js'
import { Refused } from '../socket.js'
import { givenDatabase, givenHost, type Options, quietLogger, ready, sharedHost } from './given.js'
import { ask, handshake, open, textOf } from './raw.js'

/** The answer to an upgrade that is refused. */
const refused = async (opening: Promise<unknown>): Promise<Refused> => {
  const outcome = await opening.then(
    () => 'the socket was opened',
    (error: unknown) => error,
  )
  expect(outcome).toBeInstanceOf(Refused)
  return outcome as Refused
}

describe('an upgrade', () => {
  const host = sharedHost()

  it('opens a socket of our subprotocol, with or without a slash at the end and whatever the query', async () => {
    for (const path of ['/chat/ws', '/chat/ws/', '/chat/ws?v=1']) {
      const { status, head } = await openedBy(host.origin, path)
      expect([status, head.includes('Sec-WebSocket-Protocol: chat.v1')], path).toEqual([101, true])
    }
  })

  it('by nobody is answered with 401 and a problem', async () => {
    const { status, headers, body } = await refused(host.socket(null))
    expect([status, headers['content-type']]).toEqual([401, 'application/problem+json'])
    expect(JSON.parse(body)).toMatchObject({ code: 'unauthenticated', status: 401, requestId: expect.any(String) })
  })

  it.each([
    ['no key', { 'Sec-WebSocket-Key': 'short' }],
    ['an old version', { 'Sec-WebSocket-Version': '7' }],
    ['an invalid subprotocol', { 'Sec-WebSocket-Protocol': 'chat.v1,,' }],
  ])('with %s is answered with 400', async (_, wrong) => {
    const headers = { ...handshake, 'X-User': 'alice', ...wrong }
    const { status, body } = await ask(host.origin, { path: '/chat/ws', headers })
    expect([status, JSON.parse(body).code]).toEqual([400, 'invalid_request'])
  })

  it('that is refused leaves no connection behind, though its client stays', async () => {
    // As on a server as it comes: what requests have kept ends, and an upgrade to elsewhere is a request.
    host.server.keepAliveTimeout = 100
    onTestFinished(() => {
      host.server.keepAliveTimeout = 0
    })
    host.server.closeIdleConnections()
    await vi.waitFor(async () => expect(await connectionsOf(host)).toBe(0))
    for (const path of ['/chat/ws', '/nowhere']) {
      const socket = open(host.origin, { allowHalfOpen: true })
      socket.write(textOf(host.origin, { path }))
      socket.resume()
      await once(socket, 'end')
      await vi.waitFor(async () => expect(await connectionsOf(host)).toBe(0))
      socket.destroy()
    }
  })
})

describe('the resolver is asked on an upgrade', () => {
  const resolveUser = (outcome: () => unknown): Options => ({
    resolveUser: outcome as () => null,
    logger: quietLogger(),
  })

  it('and what it throws of its own is a 500 that tells nothing, and is logged', async () => {
    const logger = quietLogger()
    const failing = () => {
      throw new Error('the session store is away')
    }
    const host = await givenHost({ resolveUser: failing, logger })
    const { status, body } = await refused(host.socket('alice'))
    expect([status, JSON.parse(body).code]).toEqual([500, 'internal'])
    expect(body).not.toContain('session store')
    expect(JSON.stringify(logger.said.map(String))).toContain('a request failed')
  })

  it('and may refuse in words of ours', async () => {
    const banned = () => {
      throw new ChatError('forbidden', 'you are banned')
    }
    const host = await givenHost(resolveUser(banned))
    const { status, body } = await refused(host.socket('alice'))
    expect([status, JSON.parse(body)]).toMatchObject([403, { code: 'forbidden', detail: 'you are banned' }])
  })

  it.each([undefined, null, { id: 'x', expiresAt: Date.now() - 1 }, { id: 'x', expiresAt: Number.NaN }])(
    'and says nobody by %o',
    async (outcome) => {
      const host = await givenHost(resolveUser(() => outcome))
      expect((await refused(host.socket('alice'))).status).toBe(401)
    },
  )

  it('and what it gives is checked', async () => {
    for (const id of ['', 'me', 5, 'x'.repeat(192), 'NUL\0']) {
      const host = await givenHost(resolveUser(() => ({ id })))
      expect((await refused(host.socket('alice'))).status, String(id)).toBe(500)
    }
  })
})

describe('middleware runs on an upgrade', () => {
  const sessions: Record<string, string> = { s1: 'alice' }

  it('before the resolver, in order, whether it goes on at once or later', async () => {
    const order: string[] = []
    const host = await givenHost({
      middleware: [
        (request, _response, next) => {
          order.push('cookies')
          request.cookies = Object.fromEntries([(request.headers.cookie ?? '').split('=')])
          next()
        },
        // As express-session does: it wraps the end of the response, and asks a store.
        (request, response, next) => {
          const { end } = response
          response.end = (...words: unknown[]) => end.apply(response, words)
          setTimeout(() => {
            order.push('session')
            request.session = { userId: sessions[request.cookies.sid] }
            next()
          }, 5)
        },
      ],
      resolveUser: (request) => (request.session.userId ? { id: request.session.userId } : null),
    })
    const alice = await host.socket(null, { headers: { cookie: 'sid=s1' } })
    expect(await alice.next('welcome')).toMatchObject({ user: { id: 'alice' } })
    expect(order).toEqual(['cookies', 'session'])
    expect((await refused(host.socket(null, { headers: { cookie: 'sid=s2' } }))).status).toBe(401)
  })

  it.each<[string, NonNullable<Options['middleware']>[number]]>([
    ['passes an error on', (_request, _response, next) => next(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('no')
      },
    ],
    ['answers itself', (_request, response) => response.end('no')],
  ])('and where it %s, the upgrade is answered with 500', async (_, middleware) => {
    const host = await givenHost({ middleware: [middleware], logger: quietLogger() })
    expect((await refused(host.socket('alice'))).status).toBe(500)
  })
})

describe('an upgrade with an Origin', () => {
  const host = sharedHost({ origins: ['https://app.example.com'] })
  const from = (origin: string) => host.socket('alice', { headers: { origin } })

  it.each([
    'https://evil.example',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'null',
    'http://127.0.0.1:1',
  ])('of another site is answered with 403: %s', async (origin) => {
    const { status, body } = await refused(from(origin))
    expect([status, JSON.parse(body).code]).toEqual([403, 'forbidden'])
  })

  it('that is listed, that is the host’s own, or that is not there opens a socket', async () => {
    await (await from('https://app.example.com')).next('welcome')
    await (await from(host.origin)).next('welcome')
    await (await host.socket('alice')).next('welcome')
  })
})

describe('an upgrade while the database is away', () => {
  it('is answered with 503, and opens a socket once it is back', async () => {
    const { prisma } = await givenDatabase()
    let isAway = false
    const away = Object.assign(new Error('Can’t reach database server'), { code: 'P1001' })
    const client = prisma.$extends({
      query: {
        $allOperations({ args, query }) {
          if (isAway) throw away
          return query(args)
        },
      },
    })
    const host = await givenHost({ logger: quietLogger() }, { prisma: client as unknown as typeof prisma })
    isAway = true
    const { status, headers } = await refused(host.socket('erin'))
    expect([status, headers['retry-after']]).toEqual([503, '1'])
    isAway = false
    await ready(host, 'erin')
  })
})

const connectionsOf = ({ server }: Pick<TestHost, 'server'>): Promise<number> =>
  promisify(server.getConnections.bind(server))()

/** What the server says to a handshake that it accepts, which ends with nothing: the client goes. */
async function openedBy(origin: string, path: string) {
  const asked = { path, headers: { ...handshake, 'X-User': 'alice' } }
  return ask(origin, { ...asked, body: closeFrame })
}

/** A close frame of a client: masked, empty. */
const closeFrame = '\x88\x80\0\0\0\0'
