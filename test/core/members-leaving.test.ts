import type { Member } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('leaving and removing on $name', (database) => {
  const host = shareHost(database)

  const lastText = async (room: GivenRoom, userId: string) => (await room.as(userId).get('')).body.lastMessage.text
  const roleOf = async (room: GivenRoom, userId: string) => (await room.as(userId).get('')).body.me.role

  it('closes the room to who left, and says so to the others', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.say('bob', 'I was here')
    const socket = await host.socket('carol')
    await socket.ready()
    expect((await room.as('bob').delete('/members/me')).status).toBe(204)
    expect(await socket.next('member.removed')).toMatchObject({
      roomId: room.id,
      memberCount: 2,
      removedById: 'bob',
      member: { user: { id: 'bob', name: 'Bob' } },
    })
    expect((await socket.next('message.created')).message).toMatchObject({ kind: 'system', text: 'Bob left' })
    for (const path of ['', '/messages', '/members', '/changes?since=0']) {
      expect((await room.as('bob').get(path)).status, path).toBe(404)
    }
    expect((await room.as('bob').post('/messages', { text: 'Still here?' })).status).toBe(404)
    expect((await room.as('bob').delete('/members/me')).status).toBe(404)
    expect((await room.as('alice').get('/members/bob')).status).toBe(404)
    const { body } = await room.as('alice').get('/messages')
    expect(body.items[1]).toMatchObject({ text: 'I was here', user: { id: 'bob' } })
  })

  it('closes the room to who was removed, and a message says who did it', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const socket = await host.socket('bob')
    await socket.ready()
    expect((await room.as('alice').delete('/members/bob')).status).toBe(204)
    expect(await socket.next('room.left')).toMatchObject({ roomId: room.id, reason: 'removed' })
    await room.say('alice', 'Now he is gone')
    await socket.settled()
    expect(socket.events(room.id)).toEqual([])
    expect((await room.as('carol').get('/messages')).body.items.at(-2)).toMatchObject({
      kind: 'system',
      text: 'Alice removed Bob',
      user: { id: 'alice' },
    })
    expect((await room.as('bob').get('')).status).toBe(404)
    expect((await room.as('alice').delete('/members/bob')).status).toBe(404)
  })

  it('removes nobody who owns the room, whoever asks', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.as('alice').patch('/members/bob', { role: 'owner' })
    await room.as('alice').patch('/members/carol', { role: 'admin' })
    for (const [who, whom] of [['alice', 'bob'] as const, ['carol', 'alice'] as const]) {
      expect(await room.as(who).delete(`/members/${whom}`)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
    expect((await room.as('alice').get('')).body.memberCount).toBe(3)
  })

  it('lets the longest-standing admin follow the last owner, before members who stand longer', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    for (const userId of ['carol', 'dave']) await room.as('alice').post('/members', { userId, role: 'admin' })
    const socket = await host.socket('bob')
    await socket.ready()
    await room.as('alice').delete('/members/me')
    expect(await socket.next('member.updated')).toMatchObject({ member: { user: { id: 'carol' }, role: 'owner' } })
    expect((await room.as('carol').get('')).body.me).toMatchObject({
      role: 'owner',
      permissions: { canDeleteRoom: true },
    })
    expect([await roleOf(room, 'bob'), await roleOf(room, 'dave')]).toEqual(['member', 'admin'])
  })

  it('lets the longest-standing member follow where there is no admin', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    // Who comes back stands anew.
    await room.as('bob').delete('/members/me')
    await room.as('alice').post('/members', { userId: 'bob' })
    await room.as('alice').delete('/members/me')
    expect([await roleOf(room, 'bob'), await roleOf(room, 'carol')]).toEqual(['member', 'owner'])
    expect(await lastText(room, 'carol')).toBe('Carol is now an owner')
  })

  it('never makes somebody owner who left before, whatever they were', async () => {
    for (const heir of ['dave', 'bob']) {
      const room = await givenGroup(host, 'alice', 'bob')
      await room.as('alice').post('/members', { userId: 'carol', role: 'admin' })
      if (heir === 'dave') await room.as('alice').post('/members', { userId: 'dave', role: 'admin' })
      await room.as('carol').delete('/members/me')
      await room.as('alice').delete('/members/me')
      expect(await roleOf(room, heir)).toBe('owner')
      expect((await room.as('carol').get('')).status).toBe(404)
      const members = (await room.as(heir).get('/members')).body.items
      const others = heir === 'dave' ? [['bob', 'member']] : []
      expect(members.map((member: Member) => [member.user.id, member.role]).sort()).toEqual(
        [...others, [heir, 'owner']].sort(),
      )
    }
  })

  it('raises somebody also where another owner has left before', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.as('alice').patch('/members/carol', { role: 'owner' })
    await room.as('carol').delete('/members/me')
    await room.as('alice').delete('/members/me')
    expect(await roleOf(room, 'bob')).toBe('owner')
  })

  it('raises nobody while another owner stays', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.as('alice').patch('/members/carol', { role: 'owner' })
    await room.as('alice').delete('/members/me')
    expect([await roleOf(room, 'bob'), await roleOf(room, 'carol')]).toEqual(['member', 'owner'])
  })

  it('always leaves one owner when both go at once', async () => {
    for (let n = 0; n < 5; n += 1) {
      const room = await givenGroup(host, 'alice', 'bob', 'carol')
      await room.as('alice').patch('/members/bob', { role: 'owner' })
      await Promise.all(['alice', 'bob'].map((userId) => room.as(userId).delete('/members/me')))
      expect((await room.as('carol').get('')).body).toMatchObject({ memberCount: 1, me: { role: 'owner' } })
    }
  })

  it('ends the room with its last member', async () => {
    const room = await givenRoom(host, 'alice', {
      type: 'group',
      name: 'Short-lived',
      isPublic: true,
      userIds: ['bob'],
    })
    await room.as('alice').delete('/members/me')
    expect((await room.as('erin').get('')).body.memberCount).toBe(1)
    expect((await room.as('bob').delete('/members/me')).status).toBe(204)
    for (const userId of ['alice', 'bob', 'erin']) expect((await room.as(userId).get('')).status).toBe(404)
    expect((await host.as('erin').get('/rooms/public?q=short-lived')).body.items).toEqual([])
    expect((await room.as('erin').post('/members', { userId: 'me' })).status).toBe(404)
    await expect(host.chat.system.rooms.get(room.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('takes somebody back as anyone who is new, with all that was said', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const said = await room.say('bob', 'Before')
    await room.as('bob').post(`/messages/${said.id}/reactions`, { reaction: '👍' })
    await room.as('alice').patch('/members/bob', { role: 'admin' })
    await room.as('bob').patch('/members/me', { muted: true })
    await room.as('alice').delete('/members/bob')
    await room.say('alice', 'Meanwhile')
    expect((await host.as('bob').get('/reactions')).body.items).toEqual([])

    const socket = await host.socket('bob')
    await socket.ready()
    const added = await room.as('alice').post('/members', { userId: 'bob' })
    expect(added).toMatchObject({ status: 201, body: { role: 'member', addedById: 'alice' } })
    expect(await socket.next('room.joined')).toMatchObject({ room: { id: room.id } })
    const { body } = await room.as('bob').get('')
    expect(body).toMatchObject({
      memberCount: 2,
      // As quiet as before.
      me: { role: 'member', permissions: { canEditRoom: false }, muted: true, unreadCount: 0 },
    })
    const { items } = (await room.as('bob').get('/messages')).body
    expect(items.map((message: { text: string }) => message.text)).toEqual([
      'Alice created the group',
      'Before',
      'Alice removed Bob',
      'Meanwhile',
      'Alice added Bob',
    ])
    expect(items[1]).toMatchObject({ user: { id: 'bob' }, myReactions: ['👍'] })
    expect((await host.as('bob').get('/reactions')).body.items).toHaveLength(1)
    expect((await room.as('bob').patch(`/messages/${said.id}`, { text: 'Before, edited' })).status).toBe(200)
  })

  it('lets who was removed from a public room, and not banned by that, come back', async () => {
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Open', isPublic: true, userIds: ['bob'] })
    await room.as('alice').delete('/members/bob?ban=false')
    expect(await room.as('bob').get('/messages')).toMatchObject({ status: 403 })
    expect(await room.as('bob').post('/members', { userId: 'me' })).toMatchObject({
      status: 201,
      body: { addedById: null },
    })
    expect((await room.as('bob').get('/messages')).body.items.at(-1).text).toBe('Bob joined')
  })
})
