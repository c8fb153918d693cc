import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('unread messages on $name', (database) => {
  const host = shareHost(database)

  const meIn = async (room: GivenRoom, userId: string) => (await room.as(userId).get('')).body.me
  const said = async (room: GivenRoom, ...texts: string[]) => {
    const sent = []
    for (const text of texts) sent.push(await room.say('alice', text))
    return sent
  }
  /** What a socket is welcomed with. */
  const standingOf = async (room: GivenRoom, userId: string) =>
    (await (await host.socket(userId)).next('welcome')).rooms[room.id]
  const read = (room: GivenRoom, userId: string, lastReadSeq: number) =>
    room.as(userId).patch('/members/me', { lastReadSeq })

  it('are counted exactly, for each by themselves', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    for (const text of ['2', '3', '4', '5']) await room.say('alice', text)
    expect(await meIn(room, 'bob')).toMatchObject({ lastReadSeq: 1, unreadCount: 4, lastSeenAt: null })
    expect(await read(room, 'bob', 3)).toMatchObject({ status: 200, body: { user: { id: 'bob' }, lastReadSeq: 3 } })
    expect(await meIn(room, 'bob')).toMatchObject({ lastReadSeq: 3, unreadCount: 2, lastSeenAt: expect.any(String) })
    expect(await meIn(room, 'carol')).toMatchObject({ lastReadSeq: 1, unreadCount: 4 })
    const { body } = await host.as('bob').get('/rooms')
    expect(body.items[0]).toMatchObject({ id: room.id, lastMessageSeq: 5, me: { unreadCount: 2 } })
  })

  it('are not those that were deleted: of five, four of which are gone, one is left', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const sent = await said(room, '2', '3', '4', '5', '6')
    for (const { id } of sent.slice(0, 4)) await room.as('alice').delete(`/messages/${id}`)
    expect(await meIn(room, 'bob')).toMatchObject({ lastReadSeq: 1, unreadCount: 1 })
    // Deleted again, nothing is less.
    await room.as('alice').delete(`/messages/${sent[0].id}`)
    expect((await meIn(room, 'bob')).unreadCount).toBe(1)
    expect(await standingOf(room, 'bob')).toMatchObject({ lastMessageSeq: 6, lastReadSeq: 1, unreadCount: 1 })
    await read(room, 'bob', 3)
    expect((await meIn(room, 'bob')).unreadCount).toBe(1)
    await read(room, 'bob', 6)
    await room.as('alice').delete(`/messages/${sent[4].id}`)
    expect((await meIn(room, 'bob')).unreadCount).toBe(0)
    await room.say('alice', 'Once more')
    expect((await meIn(room, 'bob')).unreadCount).toBe(1)
  })

  it('are not what the system says: that somebody was added, joined, left or was removed', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.as('alice').patch('', { isPublic: true })
    await room.as('alice').post('/members', { userId: 'carol' })
    await room.as('dave').post('/members', { userId: 'me' })
    await room.as('alice').delete('/members/carol')
    await room.as('dave').delete('/members/me')
    const shipped = await host.chat.system.messages.send(room.id, {
      text: 'Order 17 was shipped',
      clientId: 'order-17',
    })
    expect(await meIn(room, 'bob')).toMatchObject({ lastReadSeq: 1, unreadCount: 0 })
    await room.say('alice', 'Who was that?')
    expect(await meIn(room, 'bob')).toMatchObject({ lastReadSeq: 1, unreadCount: 1 })
    // Deleted, it counts no more than before.
    await host.chat.system.messages.delete(room.id, shipped.id)
    expect(await standingOf(room, 'bob')).toMatchObject({ lastMessageSeq: 7, unreadCount: 1 })
  })

  it('are counted as well where people and the application write at once', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 3 === 0
          ? host.chat.system.messages.send(room.id, { text: `${n}`, clientId: `n${n}` })
          : room.say('alice', `${n}`),
      ),
    )
    // Refused, and told again: neither is counted.
    await room.as('mallory').post('/messages', { text: 'Me too' })
    await host.chat.system.messages.send(room.id, { text: '0', clientId: 'n0' })
    expect(await standingOf(room, 'bob')).toMatchObject({ lastMessageSeq: 13, unreadCount: 8 })
  })

  it('are what they were where a transaction of the host’s is rolled back', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [two] = await said(room, '2', '3')
    const undone = host.chat.transaction(async (_, chat) => {
      await chat.system.messages.send(room.id, { text: 'Not said' })
      await chat.messages.delete('alice', room.id, two.id)
      expect((await chat.rooms.get('bob', room.id)).me?.unreadCount).toBe(1)
      throw new Error('No')
    })
    await expect(undone).rejects.toThrow('No')
    expect((await meIn(room, 'bob')).unreadCount).toBe(2)
    await room.say('alice', '4')
    expect((await meIn(room, 'bob')).unreadCount).toBe(3)
  })

  it('take no row of a room that is gone, nor for what people write', async () => {
    const { prisma } = host
    const room = await givenGroup(host, 'alice', 'bob')
    const where = { roomId: room.id }
    await said(room, '2', '3')
    expect(await prisma.chatUncountedMessage.findMany({ where })).toEqual([{ roomId: room.id, seq: 1 }])
    await room.as('alice').delete('')
    expect(await prisma.chatUncountedMessage.findMany({ where })).toEqual([])
  })

  it('go with a last message that was not deleted, by which the list is in order', async () => {
    await people(host, 'frank')
    const [room, other] = [await givenGroup(host, 'alice', 'frank'), await givenGroup(host, 'alice', 'frank')]
    const [two, three, four] = await said(room, '2', '3', '4')
    await other.say('alice', 'Between')
    const [five] = await said(room, '5')
    const list = async () => (await host.as('frank').get('/rooms')).body.items
    for (const { id } of [two, four, five, three]) await room.as('alice').delete(`/messages/${id}`)
    expect(await list()).toMatchObject([
      { id: other.id, lastMessage: { text: 'Between' } },
      { id: room.id, lastMessageSeq: 5, lastMessage: { seq: 1, kind: 'system' }, me: { unreadCount: 0 } },
    ])
    await room.say('alice', '6')
    expect(await list()).toMatchObject([
      { id: room.id, lastMessage: { text: '6' }, me: { unreadCount: 1 } },
      { id: other.id },
    ])
  })

  it('stay unread for somebody who adds, removes or renames meanwhile', async () => {
    await people(host, 'grace')
    const room = await givenGroup(host, 'alice', 'bob')
    await said(room, '2', '3')
    const unreadOfBob = async () => (await meIn(room, 'bob')).unreadCount
    await room.as('bob').post('/members', { userId: 'grace' })
    expect(await unreadOfBob()).toBe(2)
    await host.chat.system.members.update(room.id, 'bob', { role: 'admin' })
    await room.as('bob').patch('', { name: 'Renamed' })
    await room.as('bob').delete('/members/grace')
    expect(await unreadOfBob()).toBe(2)
  })

  it('are never one’s own: who writes has read', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.say('alice', 'One')
    const two = await room.say('alice', 'Two')
    expect(await meIn(room, 'alice')).toMatchObject({ unreadCount: 0, lastSeenAt: two.createdAt })
    const three = await room.say('bob', 'Three')
    const bobs = { lastReadSeq: three.seq, unreadCount: 0, lastSeenAt: three.createdAt }
    expect(await meIn(room, 'bob')).toMatchObject(bobs)
    expect((await meIn(room, 'alice')).lastSeenAt).toBe(two.createdAt)
    expect((await meIn(room, 'alice')).unreadCount).toBe(1)
  })

  it('never grow by reading: the marker does not move back, and stops at the last message', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    for (const text of ['2', '3', '4']) await room.say('alice', text)
    for (const [asked, then] of [
      [3, 3],
      [2, 3],
      [0, 3],
      [1_000_000, 4],
      [9007199254740991, 4],
      [1, 4],
    ] as const) {
      expect((await read(room, 'bob', asked)).body.lastReadSeq).toBe(then)
    }
    await room.say('alice', '5')
    expect((await meIn(room, 'bob')).unreadCount).toBe(1)
    for (const wrong of [-1, 1.5, '3', null]) {
      const answer = await room.as('bob').patch('/members/me', { lastReadSeq: wrong })
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/lastReadSeq' }] } })
    }
  })

  it('end where the furthest of many devices has read', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    for (let n = 0; n < 10; n += 1) await room.say('alice', `${n}`)
    await Promise.all([3, 9, 2, 7, 10, 4, 8, 1].map((seq) => read(room, 'bob', seq)))
    expect(await meIn(room, 'bob')).toMatchObject({ lastReadSeq: 10, unreadCount: 1 })
  })

  it('are told: to my other devices how I stand, to the others how far I have read', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.say('alice', 'Read me')
    const [alice, bob] = [await host.socket('alice'), await host.socket('bob')]
    await Promise.all([alice.ready(), bob.ready()])
    await read(room, 'bob', 2)
    expect(await bob.next('me.updated')).toMatchObject({ roomId: room.id, me: { lastReadSeq: 2, unreadCount: 0 } })
    expect(await alice.next('read')).toEqual({ type: 'read', roomId: room.id, userId: 'bob', lastReadSeq: 2 })
    // Once more is no news.
    await read(room, 'bob', 2)
    await Promise.all([alice.settled(), bob.settled()])
    expect(alice.frames.filter((frame) => frame.type === 'read')).toHaveLength(1)
    expect(bob.frames.filter((frame) => frame.type === 'me.updated')).toHaveLength(1)
    expect(alice.frames.filter((frame) => frame.type === 'me.updated')).toEqual([])
  })

  it('are read in many rooms with one call, which leaves out what is not mine and moves no marker back', async () => {
    const rooms = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')]
    const [one, two] = rooms as [GivenRoom, GivenRoom]
    const foreign = await givenGroup(host, 'alice', 'carol')
    for (const room of [...rooms, foreign]) await said(room, '2', '3', '4')
    await read(two, 'bob', 3)
    const [alice, bob] = [await host.socket('alice'), await host.socket('bob')]
    await Promise.all([alice.ready(), bob.ready()])
    const asked = [
      { roomId: one.id, seq: 1_000_000 },
      { roomId: two.id, seq: 2 },
      { roomId: foreign.id, seq: 4 },
      { roomId: 'nowhere', seq: 4 },
    ]
    const { status, body } = await host.as('bob').post('/rooms/read', { rooms: asked })
    expect({ status, rooms: Object.keys(body.rooms).sort() }).toEqual({ status: 200, rooms: [one.id, two.id].sort() })
    expect(body.rooms[one.id]).toMatchObject({ lastReadSeq: 4, unreadCount: 0 })
    expect(body.rooms[two.id]).toMatchObject({ lastReadSeq: 3, unreadCount: 1 })
    expect(await bob.next('me.updated')).toMatchObject({ roomId: one.id, me: body.rooms[one.id], lastMessageSeq: 4 })
    expect(await alice.next('read')).toEqual({ type: 'read', roomId: one.id, userId: 'bob', lastReadSeq: 4 })
    // The same over the socket and by the host's code.
    const { result } = await bob.command('read.many', {
      rooms: [
        { roomId: two.id, seq: 4 },
        { roomId: two.id, seq: 1 },
      ],
    })
    expect(result.rooms).toMatchObject({ [two.id]: { lastReadSeq: 4, unreadCount: 0 } })
    expect(await host.chat.members.markManyRead('bob', asked)).toMatchObject({ [two.id]: { unreadCount: 0 } })
    await Promise.all([alice.settled(), bob.settled()])
    expect(bob.frames.filter(({ type }) => type === 'me.updated').map(({ roomId }) => roomId)).toEqual([one.id, two.id])
    expect((await meIn(foreign, 'carol')).unreadCount).toBe(3)
    const tooMany = Array.from({ length: 501 }, () => ({ roomId: one.id, seq: 1 }))
    expect((await host.as('bob').post('/rooms/read', { rooms: tooMany })).status).toBe(400)
    expect(await host.as('bob').post('/rooms/read', { rooms: [] })).toMatchObject({ status: 200, body: { rooms: {} } })
  })

  it('take no revision: what I have read is no change of the room', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { revision } = await room.say('alice', 'Hello')
    await read(room, 'bob', 2)
    await room.as('bob').patch('/members/me', { muted: true })
    expect((await room.as('alice').get('')).body.revision).toBe(revision)
  })

  it('are counted in a muted room as well, and only its owner knows that it is muted', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const socket = await host.socket('bob')
    await socket.ready()
    await room.as('bob').patch('/members/me', { muted: true })
    expect(await socket.next('me.updated')).toMatchObject({ roomId: room.id, me: { muted: true } })
    await room.say('alice', 'Psst')
    expect(await meIn(room, 'bob')).toMatchObject({ muted: true, unreadCount: 1 })
    expect((await room.as('alice').get('/members/bob')).body).not.toHaveProperty('muted')
    const both = await room.as('bob').patch('/members/bob', { muted: false, lastReadSeq: 2 })
    expect(both).toMatchObject({ status: 200, body: { lastReadSeq: 2 } })
    expect(await meIn(room, 'bob')).toMatchObject({ muted: false, unreadCount: 0 })
  })

  it('cannot be read by who is not there any more', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.as('alice').delete('/members/bob')
    expect((await read(room, 'bob', 2)).status).toBe(404)
    expect((await room.as('bob').patch('/members/me', { muted: true })).status).toBe(404)
  })
})
