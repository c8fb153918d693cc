import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenPicture } from './given-picture.js'
import { givenChannel, givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('rooms on $name', (database) => {
  const host = shareHost(database, { limits: { addsPerCall: 3, groupMembers: 5 } })

  it.each(['group', 'channel'])(
    'makes a %s that belongs to its creator, and whose first message says so',
    async (type) => {
      const made = await host.as('alice').post('/rooms', { type, name: ' Röom 1 ', description: 'Where it starts' })
      expect(made).toMatchObject({
        status: 201,
        body: {
          type,
          name: ' Röom 1 ',
          description: 'Where it starts',
          avatarUrl: null,
          isPublic: false,
          createdById: 'alice',
          memberCount: 1,
          lastMessageSeq: 1,
          lastMessage: {
            seq: 1,
            kind: 'system',
            text: `Alice created the ${type}`,
            user: { id: 'alice', name: 'Alice' },
          },
          peer: null,
          me: { role: 'owner', muted: false, lastReadSeq: 1, unreadCount: 0 },
        },
      })
      const { body } = await host.as('alice').get(`/rooms/${made.body.id}`)
      expect(body).toEqual(made.body)
    },
  )

  it('begins with everyone who was named, once each, and to none of them is that news', async () => {
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Three', userIds: ['bob', 'alice', 'carol'] })
    const { body: list } = await room.as('bob').get('/members')
    expect(list.items).toMatchObject([
      { user: { id: 'alice' }, role: 'owner', addedById: null, lastReadSeq: 1 },
      { user: { id: 'bob', name: 'Bob' }, role: 'member', addedById: 'alice', lastReadSeq: 1 },
      { user: { id: 'carol' }, role: 'member', addedById: 'alice', lastReadSeq: 1 },
    ])
    expect((await room.as('carol').get('')).body).toMatchObject({
      memberCount: 3,
      me: { role: 'member', unreadCount: 0 },
    })
  })

  it('gives every change of a room the next revision', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const revision = async () => (await room.as('alice').get('')).body.revision
    // The room itself, its two members, and the message that says who made it.
    expect(await revision()).toBe(4)
    const message = await room.say('bob', 'Hello')
    expect(message.revision).toBe(5)
    await room.as('bob').patch(`/messages/${message.id}`, { text: 'Hello!' })
    await room.as('alice').patch('', { description: 'Two' })
    expect(await revision()).toBe(7)
    await room.as('alice').patch('/members/me', { muted: true })
    await room.as('alice').get('/messages')
    expect(await revision()).toBe(7)
    // The new name, and the message that tells of it.
    await room.as('alice').patch('', { name: 'Three' })
    expect(await revision()).toBe(9)
  })

  it.each(['group', 'channel'])('makes no %s without a name', async (type) => {
    for (const name of [undefined, '', ' \t ']) {
      const answer = await host.as('alice').post('/rooms', { type, name })
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ pointer: '/name' }] } })
    }
  })

  it('makes no room with somebody whom nobody knows', async () => {
    const before = (await host.as('erin').get('/rooms')).body.items.length
    const room = { type: 'group', name: 'With a ghost', userIds: ['bob', 'nobody'] }
    const answer = await host.as('erin').post('/rooms', room)
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found', errors: [{ pointer: '/userIds/1' }] } })
    expect((await host.as('erin').get('/rooms')).body.items).toHaveLength(before)
  })

  it('takes no more people in one call than the limit', async () => {
    const userIds = ['bob', 'carol', 'dave', 'erin']
    const answer = await host.as('alice').post('/rooms', { type: 'group', name: 'Many', userIds })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/userIds' }] } })
  })

  it('takes a name and a description up to their limits, counted in characters', async () => {
    const room = await givenRoom(host, 'alice', {
      type: 'group',
      name: '🙂'.repeat(100),
      description: 'é'.repeat(1000),
    })
    expect((await room.as('alice').get('')).body).toMatchObject({
      name: '🙂'.repeat(100),
      description: 'é'.repeat(1000),
    })
    for (const [field, limit] of [['name', 100] as const, ['description', 1000] as const]) {
      const tooLong = { type: 'group', name: 'Fine', [field]: 'x'.repeat(limit + 1) }
      const refusal = { status: 413, body: { code: 'too_large', errors: [{ pointer: `/${field}` }] } }
      expect(await host.as('alice').post('/rooms', tooLong)).toMatchObject(refusal)
      expect(await room.as('alice').patch('', { [field]: 'x'.repeat(limit + 1) })).toMatchObject(refusal)
    }
  })

  it('is not there for strangers, just as a room that never was', async () => {
    const room = await givenGroup(host, 'alice')
    const never = '01890000-0000-7000-8000-000000000000'
    for (const path of ['', '/members', '/members/alice', '/messages', '/changes?since=0']) {
      const hidden = await room.as('bob').get(path)
      const absent = await host.as('bob').get(`/rooms/${never}${path}`)
      expect(hidden).toMatchObject({ status: 404, body: { code: 'not_found' } })
      expect({ ...hidden.body, requestId: '' }).toEqual({ ...absent.body, requestId: '' })
    }
  })

  it('lists my rooms and no others, last active first, each with its last message and my side of it', async () => {
    const [first, second] = [await givenGroup(host, 'dave', 'carol'), await givenChannel(host, 'dave', 'carol')]
    await givenGroup(host, 'alice')
    const listed = async (query = '') => {
      const { body } = await host.as('dave').get(`/rooms${query}`)
      return body.items
    }
    expect((await listed()).map((room: { id: string }) => room.id).slice(0, 2)).toEqual([second.id, first.id])
    await first.say('carol', 'Up again')
    const [top, next] = await listed()
    expect(top).toMatchObject({
      id: first.id,
      lastMessage: { text: 'Up again', user: { id: 'carol' } },
      me: { role: 'owner', unreadCount: 1 },
      peer: null,
    })
    expect(next.id).toBe(second.id)
    for (const room of await listed()) expect(room.me).not.toBeNull()
    expect((await listed('?type=channel')).map((room: { id: string }) => room.id)).toEqual([second.id])
  })

  it('changes what was given and leaves the rest, and tells everyone', async () => {
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Old', description: 'Stays', userIds: ['bob'] })
    const socket = await host.socket('bob')
    await socket.ready()
    const before = (await room.as('alice').get('')).body
    const changed = await room.as('alice').patch('', { name: 'New' })
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'New', description: 'Stays', revision: before.revision + 2 },
    })
    expect(Date.parse(changed.body.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt))
    expect(await socket.next('room.updated')).toMatchObject({
      roomId: room.id,
      revision: before.revision + 1,
      room: { id: room.id, name: 'New', description: 'Stays' },
    })
  })

  it('has a picture of the one who sets it, until it is taken away', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [own, other] = [await givenPicture(host, 'alice'), await givenPicture(host, 'bob')]
    const stolen = await room.as('alice').patch('', { avatarMediaId: other })
    expect(stolen).toMatchObject({ status: 400, body: { errors: [{ pointer: '/avatarMediaId' }] } })
    const { body } = await room.as('alice').patch('', { avatarMediaId: own })
    expect(body.avatarUrl).toContain(`/chat/media/${own}/thumbnail?`)
    expect((await room.as('alice').patch('', { avatarMediaId: null })).body.avatarUrl).toBeNull()
  })

  it('is gone for everyone once it was deleted, and everyone is told', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const message = await room.say('bob', 'Last words')
    const socket = await host.socket('bob')
    await socket.ready()
    expect((await room.as('alice').delete('')).status).toBe(204)
    expect(await socket.next('room.deleted')).toMatchObject({ roomId: room.id, revision: message.revision + 1 })
    expect(await socket.next('room.left')).toMatchObject({ roomId: room.id, reason: 'deleted' })
    for (const userId of ['alice', 'bob']) {
      expect((await room.as(userId).get('')).status).toBe(404)
      expect((await room.as(userId).get('/messages')).status).toBe(404)
      expect((await room.as(userId).post('/messages', { text: 'Too late' })).status).toBe(404)
      const { body } = await host.as(userId).get('/rooms')
      expect(body.items.map((one: { id: string }) => one.id)).not.toContain(room.id)
    }
    expect((await room.as('alice').delete('')).status).toBe(404)
  })
})
