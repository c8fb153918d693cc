import { describe, expect, test, vi } from 'vitest'
import { type TestHost, userOfHeader } from '../host.js'
import { givenHost, givenTime, hour, quietLogger, ready, sharedHost } from '../realtime/given.js'
import { Refused, type TestSocket } from '../socket.js'

/** Why a socket was not let in. */
async function refusal(opening: Promise<TestSocket>): Promise<{ status: number; code: string; refused: Refused }> {
  const refused = await opening.then(
    () => expect.fail('the socket was let in'),
    (error) => error,
  )
  expect(refused).toBeInstanceOf(Refused)
  return { status: refused.status, code: JSON.parse(refused.body).code, refused }
}

const ticketOf = async (host: TestHost, userId: string): Promise<string> =>
  (await host.as(userId).post('/ws-ticket')).body.ticket

const withTicket = (host: TestHost, ticket: string, headers = {}) =>
  host.socket(null, { protocols: ['chat.v1', `ticket.${ticket}`], headers })

describe('a ticket', () => {
  const host = sharedHost()

  test('opens a socket as a subprotocol or in the query, in the name of its user', async () => {
    const inProtocols = await withTicket(host, await ticketOf(host, 'alice'))
    expect((await inProtocols.next('welcome')).user.id).toBe('alice')
    const inQuery = await host.socket(null, { query: `?ticket=${await ticketOf(host, 'bob')}` })
    expect((await inQuery.next('welcome')).user.id).toBe('bob')
  })

  test('opens one socket, even when two come with it at once', async () => {
    const ticket = await ticketOf(host, 'alice')
    const outcomes = await Promise.allSettled([withTicket(host, ticket), withTicket(host, ticket)])
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await refusal(withTicket(host, ticket))).toMatchObject({ status: 401, code: 'unauthenticated' })
  })

  test('that was changed or made up opens none', async () => {
    const ticket = await ticketOf(host, 'alice')
    const [body = '', signature] = ticket.split('.')
    const other = Buffer.from(Buffer.from(body, 'base64url').toString().replace('alice', 'bobby')).toString('base64url')
    for (const wrong of [`${other}.${signature}`, `${body}.${'A'.repeat(22)}`, body, 'nonsense', `${body}.é`]) {
      expect(await refusal(host.socket(null, { query: `?ticket=${encodeURIComponent(wrong)}` }))).toMatchObject({
        status: 401,
      })
    }
  })

  test('is enough for a page of another origin, which got it with the user’s own credentials', async () => {
    const socket = await withTicket(host, await ticketOf(host, 'alice'), { origin: 'https://elsewhere.example' })
    expect((await socket.next('welcome')).user.id).toBe('alice')
  })

  test('lives for 30 seconds', async () => {
    let now = Date.now()
    const aging = await givenHost({ clock: () => new Date(now) })
    const ticket = await ticketOf(aging, 'alice')
    const second = await ticketOf(aging, 'alice')
    now += 29_000
    await withTicket(aging, ticket)
    now += 2_000
    expect(await refusal(withTicket(aging, second))).toMatchObject({ status: 401 })
  })

  test('hands on when the session ends', async () => {
    const pass = givenTime()
    const expiresAt = Date.now() + hour
    const host = await givenHost({
      resolveUser: (request) => ({ ...(userOfHeader(request) ?? { id: '?' }), expiresAt }),
    })
    const socket = await withTicket(host, await ticketOf(host, 'alice'))
    await socket.ready()
    pass(hour / 2)
    await socket.settled()
    expect(socket.closed).toBeUndefined()
    pass(hour / 2)
    expect(await socket.ended()).toMatchObject({ code: 4401 })
  })
})

describe('without a ticket', () => {
  const host = sharedHost({ origins: ['https://friend.example'], logger: quietLogger() })

  test('the resolver says who it is, and nobody is refused with 401', async () => {
    expect((await (await host.socket('alice')).next('welcome')).user.id).toBe('alice')
    expect(await refusal(host.socket(null))).toMatchObject({ status: 401, code: 'unauthenticated' })
  })

  test('a page of another origin is refused with 403, the host’s own and a listed one are let in', async () => {
    const from = (origin: string) => host.socket('alice', { headers: { origin } })
    for (const foreign of ['https://evil.example', 'null', `${host.origin}.evil.example`, 'nonsense']) {
      expect(await refusal(from(foreign))).toMatchObject({ status: 403, code: 'forbidden' })
    }
    await from(host.origin)
    await from('https://friend.example')
  })

  test('a resolver that throws is a 500 that says nothing, and the host’s logger knows', async () => {
    const logger = quietLogger()
    const broken = await givenHost({
      logger,
      resolveUser: () => {
        throw new Error('the session store is on fire')
      },
    })
    const { status, refused } = await refusal(broken.socket('alice'))
    expect(status).toBe(500)
    expect(refused.body).not.toContain('fire')
    expect(JSON.stringify(logger.said.map((words) => words.map(String)))).toContain('fire')
  })
})

test('the host’s middleware runs on upgrades, and what it finds is there for the resolver', async () => {
  const host = await givenHost({
    middleware: [
      async (request, _response, next) => {
        await Promise.resolve()
        request.session = { userId: 'alice' }
        next()
      },
      (request, _response, next) => {
        request.seen = request.session.userId
        next()
      },
    ],
    resolveUser: (request) => (request.seen ? { id: request.seen } : null),
  })
  expect((await (await host.socket(null)).next('welcome')).user.id).toBe('alice')
  expect((await host.as(null).get('/users/me')).body.id).toBe('alice')
})

test('a middleware that refuses refuses the upgrade', async () => {
  const unauthorized = Object.assign(new Error('no session'), { status: 401 })
  const host = await givenHost({ middleware: [(_request, _response, next) => next(unauthorized)] })
  expect(await refusal(host.socket('alice'))).toMatchObject({ status: 401, code: 'unauthenticated' })
})

test('a user has so many sockets and no more, also when they come at once: the newest', async () => {
  const host = await givenHost({ limits: { socketsPerUser: 3 } })
  const sockets = await Promise.all(Array.from({ length: 8 }, () => host.socket('alice')))
  const open = () => sockets.filter((socket) => socket.closed === undefined)
  await vi.waitFor(() => expect(open()).toHaveLength(3))
  for (const { closed } of sockets) if (closed) expect(closed.code).toBe(4409)
  const newest = await ready(host, 'alice')
  await vi.waitFor(() => expect(open()).toHaveLength(2))
  await newest.settled()
  await host.socket('bob')
})

test('a user who is signed out is disconnected with 4401, on every socket', async () => {
  const host = await givenHost()
  const sockets = [await ready(host, 'alice'), await ready(host, 'alice')]
  const bob = await ready(host, 'bob')
  host.chat.disconnect('alice')
  for (const socket of sockets) expect((await socket.ended()).code).toBe(4401)
  await bob.settled()
  expect(bob.closed).toBeUndefined()
})

test('a server that goes away sends its sockets elsewhere and takes no new ones', async () => {
  const host = await givenHost()
  const socket = await ready(host, 'alice')
  await host.chat.close()
  const { code, reason } = await socket.ended()
  expect(code).toBe(1012)
  expect(Number(reason)).toBeGreaterThanOrEqual(0)
  await expect(host.socket('alice')).rejects.toThrow()
})
