import type { Me, Room } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { given, givenLive } from './connecting.js'
import { memberOf, messageOf, roomOf, userOf } from './state/room-model.js'
import { givenWire, pass } from './wire.js'

const at = (minute: number) => `2026-11-26T12:${String(minute).padStart(2, '0')}:00.000Z`
const mine = (id: string, me: Partial<Me>): Room => {
  const room = roomOf(id)
  return { ...room, me: { ...(room.me as Me), ...me } }
}

async function connected(...rooms: Room[]) {
  const wire = givenWire(...rooms)
  const client = wire.client()
  client.connect()
  await pass(50)
  return { wire, client }
}

/** A live client whose requests about rooms wait for the test. */
async function answering() {
  const all = await givenLive()
  const room = all.client.room('room')
  all.wire.hold(/ \/rooms/)
  async function answer(...answer: Parameters<(typeof all.wire.held)[number]['answer']>) {
    await pass()
    const { what, body } = all.wire.held.at(-1) ?? {}
    all.wire.held.at(-1)?.answer(...answer)
    await pass()
    return body === undefined ? what : [what, body]
  }
  return { ...all, room, answer }
}

describe('my rooms', () => {
  it('are shown last active first, those without a message by when they were made', async () => {
    const said = (id: string, minute: number) => ({ lastMessage: messageOf(id, 1, { createdAt: at(minute) }) })
    const { client } = await connected(
      roomOf('old', { createdAt: at(1) }),
      roomOf('said', { createdAt: at(0), ...said('said', 5) }),
      roomOf('new', { createdAt: at(3) }),
      roomOf('same', { createdAt: at(3) }),
      roomOf('last', { createdAt: at(2), ...said('last', 9) }),
    )
    const { items, status } = client.rooms.getSnapshot()
    expect(items.map(({ id }) => id)).toEqual(['last', 'said', 'new', 'same', 'old'])
    expect(status).toBe('ready')
    expect(client.rooms.getInitialSnapshot()).toEqual({ items: [], status: 'idle', hasMore: false })
  })

  it('count what each lets through, and what is marked, in those that are neither muted nor put away', async () => {
    const { client } = await connected(
      mine('all', { unreadCount: 4, mentionCount: 1 }),
      mine('mentions', { unreadCount: 5, mentionCount: 2, notify: 'mentions' }),
      mine('no mention', { unreadCount: 6, notify: 'mentions' }),
      mine('none', { unreadCount: 7, mentionCount: 3, notify: 'none' }),
      mine('muted', { unreadCount: 8, mentionCount: 3, muted: true }),
      mine('away', { unreadCount: 9, isArchived: true }),
      mine('marked', { isMarkedUnread: true }),
      mine('told by the host', { mentionCount: 1 }),
    )
    expect(client.unread.getSnapshot()).toEqual({ rooms: 4, messages: 6, mentions: 4 })
    expect(client.room('mentions').mentions.getSnapshot()).toBe(2)
    expect(client.room('nowhere').mentions.getSnapshot()).toBe(0)
  })

  it('count what is unread in those that are not muted', async () => {
    const { client } = await connected(
      mine('one', { unreadCount: 2 }),
      mine('two', { unreadCount: 3 }),
      mine('muted', { unreadCount: 4, muted: true }),
      mine('read', { unreadCount: 0 }),
    )
    expect(client.unread.getSnapshot()).toEqual({ rooms: 2, messages: 5, mentions: 0 })
    expect(client.unread.getInitialSnapshot()).toEqual({ rooms: 0, messages: 0, mentions: 0 })
  })

  it('are called, as are their people, as they were last heard of', async () => {
    const { wire, client } = await connected(roomOf('room', { type: 'private', peer: userOf('bob') }))
    wire.socket.tell({ type: 'user.updated', user: { ...userOf('bob'), name: 'Bobby' } })
    expect(client.rooms.getSnapshot().items[0]?.peer?.name).toBe('Bobby')
    expect(client.room('room').getSnapshot().room?.peer?.name).toBe('Bobby')
  })

  it('become more by making one, which is mine at once', async () => {
    const { client, answer } = await answering()
    const created = client.rooms.create({ type: 'group', name: 'New' })
    const room = roomOf('new', { name: 'New' })
    expect(await answer(201, room)).toEqual(['POST /rooms', { type: 'group', name: 'New' }])
    expect(await created).toEqual(room)
    expect(client.rooms.getSnapshot().items.map(({ id }) => id)).toContain('new')
  })

  it('are not those that may be joined, which are searched for', async () => {
    const { client, answer } = await answering()
    const found = client.rooms.searchPublic('garden', { limit: 3 })
    const page = { items: [roomOf('garden', { me: null })], nextCursor: null }
    expect(await answer(200, page)).toBe('GET /rooms/public?q=garden&limit=3')
    expect(await found).toEqual(page)
    expect(client.rooms.getSnapshot().items.map(({ id }) => id)).toEqual(['room'])
  })
})

describe('a room', () => {
  it('is the same for the same id, and of what can be no id there is none', () => {
    const { client } = given()
    expect(client.room('room')).toBe(client.room('room'))
    expect(client.room('room').id).toBe('room')
    for (const [wrong, shown] of [
      ['', '""'],
      [5, '5'],
      [undefined, 'undefined'],
      [null, 'null'],
    ]) {
      expect(() => client.room(wrong as string)).toThrow(
        new TypeError(`express-chat: a room has an id, and ${shown} can be none`),
      )
    }
  })

  it('is loading until it is known whether it is mine', async () => {
    const { wire, client, shown } = given()
    const room = client.room('room')
    const loading = { status: 'loading', room: null, reason: null }
    expect(room.getSnapshot()).toEqual(loading)
    expect(room.can('canEditRoom')).toBe(false)
    wire.hold(/GET/)
    client.connect()
    await pass(50)
    expect(shown().status).toBe('live')
    expect(room.getSnapshot()).toEqual(loading)
    // It is not whole yet.
    const { me: _, lastMessage: __, ...looks } = roomOf('room', { revision: 4 })
    wire.socket.tell({ type: 'room.updated', roomId: 'room', revision: 4, room: looks })
    expect(room.getSnapshot()).toEqual(loading)
    wire.hold()
    await pass()
    expect(room.getSnapshot()).toMatchObject({ status: 'joined', room: { id: 'room' }, reason: null })
    expect(room.can('canEditRoom')).toBe(true)
    expect(room.can('canFly' as never)).toBe(false)
  })

  it('that is not mine is asked for, and is public or missing; one that is mine, or was, is not asked for', async () => {
    const { wire, client, room, answer } = await answering()
    const garden = client.room('garden')
    const loaded = garden.load()
    expect(await answer(200, roomOf('garden', { me: null, isPublic: true }))).toBe('GET /rooms/garden')
    await loaded
    expect(garden.getSnapshot()).toMatchObject({ status: 'preview', room: { id: 'garden' } })
    expect([garden.unread.getSnapshot(), garden.can('canEditRoom')]).toEqual([0, false])
    const none = client.room('none')
    const missed = none.load()
    await answer(404, { code: 'not_found', status: 404 })
    await missed
    expect(none.getSnapshot()).toEqual({ status: 'missing', room: null, reason: null })
    const before = wire.log.length
    await room.load()
    wire.socket.tell({ type: 'room.left', roomId: 'room', reason: 'removed' })
    await room.load()
    expect(wire.log).toHaveLength(before)
    expect(room.getSnapshot()).toMatchObject({ status: 'left', room: { id: 'room', me: null }, reason: 'removed' })
    // One that is missing may be there by now.
    void none.load()
    expect(await answer(200, roomOf('none', { me: null }))).toBe('GET /rooms/none')
    expect(none.getSnapshot().status).toBe('preview')
  })

  it('that is gone is known no more, and of one that was never known nobody knows how it looked', async () => {
    const { wire, client, answer } = await answering()
    const garden = client.room('garden')
    void garden.load()
    await answer(200, roomOf('garden', { me: null }))
    void garden.load()
    await answer(404, { code: 'not_found', status: 404 })
    expect(garden.getSnapshot()).toEqual({ status: 'missing', room: null, reason: null })
    wire.socket.tell({ type: 'room.left', roomId: 'other', reason: 'deleted' })
    expect(client.room('other').getSnapshot()).toEqual({ status: 'left', room: null, reason: 'deleted' })
  })

  it('is muted once the server has it', async () => {
    const { room, answer } = await answering()
    const muted = room.mute(true)
    await pass()
    expect(room.getSnapshot().room?.me?.muted).toBe(false)
    expect(await answer(200, {})).toEqual(['PATCH /rooms/room/members/me', { muted: true }])
    await muted
    expect(room.getSnapshot().room?.me?.muted).toBe(true)
  })

  it('is changed, left and deleted where it is, and shown as the server answers', async () => {
    const { room, answer } = await answering()
    const updated = room.update({ name: 'Other' })
    const changed = roomOf('room', { name: 'Other', revision: 9 })
    expect(await answer(200, changed)).toEqual(['PATCH /rooms/room', { name: 'Other' }])
    expect(await updated).toEqual(changed)
    expect(room.getSnapshot().room?.name).toBe('Other')
    const left = room.leave()
    expect(await answer(204)).toBe('DELETE /rooms/room/members/me')
    expect(await left).toBeUndefined()
    const deleted = room.delete()
    expect(await answer(204)).toBe('DELETE /rooms/room')
    expect(await deleted).toBeUndefined()
  })

  it('that is joined is mine by the time that this is done', async () => {
    const { client, answer } = await answering()
    const garden = client.room('garden')
    const joined = garden.join()
    expect(await answer(201, memberOf('garden', 'alice'))).toEqual(['POST /rooms/garden/members', { userId: 'me' }])
    expect(await answer(200, roomOf('garden'))).toBe('GET /rooms/garden')
    await joined
    expect(garden.getSnapshot().status).toBe('joined')
  })

  it('tells what changed in it, from which a message of mine is known to have arrived', async () => {
    const { wire, room, answer } = await answering()
    wire.hold(/changes|say message/)
    const sent = room.messages.send({ text: 'Hello', clientId: 'mine' })
    await pass()
    const changes = room.changes(3, 10)
    const message = messageOf('room', 4, { user: userOf('alice'), clientId: 'mine' })
    const events = [
      { type: 'room.updated', roomId: 'room', revision: 4, room: roomOf('room') },
      { type: 'message.created', roomId: 'room', revision: 5, message },
    ]
    expect(await answer(200, { events, revision: 5, hasMore: false })).toBe('GET /rooms/room/changes?since=3&limit=10')
    expect(await changes).toEqual({ events, revision: 5, hasMore: false })
    expect(await sent).toMatchObject({ seq: 4 })
  })
})
