import type { HostUser } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { givenPicture } from './given-picture.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('users on $name', (database) => {
  const host = shareHost(database)

  it('are who the host says they are', async () => {
    const { status, body } = await host.as('frank').get('/users/me')
    expect(status).toBe(200)
    expect(body).toEqual({ id: 'frank', name: 'Frank', description: '', avatarUrl: null, lastSeenAt: null })
    expect((await host.as('alice').get('/users/frank')).body).toEqual(body)
    expect((await host.as('alice').get('/users/nobody')).status).toBe(404)
  })

  it('are called what the host calls them now, wherever they are shown', async () => {
    await people(host, 'grace')
    const room = await givenGroup(host, 'alice', 'grace')
    await room.say('grace', 'Hi')
    await host.chat.users.save({ id: 'grace', name: 'Grace H.', avatarUrl: 'https://example.com/g.png' })
    const grace = { id: 'grace', name: 'Grace H.', avatarUrl: 'https://example.com/g.png' }
    expect((await host.as('alice').get('/users/grace')).body).toMatchObject(grace)
    expect((await room.as('alice').get('/members/grace')).body.user).toMatchObject(grace)
    expect((await room.as('alice').get('/messages')).body.items.at(-1).user).toMatchObject(grace)
  })

  it('may have names of any letters and of any length', async () => {
    for (const name of ['Łukasz 👩‍🚀 Ж', 'n'.repeat(600), '🙂'.repeat(300)]) {
      const { id } = await host.chat.users.save({ id: 'long', name })
      const seen = (await host.as('alice').get(`/users/${id}`)).body.name
      expect(name.startsWith(seen)).toBe(true)
      expect([...seen].length).toBeGreaterThanOrEqual(Math.min([...name].length, 100))
    }
  })

  it('say of themselves what they like, up to a limit', async () => {
    const changed = await host.as('bob').patch('/users/me', { description: 'I build things' })
    expect(changed).toMatchObject({ status: 200, body: { id: 'bob', description: 'I build things' } })
    expect((await host.as('alice').get('/users/bob')).body.description).toBe('I build things')
    const tooLong = await host.as('bob').patch('/users/me', { description: 'x'.repeat(1001) })
    expect(tooLong).toMatchObject({ status: 413, body: { errors: [{ pointer: '/description' }] } })
    // Coming back, they still have it.
    expect((await host.as('bob').get('/users/me')).body.description).toBe('I build things')
  })

  it('have a picture of their own, or the host’s', async () => {
    await host.chat.users.save({ id: 'heidi', name: 'Heidi', avatarUrl: 'https://example.com/h.png' })
    await people(host, 'ivan')
    const [own, other] = [await givenPicture(host, 'ivan'), await givenPicture(host, 'alice')]
    const refusal = { status: 400, body: { errors: [{ pointer: '/avatarMediaId' }] } }
    expect(await host.as('ivan').patch('/users/me', { avatarMediaId: other })).toMatchObject(refusal)
    const { body } = await host.as('ivan').patch('/users/me', { avatarMediaId: own })
    expect(body.avatarUrl).toContain(`/chat/media/${own}/thumbnail?`)
    expect((await host.as('ivan').patch('/users/me', { avatarMediaId: null })).body.avatarUrl).toBeNull()
    expect((await host.as('alice').get('/users/heidi')).body.avatarUrl).toBe('https://example.com/h.png')
  })

  it('were last seen when their last socket went', async () => {
    const [first, second] = [await host.socket('judy'), await host.socket('judy')]
    await Promise.all([first.ready(), second.ready()])
    await givenGroup(host, 'alice', 'judy')
    const watcher = await host.socket('alice')
    await watcher.ready()
    expect(await watcher.command('presence.watch', { userIds: ['judy'] })).toMatchObject({ type: 'ok' })
    await first.close()
    expect((await host.as('alice').get('/users/judy')).body.lastSeenAt).toBeNull()
    await second.close()
    const { lastSeenAt } = await watcher.next('presence')
    await expect.poll(async () => (await host.as('alice').get('/users/judy')).body.lastSeenAt).toBe(lastSeenAt)
  })

  it('are found by a part of their name, in any case, in any alphabet', async () => {
    for (const [id, name] of [
      ['u1', 'Élodie Østergård'],
      ['u2', 'elodie'],
      ['u3', 'Жанна 100%'],
      ['u4', 'under_score'],
    ]) {
      await host.chat.users.save({ id: id as string, name: name as string })
    }
    const found = async (q: string) => {
      const { body } = await host.as('alice').get(`/users?q=${encodeURIComponent(q)}`)
      return body.items.map((user: { id: string }) => user.id)
    }
    expect(await found('éLODIE')).toEqual(['u1'])
    expect(await found('østergÅrd')).toEqual(['u1'])
    expect(await found('lodie')).toEqual(['u1', 'u2'])
    expect(await found('ЖАННА')).toEqual(['u3'])
    expect(await found('0%')).toEqual(['u3'])
    expect(await found('r_s')).toEqual(['u4'])
    expect(await found('nobody at all')).toEqual([])
  })
})

describe.each(databases)('users of the host’s directory on $name', (database) => {
  const staff: HostUser[] = [
    { id: 'zoe', name: 'Zoë', avatarUrl: 'https://example.com/z.png' },
    { id: 'yan', name: 'Yan' },
    { id: 'xu' },
  ]
  const asked: string[][] = []
  const host = shareHost(database, {
    directory: {
      find(ids) {
        asked.push(ids)
        // What was not asked for does not come in.
        return [...staff.filter((user) => ids.includes(user.id)), { id: 'intruder', name: 'Intruder' }]
      },
      search: async (query, { limit }) =>
        staff.filter(({ id, name }) => (name ?? id).toLowerCase().includes(query.toLowerCase())).slice(0, limit),
    },
  })

  it('can be looked up and added though they were never here', async () => {
    const room = await givenGroup(host, 'alice', 'zoe')
    expect((await room.as('alice').get('/members/zoe')).body.user).toMatchObject({
      name: 'Zoë',
      avatarUrl: staff[0]?.avatarUrl,
    })
    expect(await room.as('alice').post('/members', { userId: 'yan' })).toMatchObject({
      status: 201,
      body: { user: { name: 'Yan' } },
    })
    expect((await host.as('alice').get('/users/xu')).body).toMatchObject({ id: 'xu', name: 'xu' })
    const started = await host.as('alice').post('/rooms', { type: 'private', userIds: ['xu'] })
    expect(started).toMatchObject({ status: 201, body: { peer: { id: 'xu' } } })
    expect((await room.as('alice').get('')).body.lastMessage.text).toBe('Alice added Yan')
  })

  it('are nobody where the directory does not know them either', async () => {
    expect((await host.as('alice').get('/users/ghost')).status).toBe(404)
    const answer = await host.as('alice').post('/rooms', { type: 'group', name: 'Ghosts', userIds: ['ghost'] })
    expect(answer).toMatchObject({ status: 404, body: { errors: [{ pointer: '/userIds/0' }] } })
    const before = asked.length
    await givenGroup(host, 'alice', 'bob')
    expect(asked).toHaveLength(before)
    expect(await host.prisma.chatUser.findUnique({ where: { id: 'intruder' } })).toBeNull()
  })

  it('are found through it, best first, and nobody else', async () => {
    const found = async (query: string) => (await host.as('alice').get(`/users${query}`)).body
    expect(await found('?q=y')).toMatchObject({ items: [{ id: 'yan', name: 'Yan' }], nextCursor: null })
    expect((await found('')).items.map((user: { id: string }) => user.id)).toEqual(['zoe', 'yan', 'xu'])
    expect((await found('?limit=2')).items).toHaveLength(2)
    expect((await found('?q=bob')).items).toEqual([])
  })

  it('are found as the directory says, and for the rest as they are known', async () => {
    await host.chat.users.save({ id: 'xu', name: 'Xu Li', avatarUrl: 'https://example.com/x.png' })
    await host.chat.users.save({ id: 'zoe', name: 'Zoë Old', avatarUrl: 'https://example.com/old.png' })
    expect((await host.as('alice').get('/users')).body.items).toMatchObject([
      { id: 'zoe', name: 'Zoë', avatarUrl: 'https://example.com/z.png' },
      { id: 'yan' },
      { id: 'xu', name: 'Xu Li', avatarUrl: 'https://example.com/x.png' },
    ])
  })
})
