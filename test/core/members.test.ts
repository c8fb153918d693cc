import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('adding members on $name', (database) => {
  const host = shareHost(database, { limits: { groupMembers: 4, channelMembers: 6, addsPerCall: 10 } })

  it('puts them in with their rights, and a message says who added whom', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const added = await room.as('bob').post('/members', { userId: 'carol' })
    expect(added).toMatchObject({
      status: 201,
      body: { roomId: room.id, user: { id: 'carol', name: 'Carol' }, role: 'member', addedById: 'bob' },
    })
    const { body } = await room.as('carol').get('')
    expect(body).toMatchObject({
      memberCount: 3,
      lastMessage: { kind: 'system', text: 'Bob added Carol', user: { id: 'bob' } },
    })
    expect((await room.as('carol').get('/members/carol')).body).toEqual(
      (await room.as('alice').get('/members/carol')).body,
    )
    expect((await room.as('carol').get('/members/me')).body.user.id).toBe('carol')
  })

  it('is told to the new one and to the others, once', async () => {
    const room = await givenGroup(host, 'alice')
    const [alice, dave] = [await host.socket('alice'), await host.socket('dave')]
    await Promise.all([alice.ready(), dave.ready()])
    const { body: member } = await room.as('alice').post('/members', { userId: 'dave' })
    expect(await dave.next('room.joined')).toMatchObject({
      room: { id: room.id, memberCount: 2, me: { role: 'member' } },
    })
    expect(await alice.next('member.added')).toMatchObject({
      roomId: room.id,
      revision: member.revision,
      memberCount: 2,
      member: { user: { id: 'dave' }, addedById: 'alice' },
    })
    await room.say('alice', 'Welcome')
    expect((await dave.next('message.created')).message.text).toBe('Welcome')
    expect(dave.frames.filter((frame) => frame.type === 'room.joined')).toHaveLength(1)
  })

  it('lets them see the whole history, and counts none of it as unread', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    for (const text of ['One', 'Two', 'Three']) await room.say('alice', text)
    const { body: member } = await room.as('bob').post('/members', { userId: 'carol' })
    expect(member.lastReadSeq).toBe(5)
    const { body } = await room.as('carol').get('/messages')
    expect(body.items.map((message: { text: string }) => message.text)).toEqual([
      'Alice created the group',
      'One',
      'Two',
      'Three',
      'Bob added Carol',
    ])
    expect((await room.as('carol').get('')).body.me).toMatchObject({ lastReadSeq: 5, unreadCount: 0 })
    // Nor is it anything to read to those who were there; what who did it has not read stays so.
    expect((await room.as('bob').get('')).body.me.unreadCount).toBe(3)
    expect((await room.as('alice').get('')).body.me.unreadCount).toBe(0)
  })

  it('changes nothing for somebody who is in already', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const before = (await room.as('alice').get('')).body
    const again = await room.as('alice').post('/members', { userId: 'bob', role: 'admin' })
    expect(again).toMatchObject({ status: 200, body: { user: { id: 'bob' }, role: 'member' } })
    expect((await room.as('alice').get('')).body).toEqual(before)
  })

  it('adds somebody once, also when ten do it at once', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => room.as(n % 2 ? 'bob' : 'carol').post('/members', { userId: 'dave' })),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(9).fill(200), 201])
    expect((await room.as('alice').get('')).body).toMatchObject({ memberCount: 4, lastMessageSeq: 2 })
  })

  it('is not possible with somebody whom nobody knows', async () => {
    const room = await givenGroup(host, 'alice')
    const answer = await room.as('alice').post('/members', { userId: 'nobody' })
    const detail = 'there is no such user'
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found', errors: [{ pointer: '/userId', detail }] } })
    const byHost = host.chat.members.add('alice', room.id, { userId: 'nobody' })
    await expect(byHost).rejects.toMatchObject({
      code: 'not_found',
      message: 'the chat knows nobody by the id nobody: give `directory.find`, or call chat.users.save first',
    })
  })

  it.each([['group', 4] as const, ['channel', 6] as const])('fills a %s up to its limit of %i', async (type, limit) => {
    const all = Array.from({ length: limit + 1 }, (_, n) => `seat${n}`)
    await people(host, ...all)
    const room = await givenRoom(host, 'seat0', { type, name: 'Full', userIds: all.slice(1, limit) })
    const full = { status: 409, body: { code: 'conflict', detail: expect.stringContaining(String(limit)) } }
    expect(await room.as('seat0').post('/members', { userId: all[limit] })).toMatchObject(full)
    const tooMany = await host.as('seat0').post('/rooms', { type, name: 'Overfull', userIds: all.slice(1) })
    expect(tooMany).toMatchObject({ status: 400, body: { errors: [{ pointer: '/userIds' }] } })
    await room.as('seat1').delete('/members/me')
    expect((await room.as('seat0').post('/members', { userId: all[limit] })).status).toBe(201)
  })

  it('never overfills a room, however many come at once', async () => {
    const crowd = Array.from({ length: 8 }, (_, n) => `crowd${n}`)
    await people(host, ...crowd)
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Rush', isPublic: true })
    const answers = await Promise.all(crowd.map((userId) => room.as(userId).post('/members', { userId: 'me' })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 201, 201, 409, 409, 409, 409, 409])
    expect((await room.as('alice').get('')).body.memberCount).toBe(4)
    expect((await room.as('alice').get('/members')).body.items).toHaveLength(4)
  })

  it('lists members in the order in which they joined', async () => {
    const room = await givenGroup(host, 'alice', 'dave')
    await room.as('alice').post('/members', { userId: 'bob' })
    await room.as('dave').delete('/members/me')
    await room.as('alice').post('/members', { userId: 'dave' })
    const { body } = await room.as('bob').get('/members')
    expect(body.items.map((member: { user: { id: string } }) => member.user.id)).toEqual(['alice', 'bob', 'dave'])
    expect(body.nextCursor).toBeNull()
  })
})
