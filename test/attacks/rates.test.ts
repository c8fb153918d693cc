import { defaultLimits } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { routes } from '../../src/http/routes.js'
import { commandTable } from '../../src/realtime/commands.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

// Lower than the defaults are, so that it takes no time to go beyond them.
const seconds = 3600
const rooms = { points: 5, seconds }
const writes = { points: 10, seconds }

/** How often an answer came with which status. */
function counted(answers: { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

async function times<T>(count: number, each: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let n = 0; n < count; n += 1) results.push(await each(n))
  return results
}

const privateRoom = (userId: string) => ({ type: 'private', userIds: [userId] })

describe('what counts for a rate', () => {
  it('is each route: nothing that changes something is free', () => {
    const list = routes.map(({ method, path, rate }) => ({ method, path, rate }))
    for (const { method, path, rate } of list) {
      expect(Object.keys(defaultLimits.rates), `${method} ${path}`).toContain(rate)
      if (method !== 'GET') expect(rate, `${method} ${path}`).not.toBe('reads')
    }
    expect(list.find(({ method, path }) => `${method} ${path}` === 'POST /rooms')?.rate).toBe('rooms')
  })

  it('is each command: but for those that store nothing themselves, more than the frames', () => {
    const free = Object.entries(commandTable).flatMap(([name, { rate }]) => (rate === 'frames' ? [name] : []))
    // Whether somebody looks is stored with who is connected, of all together.
    expect(free).toEqual(['typing', 'presence.watch', 'presence.set'])
  })
})

describe('a list that goes through more rows than it shows', () => {
  it.each(['GET /rooms/:roomId/messages/:messageId/readers', 'GET /threads'])(
    'is read as often as one searches: %s',
    (on) => {
      expect(routes.find(({ method, path }) => `${method} ${path}` === on)?.rate).toBe('searches')
    },
  )
})

describe.each(databases)('with a rate of each kind, one user on $name', (database) => {
  const host = shareHost(database, { limits: { rates: { rooms, writes } } })

  it('pushes no more rooms onto somebody than the rate of rooms lets through', async () => {
    const answers = await times(rooms.points + 10, (n) => {
      return host.as('alice').post('/rooms', { type: 'group', name: `Room ${n}`, userIds: ['bob'] })
    })
    expect(counted(answers)).toEqual({ 201: rooms.points, 429: 10 })
    expect((await host.chat.rooms.list('bob', { limit: 100 })).items).toHaveLength(rooms.points)
  })

  it('opens a private room that stands as often as he likes', async () => {
    await host.chat.rooms.create('carol', { type: 'private', userIds: ['dave'] })
    for (let n = 0; n < rooms.points + 5; n += 1) {
      expect((await host.as('carol').post('/rooms', privateRoom('dave'))).status).toBe(200)
    }
  })

  it('changes things no faster than the rate of writes lets through', async () => {
    const answers = await times(writes.points + 20, () => host.as('erin').patch('/users/me', { description: 'Hello' }))
    expect(counted(answers)).toEqual({ 200: writes.points, 429: 20 })
  })
})

describe.each(databases)('people who are brought into rooms, on $name', (database) => {
  const host = shareHost(database, {
    limits: { roomsPerUser: 3, invitesPerDay: 4, rates: { adds: { points: 3, seconds } } },
  })
  const group = async (owner: string, ...userIds: string[]) =>
    (await host.chat.system.rooms.create({ type: 'group', name: 'A group', userIds: [owner, ...userIds] })).id

  it('are counted, each of them, whichever way they come', async () => {
    const roomId = await group('alice')
    const alice = host.as('alice')
    const two = await alice.post('/rooms', { type: 'group', name: 'Two', userIds: ['bob', 'carol'] })
    expect(two.status).toBe(201)
    expect((await alice.post(`/rooms/${roomId}/members`, { userId: 'bob' })).status).toBe(201)
    // Who is there already was not brought.
    const refused = await alice.post(`/rooms/${roomId}/members`, { userId: 'erin' })
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', detail: expect.stringMatching(/adds/) },
    })
    expect((await alice.post('/rooms', privateRoom('erin'))).status).toBe(429)
    // Joining brings nobody else.
    expect((await host.as('erin').post(`/rooms/${roomId}/members`, { userId: 'me' })).status).toBe(404)
  })

  it('cost nothing where they are in already', async () => {
    const roomId = await group('dave', 'erin')
    for (let n = 0; n < 8; n += 1) {
      expect((await host.as('dave').post(`/rooms/${roomId}/members`, { userId: 'erin' })).status).toBe(200)
    }
    await host.chat.system.rooms.delete(roomId)
  })

  it('are in so many rooms at most, and then make, join and are added to none', async () => {
    await host.chat.users.save({ id: 'frank', name: 'Frank' })
    const gone = await group('frank')
    await host.chat.system.rooms.delete(gone)
    const mine = await Promise.all([group('frank'), group('frank'), group('frank')])
    const open = await host.chat.system.rooms.create({ type: 'group', name: 'Open', isPublic: true, userIds: ['dave'] })
    const detail = 'you are in 3 rooms already, which is the limit'
    const full = { status: 409, body: { code: 'conflict', detail } }
    expect(await host.as('frank').post('/rooms', { type: 'group', name: 'One more' })).toMatchObject(full)
    expect(await host.as('frank').post(`/rooms/${open.id}/members`, { userId: 'me' })).toMatchObject(full)
    const added = await host.as('dave').post(`/rooms/${open.id}/members`, { userId: 'frank' })
    expect(added).toMatchObject({ status: 409, body: { detail: 'frank is in 3 rooms already, which is the limit' } })
    await host.chat.members.remove('frank', mine[0], 'frank')
    expect((await host.as('frank').post(`/rooms/${open.id}/members`, { userId: 'me' })).status).toBe(201)
  })
})

describe('people whom one user brings into rooms', () => {
  const [anyDatabase] = databases as [(typeof databases)[number]]
  const host = shareHost(anyDatabase, { limits: { invitesPerDay: 2 } })

  it('are so many a day at most', async () => {
    const invite = (userId: string) => host.as('alice').post('/rooms', privateRoom(userId))
    expect((await invite('bob')).status).toBe(201)
    expect((await invite('carol')).status).toBe(201)
    const refused = await invite('dave')
    expect(refused).toMatchObject({ status: 429, body: { detail: expect.stringMatching(/^too many invites/) } })
  })
})

describe.each(databases)('with few whom one user brings in a day, a link on $name', (database) => {
  const host = shareHost(database, { limits: { invitesPerDay: 2, rates: { adds: { points: 4, seconds } } } })

  it('lets in no more than its maker may bring, of which those who are in already are none', async () => {
    const { id } = await host.chat.rooms.create('alice', { type: 'group', name: 'By link' })
    const { body } = await host.as('alice').post(`/rooms/${id}/invites`, {})
    const join = (userId: string) => host.as(userId).post(`/invites/${body.code}/join`)
    expect((await join('bob')).status).toBe(201)
    for (let n = 0; n < 5; n += 1) expect((await join('bob')).status).toBe(200)
    expect((await join('carol')).status).toBe(201)
    expect(await join('dave')).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
    expect((await host.chat.system.members.list(id)).items).toHaveLength(3)
  })

  it('costs who comes back by it, and not its maker, who brought them once', async () => {
    const { id } = await host.chat.rooms.create('erin', { type: 'group', name: 'By link' })
    const { body } = await host.as('erin').post(`/rooms/${id}/invites`, {})
    const join = (userId: string) => host.as(userId).post(`/invites/${body.code}/join`)
    for (let n = 0; n < 4; n += 1) {
      expect((await join('dave')).status).toBe(201)
      expect((await join('dave')).status).toBe(200)
      await host.chat.members.remove('dave', id, 'dave')
    }
    const refused = { status: 429, body: { code: 'rate_limited', detail: expect.stringMatching(/^too many adds/) } }
    expect(await join('dave')).toMatchObject(refused)
    expect((await join('carol')).status).toBe(201)
  })

  it('is looked at as often as one searches: guessing is not free', async () => {
    const { rate } = routes.find(({ method, path }) => `${method} ${path}` === 'GET /invites/:code') ?? {}
    const joining = routes.find(({ method, path }) => `${method} ${path}` === 'POST /invites/:code/join')
    expect([rate, joining?.rate]).toEqual(['searches', 'searches'])
  })
})
