import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('unread messages on $name', (database) => {
  const host = shareHost(database)

  const meIn = async (room: GivenRoom, userId: string) => (await room.as(userId).get('')).body.me
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
