import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('public rooms on $name', (database) => {
  const host = shareHost(database)

  const givenPublic = (name: string, description = '') =>
    givenRoom(host, 'alice', { type: 'group', name, description, isPublic: true })

  async function found(userId: string, query = ''): Promise<string[]> {
    const { status, body } = await host.as(userId).get(`/rooms/public${query}`)
    expect(status).toBe(200)
    return body.items.map((room: { id: string }) => room.id)
  }

  it('can be found and looked at by everyone, but not read', async () => {
    const room = await givenPublic('Open house')
    await room.say('alice', 'For members only')
    const { body } = await host.as('erin').get('/rooms/public')
    const seen = body.items.find((one: { id: string }) => one.id === room.id)
    expect(seen).toMatchObject({
      name: 'Open house',
      isPublic: true,
      memberCount: 1,
      lastMessage: null,
      peer: null,
      me: null,
    })
    expect((await room.as('erin').get('')).body).toEqual(seen)
    const insides = ['/messages', '/messages?q=only', '/members', '/members/alice', '/changes?since=0']
    for (const path of insides) expect(await room.as('erin').get(path)).toMatchObject({ status: 403 })
    expect(await room.as('erin').post('/messages', { text: 'Hello?' })).toMatchObject({ status: 403 })
    expect((await host.as('erin').get('/rooms')).body.items).toEqual([])
  })

  it('can be joined by everyone, by their own id or as me, once', async () => {
    const room = await givenPublic('Come in')
    await room.say('alice', 'Welcome')
    const joined = await room.as('bob').post('/members', { userId: 'bob' })
    expect(joined).toMatchObject({ status: 201, body: { user: { id: 'bob' }, role: 'member', addedById: null } })
    expect(await room.as('bob').post('/members', { userId: 'me' })).toMatchObject({
      status: 200,
      body: { role: 'member' },
    })
    expect(await room.as('carol').post('/members', { userId: 'me' })).toMatchObject({ status: 201 })
    const { body } = await room.as('carol').get('/messages')
    expect(body.items.map((message: { text: string }) => message.text)).toEqual([
      'Alice created the group',
      'Welcome',
      'Bob joined',
      'Carol joined',
    ])
    expect((await room.as('carol').get('')).body).toMatchObject({ memberCount: 3, me: { unreadCount: 0 } })
  })

  it('is joined with the preset and nothing else', async () => {
    const room = await givenPublic('No shortcuts')
    for (const wish of [{ role: 'admin' }, { permissions: { canDeleteRoom: true } }]) {
      expect(await room.as('bob').post('/members', { userId: 'me', ...wish })).toMatchObject({ status: 403 })
    }
    expect((await room.as('alice').get('')).body.memberCount).toBe(1)
  })

  it('lets nobody add others who is not in it', async () => {
    const room = await givenPublic('Not yours to fill')
    expect(await room.as('bob').post('/members', { userId: 'carol' })).toMatchObject({ status: 403 })
  })

  it('is the only kind that can be joined: all others do not exist for strangers', async () => {
    const room = await givenGroup(host, 'alice')
    expect(await room.as('bob').post('/members', { userId: 'me' })).toMatchObject({ status: 404 })
    expect(await found('bob')).not.toContain(room.id)
  })

  it('is searched by a part of its name or description, in any case, in any alphabet', async () => {
    const school = await givenPublic('École de Москва', 'Lessons at 100%')
    const other = await givenPublic('Cooking', 'Recipes of the eCOLE')
    for (const q of ['école', 'ÉCOLE', 'МОСКВА', 'москва', '100%', 'lessons', 'e de М']) {
      expect(await found('erin', `?q=${encodeURIComponent(q)}`), q).toEqual([school.id])
    }
    expect(await found('erin', '?q=ecole')).toEqual([other.id])
    for (const q of ['%', '100_', 'zzz']) {
      expect(await found('erin', `?q=${encodeURIComponent(q)}`), q).toEqual(q === '%' ? [school.id] : [])
    }
  })

  it('stops being found and joined once it is made private, or deleted', async () => {
    const closed = await givenPublic('Soon closed')
    const deleted = await givenPublic('Soon deleted')
    expect(await found('bob', '?q=soon')).toEqual([deleted.id, closed.id])
    expect((await closed.as('alice').patch('', { isPublic: false })).body.isPublic).toBe(false)
    await deleted.as('alice').delete('')
    expect(await found('bob', '?q=soon')).toEqual([])
    const all = await found('bob')
    for (const room of [closed, deleted]) {
      expect(all).not.toContain(room.id)
      expect(await room.as('bob').get('')).toMatchObject({ status: 404 })
      expect(await room.as('bob').post('/members', { userId: 'me' })).toMatchObject({ status: 404 })
    }
  })

  it('has no owner when the host made it with nobody in it, whoever joins first', async () => {
    const { id } = await host.chat.system.rooms.create({ type: 'channel', name: 'Empty', isPublic: true })
    const joined = await host.as('dave').post(`/rooms/${id}/members`, { userId: 'me' })
    expect(joined).toMatchObject({ status: 201, body: { role: 'member', permissions: { canDeleteRoom: false } } })
    expect((await host.as('erin').post(`/rooms/${id}/members`, { userId: 'me' })).body.role).toBe('member')
  })
})
