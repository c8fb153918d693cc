import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { givenGroup, givenRoom, roomOf } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('chat.system on $name', (database) => {
  let asked = 0
  const ask = () => {
    asked += 1
  }
  const host = shareHost(database, {
    can: () => {
      ask()
      return false
    },
    before: {
      message: () => ask(),
      room: () => ask(),
      member: () => ask(),
    },
  })

  it('speaks without being a member, as nobody', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const socket = await host.socket('bob')
    await socket.ready()
    const draft = { text: 'Maintenance at noon', mentions: ['bob'], clientId: 'm-1' }
    const sent = await host.chat.system.messages.send(room.id, draft)
    expect(sent).toMatchObject({ kind: 'system', user: null, seq: 2, text: 'Maintenance at noon', mentions: ['bob'] })
    expect((await socket.next('message.created')).message).toEqual(sent)
    expect((await room.as('bob').get('')).body.me.unreadCount).toBe(0)
    // A clientId means the same here.
    expect((await host.chat.system.messages.send(room.id, draft)).id).toBe(sent.id)
    const other = host.chat.system.messages.send(room.id, { ...draft, text: 'At one' })
    await expect(other).rejects.toMatchObject({ code: 'idempotency_conflict' })
  })

  it('edits and deletes whatever anyone wrote', async () => {
    const { id } = await host.chat.system.rooms.create({ type: 'group', name: 'Watched', userIds: ['alice'] })
    const room = roomOf(host, id)
    const { id: messageId } = await host.chat.system.messages.send(id, { text: 'Helo' })
    expect(await host.chat.system.messages.edit(id, messageId, { text: 'Hello' })).toMatchObject({ text: 'Hello' })
    await host.chat.system.messages.delete(id, messageId)
    expect((await room.as('alice').get(`/messages/${messageId}`)).body).toMatchObject({
      text: '',
      deletedAt: expect.any(String),
    })
    expect((await host.chat.system.messages.list(id)).items).toHaveLength(1)
  })

  it('makes rooms of everyone it names: the first owns them, and nobody is said to have made them', async () => {
    const room = await host.chat.system.rooms.create({ type: 'channel', name: 'Support', userIds: ['dave', 'erin'] })
    expect(room).toMatchObject({ createdById: null, memberCount: 2, lastMessageSeq: 0 })
    const { items } = await host.chat.system.members.list(room.id)
    expect(items).toMatchObject([
      { user: { id: 'dave' }, role: 'owner', addedById: null },
      { user: { id: 'erin' }, role: 'member', addedById: null },
    ])
  })

  it('makes the private room of two people, which is the one they have', async () => {
    await people(host, 'kai', 'lea')
    const room = await host.chat.system.rooms.create({ type: 'private', userIds: ['kai', 'lea'] })
    expect(room).toMatchObject({ type: 'private', memberCount: 2, createdById: null })
    const started = await host.as('lea').post('/rooms', { type: 'private', userIds: ['kai'] })
    expect(started).toMatchObject({ status: 200, body: { id: room.id, peer: { id: 'kai' } } })
    for (const userIds of [['kai'], ['kai', 'kai'], ['kai', 'lea', 'alice']]) {
      await expect(host.chat.system.rooms.create({ type: 'private', userIds })).rejects.toMatchObject({ status: 400 })
    }
  })

  it('changes and ends every room', async () => {
    const room = await givenGroup(host, 'alice')
    expect(await host.chat.system.rooms.update(room.id, { name: 'Moderated' })).toMatchObject({ name: 'Moderated' })
    expect(await host.chat.system.rooms.get(room.id)).not.toHaveProperty('me')
    await host.chat.system.rooms.delete(room.id)
    expect((await room.as('alice').get('')).status).toBe(404)
    await expect(host.chat.system.rooms.get(room.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('lists all rooms, last active first, page by page', async () => {
    const rooms = [await givenGroup(host, 'alice'), await givenGroup(host, 'bob'), await givenGroup(host, 'carol')]
    await host.chat.system.messages.send((rooms[0] as { id: string }).id, { text: 'Up' })
    const first = await host.chat.system.rooms.list({ limit: 2 })
    expect(first.items.map((room) => room.id)).toEqual([rooms[0]?.id, rooms[2]?.id])
    const second = await host.chat.system.rooms.list({ limit: 1, cursor: first.nextCursor ?? '' })
    expect(second.items.map((room) => room.id)).toEqual([rooms[1]?.id])
  })

  it('puts people in and out and gives any role, yet a room keeps an owner', async () => {
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Ruled' })
    const { members } = host.chat.system
    await members.add(room.id, { userId: 'bob', role: 'admin', permissions: { canDeleteRoom: true } })
    expect((await room.as('bob').get('')).body).toMatchObject({
      me: { role: 'admin', permissions: { canDeleteRoom: true } },
      lastMessage: { text: 'Bob was added', user: null },
    })
    await expect(members.update(room.id, 'alice', { role: 'member' })).rejects.toMatchObject({ code: 'conflict' })
    await members.update(room.id, 'bob', { role: 'owner' })
    await members.update(room.id, 'alice', { role: 'member' })
    await members.add(room.id, { userId: 'carol' })
    await members.remove(room.id, 'bob')
    expect((await room.as('alice').get('')).body).toMatchObject({ memberCount: 2, me: { role: 'owner' } })
    await expect(members.add(room.id, { userId: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(members.remove(room.id, 'bob')).rejects.toMatchObject({ code: 'not_found' })
  })

  it("tells the host's code whom it does not know, and what to do; clients are told neither", async () => {
    const room = await givenGroup(host, 'alice')
    const { chat } = host
    const detail = 'the chat knows nobody by the id stranger-17: give `directory.find`, or call chat.users.save first'
    const group = { type: 'group' as const, name: 'With a stranger', userIds: ['bob', 'stranger-17'] }
    const added = { userId: 'stranger-17' }
    for (const [pointer, ask] of [
      ['/userIds/1', () => chat.system.rooms.ensure({ ...group, key: 'order:of-a-stranger' })],
      ['/userIds/1', () => chat.system.rooms.create(group)],
      ['/userIds/1', () => chat.rooms.create('alice', group)],
      ['/userId', () => chat.system.members.add(room.id, added)],
    ] as const) {
      const errors = [{ pointer, detail }]
      await expect(ask()).rejects.toMatchObject({ code: 'not_found', message: detail, errors })
    }
    const acting = chat.rooms.create('stranger-17', { type: 'group', name: 'Of a stranger' })
    await expect(acting).rejects.toMatchObject({ code: 'not_found', message: detail })

    const asked = await host.as('alice').post('/rooms', group)
    expect(asked).toMatchObject({ status: 404, body: { detail: 'there is no such user' } })
  })

  it('asks neither permissions nor hooks, and holds to the limits', async () => {
    const { id } = await host.chat.system.rooms.create({ type: 'group', name: 'Free', userIds: ['alice'] })
    asked = 0
    await host.chat.system.messages.send(id, { text: 'Free to say' })
    await host.chat.system.members.add(id, { userId: 'bob' })
    await host.chat.system.rooms.update(id, { name: 'Freer' })
    expect(asked).toBe(0)
    const tooLong = host.chat.system.messages.send(id, { text: 'x'.repeat(8001) })
    await expect(tooLong).rejects.toMatchObject({ code: 'too_large' })
    await expect(host.chat.system.messages.send(id, { text: ' ' })).rejects.toMatchObject({ code: 'invalid_request' })
    // The same rules for the same user over HTTP: this host's last word is no.
    expect((await host.as('alice').post(`/rooms/${id}/messages`, { text: 'Hi' })).status).toBe(403)
  })

  it('checks what it is given as it checks what clients send', async () => {
    const room = await givenGroup(host, 'alice')
    const wrong = [
      host.chat.system.messages.send(room.id, { text: 'Hi', extra: 1 } as never),
      host.chat.system.messages.send(undefined as never, { text: 'Hi' }),
      host.chat.messages.send({ not: null } as never, room.id, { text: 'Hi' }),
      host.chat.system.rooms.delete(undefined as never),
      host.chat.members.markRead('alice', room.id, Number.NaN),
    ]
    for (const one of await Promise.allSettled(wrong)) {
      expect(one).toMatchObject({ status: 'rejected', reason: { name: 'ChatError', code: 'invalid_request' } })
    }
    expect((await room.as('alice').get('')).body.lastMessageSeq).toBe(1)
  })
})
