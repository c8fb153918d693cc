import { describe, expect, it } from 'vitest'
import { ticket as ticketSchema } from '../../src/contract/frames.js'
import { userOfHeader } from '../host.js'
import type { Refused } from '../socket.js'
import { givenDatabase, givenHost, givenTime, hour, sharedHost } from './given.js'

type Host = Awaited<ReturnType<typeof givenHost>>

const issue = async (host: Host, userId = 'alice'): Promise<string> =>
  (await host.as(userId).post('/ws-ticket')).body.ticket

/** Opens a socket as a browser does: no header says who it is. */
const openWith = (host: Host, ticket: string, headers: Record<string, string> = {}) =>
  host.socket(null, { protocols: ['chat.v1', `ticket.${ticket}`], headers })

const statusOf = (opening: Promise<unknown>): Promise<number> =>
  opening.then(
    () => 101,
    (error) => (error as Refused).status,
  )

describe('a ticket', () => {
  const host = sharedHost()

  it('is given to who is signed in, for 30 s', async () => {
    const before = Date.now()
    const { status, body } = await host.as('alice').post('/ws-ticket')
    expect(status).toBe(201)
    const expiresAt = Date.parse(ticketSchema.parse(body).expiresAt)
    expect(expiresAt).toBeGreaterThanOrEqual(before + 30_000)
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + 30_000)
    expect((await host.as(null).post('/ws-ticket')).status).toBe(401)
  })

  it('opens a socket of its user, as a subprotocol or in the query', async () => {
    const inProtocols = await openWith(host, await issue(host))
    expect(inProtocols.webSocket.protocol).toBe('chat.v1')
    expect(await inProtocols.next('welcome')).toMatchObject({ user: { id: 'alice' } })
    const inQuery = await host.socket(null, { query: `?ticket=${await issue(host, 'bob')}` })
    expect(await inQuery.next('welcome')).toMatchObject({ user: { id: 'bob' } })
  })

  it('opens it once, also when it comes twice at the same time', async () => {
    const ticket = await issue(host)
    const statuses = await Promise.all([1, 2, 3].map(() => statusOf(openWith(host, ticket))))
    expect(statuses.sort()).toEqual([101, 401, 401])
    expect(await statusOf(openWith(host, ticket))).toBe(401)
  })

  it('opens it though others that come at the same time were spent before', async () => {
    const spent = await issue(host)
    expect(await statusOf(openWith(host, spent))).toBe(101)
    const fresh = await Promise.all(['alice', 'bob', 'carol'].map((userId) => issue(host, userId)))
    const statuses = await Promise.all([spent, ...fresh, spent].map((each) => statusOf(openWith(host, each))))
    expect(statuses).toEqual([401, 101, 101, 101, 401])
  })

  it('that anything was changed in opens nothing', async () => {
    const ticket = await issue(host)
    const [body = '', signature = ''] = ticket.split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
    const forged = Buffer.from(JSON.stringify([claims[0], 'bob', ...claims.slice(2)])).toString('base64url')
    const turned = signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))
    const wrong = [
      `${forged}.${signature}`,
      `${body}.${turned}`,
      `${body}.`,
      body,
      `${ticket}.x`,
      'x',
      `${body}.${'é'.repeat(22)}`,
    ]
    for (const each of wrong) {
      const query = `?ticket=${encodeURIComponent(each)}`
      expect(await statusOf(host.socket(null, { query })), each).toBe(401)
    }
    expect(await statusOf(openWith(host, ticket))).toBe(101)
  })

  it('does not fall back on who the request is: one that is spent is spent', async () => {
    const ticket = await issue(host)
    await openWith(host, ticket)
    expect(await statusOf(host.socket('alice', { query: `?ticket=${ticket}` }))).toBe(401)
  })

  it('opens a socket from another site: it is no cookie that a browser would add by itself', async () => {
    const headers = { origin: 'https://elsewhere.example' }
    expect(await statusOf(openWith(host, await issue(host), headers))).toBe(101)
    expect(await statusOf(host.socket('alice', { headers }))).toBe(403)
  })

  it('counts as a socket of its user like any other', async () => {
    const small = await givenHost({ limits: { socketsPerUser: 1 } })
    const first = await openWith(small, await issue(small))
    expect(await statusOf(openWith(small, await issue(small)))).toBe(101)
    expect(await first.ended()).toMatchObject({ code: 4409 })
  })
})

describe('a ticket of another time or place', () => {
  it('opens nothing after 30 s', async () => {
    let now = Date.now()
    const host = await givenHost({ clock: () => new Date(now) })
    const [fresh, stale] = [await issue(host), await issue(host)]
    now += 29_999
    expect(await statusOf(openWith(host, fresh))).toBe(101)
    now += 1
    expect(await statusOf(openWith(host, stale))).toBe(401)
  })

  it('opens a socket on every server of the database, and on one of them only', async () => {
    const database = await givenDatabase()
    const [here, there] = [await givenHost({}, database), await givenHost({}, { prisma: database.connect() })]
    const ticket = await issue(here)
    expect(await statusOf(openWith(there, ticket))).toBe(101)
    expect(await statusOf(openWith(here, ticket))).toBe(401)
  })

  it('opens nothing where another secret is', async () => {
    const database = await givenDatabase()
    const here = await givenHost({}, database)
    const there = await givenHost(
      { secret: 'another secret, of more than 32 characters' },
      { prisma: database.connect() },
    )
    expect(await statusOf(openWith(there, await issue(here)))).toBe(401)
  })

  it('carries the end of the session that it was given in', async () => {
    const pass = givenTime()
    const expiresAt = Date.now() + 2 * hour
    const host = await givenHost({
      resolveUser: (request) => {
        const user = userOfHeader(request)
        return user && { ...user, expiresAt }
      },
    })
    const alice = await openWith(host, await issue(host))
    await alice.ready()
    pass(hour)
    await alice.settled()
    expect(alice.closed).toBeUndefined()
    pass(hour)
    expect(await alice.ended()).toMatchObject({ code: 4401 })
  })
})
