import type { Me } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { given, givenLive } from './connecting.js'
import { memberOf, messageOf, roomOf, userOf } from './state/room-model.js'
import { givenWire, pass, type Wire } from './wire.js'

const numbered = (count: number) => Array.from({ length: count }, (_, n) => roomOf(`room-${n}`))
/** What was asked for over HTTP, of which `part` is a part. */
const asked = (wire: Wire, part = 'GET') => wire.log.filter((what) => what.startsWith('GET') && what.includes(part))

/** A client of these rooms, whose requests for what `held` is a part of wait. */
async function connecting(held: RegExp, ...rooms: ReturnType<typeof roomOf>[]) {
  const wire = givenWire(...rooms)
  wire.hold(held)
  const client = wire.client()
  client.connect()
  await pass(50)
  let answered = 0
  async function answer(...answer: Parameters<(typeof wire.held)[number]['answer']>) {
    wire.held[answered]?.answer(...answer)
    answered += 1
    await pass()
  }
  const list = () => client.rooms.getSnapshot()
  return { wire, client, answer, list, ids: () => list().items.map(({ id }) => id) }
}

const said = (roomId: string, seq: number, revision: number) => ({
  ...{ type: 'message.created', roomId, revision },
  message: messageOf(roomId, seq, { revision }),
})

async function reconnect({ wire, client }: { wire: Wire; client: Awaited<ReturnType<typeof givenLive>>['client'] }) {
  wire.socket.end(1006)
  await pass((client.connection.getSnapshot().retryAt ?? 0) - Date.now())
  await pass()
}

describe('my rooms', () => {
  it('are read page by page as they are looked at', async () => {
    const rooms = numbered(3)
    const { wire, client, answer, list, ids } = await connecting(/GET/, ...rooms)
    expect(asked(wire)).toEqual(['GET /rooms?limit=100'])
    expect(list()).toEqual({ items: [], status: 'loading', hasMore: false })
    await answer(200, { items: [rooms[0]], nextCursor: 'two' })
    expect(list()).toMatchObject({ status: 'ready', hasMore: true })
    expect(ids()).toEqual(['room-0'])
    const more = [client.rooms.loadMore(), client.rooms.loadMore()]
    await pass()
    await answer(200, { items: rooms.slice(1), nextCursor: null })
    await Promise.all(more)
    expect(list()).toMatchObject({ status: 'ready', hasMore: false })
    expect(ids()).toHaveLength(3)
    await client.rooms.loadMore()
    expect(asked(wire)).toEqual(['GET /rooms?limit=100', 'GET /rooms?limit=100&cursor=two'])
  })

  it('are more only where a page brought some that were not listed', async () => {
    const rooms = numbered(2)
    const { wire, client, answer, ids } = await connecting(/GET/, ...rooms)
    await answer(200, { items: [rooms[0]], nextCursor: 'two' })
    const more = client.rooms.loadMore()
    await pass()
    await answer(200, { items: [rooms[0]], nextCursor: 'three' })
    await answer(200, { items: [rooms[1]], nextCursor: 'four' })
    await more
    expect(ids()).toEqual(['room-0', 'room-1'])
    expect(asked(wire).slice(1)).toEqual(['GET /rooms?limit=100&cursor=two', 'GET /rooms?limit=100&cursor=three'])
  })

  it('begin anew where the server does not know any more how far they were read', async () => {
    const rooms = numbered(2)
    const { wire, client, answer, ids } = await connecting(/GET/, ...rooms)
    await answer(200, { items: [rooms[0]], nextCursor: 'of-another-key' })
    const more = client.rooms.loadMore()
    await pass()
    await answer(400, { code: 'invalid_request', status: 400 })
    await answer(200, { items: rooms, nextCursor: null })
    await more
    expect(ids()).toHaveLength(2)
    expect(asked(wire).slice(2)).toEqual(['GET /rooms?limit=100'])
  })

  it('that cannot be read are read once somebody wants more of them', async () => {
    const { wire, client, answer, list } = await connecting(/GET/, ...numbered(2))
    await answer(500, { code: 'internal', status: 500 })
    expect(list()).toEqual({ items: [], status: 'ready', hasMore: false })
    wire.hold()
    await client.rooms.loadMore()
    expect(list().items).toHaveLength(2)
  })

  it('count as unread before they are listed', async () => {
    const rooms = [1, 2, 3].map((unreadCount) =>
      roomOf(`room-${unreadCount}`, {
        lastMessageSeq: 3,
        me: { ...(roomOf('room').me as Me), unreadCount, muted: unreadCount === 2 },
      }),
    )
    const { wire, client, list } = await connecting(/GET/, ...rooms)
    expect(list().items).toEqual([])
    expect(client.unread.getSnapshot()).toEqual({ rooms: 2, messages: 4, mentions: 0 })
    wire.socket.tell(said('room-3', 4, 2))
    expect(client.unread.getSnapshot()).toEqual({ rooms: 2, messages: 5, mentions: 0 })
    wire.socket.tell({ type: 'room.left', roomId: 'room-1', reason: 'removed' })
    expect(client.unread.getSnapshot()).toEqual({ rooms: 1, messages: 4, mentions: 0 })
  })

  it('are listed once somebody writes in them: few one by one, many by pages', async () => {
    const rooms = numbered(12)
    const { wire, answer, ids } = await connecting(/GET/, ...rooms)
    await answer(200, { items: [rooms[0]], nextCursor: 'two' })
    wire.socket.tell(said('room-1', 1, 2))
    await pass()
    expect(asked(wire).slice(1)).toEqual(['GET /rooms/room-1'])
    await answer(200, { ...rooms[1], revision: 2, lastMessageSeq: 1, lastMessage: messageOf('room-1', 1) })
    expect(ids().sort()).toEqual(['room-0', 'room-1'])
    for (let n = 2; n < 12; n += 1) wire.socket.tell(said(`room-${n}`, 1, 2))
    await pass()
    // The first of them came while nothing else did.
    expect(asked(wire).slice(2)).toEqual(['GET /rooms/room-2'])
    await answer(200, { ...rooms[2], revision: 2 })
    expect(asked(wire).slice(3)).toEqual(['GET /rooms?limit=100'])
    await answer(200, { items: rooms.slice(2).map((room) => ({ ...room, revision: 2 })), nextCursor: 'another' })
    expect(ids()).toHaveLength(12)
    expect(asked(wire)).toHaveLength(4)
  })

  it('are read where they are looked at, all of one moment together', async () => {
    const rooms = numbered(9)
    const { wire, client, answer, ids } = await connecting(/GET/, ...rooms)
    await answer(200, { items: [rooms[0]], nextCursor: 'two' })
    client.room('room-0')
    client.room('nobody-knows')
    client.room('room-1')
    expect(asked(wire)).toHaveLength(1)
    await pass()
    expect(asked(wire).slice(1)).toEqual(['GET /rooms/room-1'])
    await answer(200, rooms[1])
    expect(client.room('room-1').getSnapshot().status).toBe('joined')
    for (let n = 2; n < 9; n += 1) client.room(`room-${n}`)
    await pass()
    expect(asked(wire).slice(2)).toEqual(['GET /rooms?limit=100'])
    await answer(200, { items: rooms.slice(0, 8), nextCursor: 'another' })
    // What no page has brought is read by itself.
    expect(asked(wire).slice(3)).toEqual(['GET /rooms/room-8'])
    await answer(404, { code: 'not_found', status: 404 })
    expect(ids()).toHaveLength(8)
    expect(client.room('room-8').getSnapshot().status).toBe('missing')
  })

  it('are read once where they are looked at and loaded, too, and loaded then', async () => {
    const rooms = numbered(2)
    const { wire, client, answer } = await connecting(/GET/, ...rooms)
    await answer(200, { items: [rooms[0]], nextCursor: 'two' })
    const loaded = client.room('room-1').load()
    await pass()
    await answer(200, rooms[1])
    await loaded
    expect(client.room('room-1').getSnapshot().status).toBe('joined')
    await client.room('room-1').load()
    expect(asked(wire).slice(1)).toEqual(['GET /rooms/room-1'])
  })

  it('that have not moved meanwhile are not read again, and those that have are', async () => {
    const rooms = numbered(2)
    const { wire, client } = await connecting(/nothing/, ...rooms)
    expect(asked(wire)).toEqual(['GET /rooms?limit=100'])
    await reconnect({ wire, client })
    expect(asked(wire)).toHaveLength(1)
    expect(client.rooms.getSnapshot().status).toBe('ready')
    wire.rooms.set('room-1', roomOf('room-1', { revision: 2, name: 'Renamed' }))
    await reconnect({ wire, client })
    expect(asked(wire)).toEqual(['GET /rooms?limit=100', 'GET /rooms/room-1'])
    expect(client.room('room-1').getSnapshot().room?.name).toBe('Renamed')
  })

  it('that were not listed are so once they have risen meanwhile; where too many have, the list begins anew', async () => {
    const rooms = numbered(150)
    const { wire, client, answer, ids, list } = await connecting(/GET .rooms.limit/, ...rooms)
    await answer(200, { items: rooms.slice(0, 100), nextCursor: 'two' })
    for (const id of ['room-110', 'room-120']) wire.rooms.set(id, roomOf(id, { revision: 2, lastMessageSeq: 1 }))
    wire.rooms.set('room-130', roomOf('room-130', { revision: 2, name: 'Renamed' }))
    await reconnect({ wire, client })
    expect(asked(wire).slice(1)).toEqual(['GET /rooms/room-110', 'GET /rooms/room-120'])
    expect(ids()).toHaveLength(102)
    for (let n = 0; n < 150; n += 1) {
      wire.rooms.set(`more-${n}`, roomOf(`more-${n}`, { lastMessageSeq: 1 }))
    }
    await reconnect({ wire, client })
    expect(asked(wire).slice(3)).toEqual(['GET /rooms?limit=100'])
    await answer(200, { items: [...wire.rooms.values()].slice(150, 250), nextCursor: 'three' })
    expect(list()).toMatchObject({ status: 'ready', hasMore: true })
    expect(ids()).toHaveLength(202)
    expect(asked(wire)).toHaveLength(4)
  })

  it('are asked for anew where the page was asked for before a reconnect', async () => {
    const rooms = numbered(3)
    const { wire, client, answer, ids, list } = await connecting(/GET .rooms.limit/, ...rooms)
    await reconnect({ wire, client })
    expect(asked(wire)).toHaveLength(1)
    await answer(200, { items: rooms.slice(0, 2), nextCursor: 'two' })
    expect(asked(wire)).toHaveLength(2)
    expect(ids()).toEqual([])
    await answer(200, { items: rooms.slice(0, 2), nextCursor: 'two' })
    expect(ids()).toEqual(['room-0', 'room-1'])

    const more = client.rooms.loadMore()
    await pass()
    await reconnect({ wire, client })
    await answer(200, { items: rooms.slice(2), nextCursor: null })
    await answer(200, { items: rooms.slice(2), nextCursor: null })
    await more
    expect(list()).toMatchObject({ status: 'ready', hasMore: false, items: { length: 3 } })
  })

  it('that have risen are read though the line breaks meanwhile', async () => {
    const rooms = numbered(9)
    const { wire, client, answer, ids } = await connecting(/GET/, ...rooms)
    await answer(200, { items: [rooms[0]], nextCursor: 'two' })
    for (let n = 1; n < 9; n += 1) {
      wire.rooms.set(`room-${n}`, roomOf(`room-${n}`, { revision: 2, lastMessageSeq: 1 }))
      wire.socket.tell(said(`room-${n}`, 1, 2))
    }
    await pass()
    await reconnect({ wire, client })
    wire.hold()
    await pass(100)
    expect(ids()).toHaveLength(9)
  })

  it('are those of another user from the first page on, whatever was being read', async () => {
    const { wire, client, answer, ids } = await connecting(/GET/, ...numbered(3))
    await answer(200, { items: [], nextCursor: 'two' })
    wire.socket.tell(said('room-1', 1, 2))
    await pass()
    wire.user = userOf('bob')
    wire.rooms.clear()
    wire.rooms.set('of-bob', roomOf('of-bob'))
    await reconnect({ wire, client })
    wire.hold()
    await pass(100)
    expect(ids()).toEqual(['of-bob'])
  })

  it('that hello has named for one user are read as any other for the next', async () => {
    const { wire, client, answer } = await connecting(/GET .rooms.limit/, roomOf('room', { lastMessageSeq: 1 }))
    await answer(200, { items: [...wire.rooms.values()], nextCursor: null })
    await client.room('room').messages.load()
    wire.user = userOf('bob')
    await reconnect({ wire, client })
    expect(wire.said('hello').at(-1)).toMatchObject({ rooms: { room: 1 } })
    await answer(200, { items: [], nextCursor: 'two' })
    expect(asked(wire)).toContain('GET /rooms/room')
    expect(client.room('room').getSnapshot().status).toBe('joined')
  })

  it('that are many to be read are so one by one where the list cannot be read', async () => {
    const rooms = numbered(9)
    const { wire, client, answer, ids } = await connecting(/GET .rooms.limit/, ...rooms)
    await answer(200, { items: [rooms[0]], nextCursor: 'two' })
    for (const { id } of rooms) client.room(id)
    await pass()
    await answer(500, { code: 'internal', status: 500 })
    await pass(50)
    expect(asked(wire, 'limit')).toHaveLength(2)
    expect(ids()).toHaveLength(9)
  })

  it('have no more where all were read, whatever is read again', async () => {
    const rooms = numbered(9)
    const { wire, client, list } = await connecting(/nothing/, ...rooms)
    expect(list()).toMatchObject({ hasMore: false, items: { length: 9 } })
    for (const { id } of rooms) wire.rooms.set(id, roomOf(id, { revision: 2 }))
    wire.hold(/GET .rooms.limit/)
    await reconnect({ wire, client })
    wire.held.at(-1)?.answer(200, { items: [...wire.rooms.values()], nextCursor: 'another' })
    await pass(50)
    expect(list()).toMatchObject({ status: 'ready', hasMore: false, items: { length: 9 } })
  })

  it('that could not be read once are so when somebody writes in them, or after a reconnect', async () => {
    const rooms = numbered(3)
    const { wire, client, answer, ids } = await connecting(/GET/, ...rooms)
    await answer(200, { items: [rooms[0]], nextCursor: 'two' })
    for (const id of ['room-1', 'room-2']) client.room(id)
    await pass()
    await answer(500, { code: 'internal', status: 500 })
    await answer(500, { code: 'internal', status: 500 })
    expect(client.room('room-1').getSnapshot().status).toBe('missing')
    wire.hold()
    wire.socket.tell(said('room-1', 1, 2))
    await pass(50)
    expect(ids().sort()).toEqual(['room-0', 'room-1'])
    await reconnect({ wire, client })
    await pass(50)
    expect(ids().sort()).toEqual(['room-0', 'room-1', 'room-2'])
  })

  it('are not looked for where there are none, whatever else was asked for', async () => {
    const wire = givenWire(roomOf('room'))
    wire.rooms.clear()
    const client = wire.client()
    void client.room('none').messages.load()
    client.connect()
    await pass(50)
    expect(asked(wire, 'rooms?')).toEqual([])
    expect(client.rooms.getSnapshot()).toEqual({ items: [], status: 'ready', hasMore: false })
  })
})

describe('what was missed of a room', () => {
  const renamed = (revision: number, name = `No. ${revision}`) => ({
    ...{ type: 'room.updated', roomId: 'room', revision },
    room: { ...roomOf('room', { name, revision, lastMessageSeq: 3 }), me: undefined, lastMessage: undefined },
  })
  const holding = async (held: RegExp) => {
    const all = await givenLive()
    all.wire.hold(held)
    return { ...all, room: all.client.room('room'), changes: () => asked(all.wire, 'changes') }
  }

  it('is asked for where an event tells that something was, and until it is all', async () => {
    const { wire, room, changes } = await holding(/changes/)
    wire.socket.tell(renamed(4))
    await pass()
    expect(changes()).toEqual([])
    wire.socket.tell(renamed(9))
    await pass()
    expect(changes()).toEqual(['GET /rooms/room/changes?since=4'])
    wire.held[0]?.answer(200, { events: [said('room', 4, 5)], revision: 6, hasMore: true })
    await pass()
    expect(changes()[1]).toBe('GET /rooms/room/changes?since=6')
    wire.held[1]?.answer(200, { events: [said('room', 5, 7)], revision: 9, hasMore: false })
    await pass()
    expect(changes()).toHaveLength(2)
    expect(room.unread.getSnapshot()).toBe(2)
    wire.socket.tell(renamed(10))
    wire.socket.tell({ type: 'typing', roomId: 'room', userIds: [] })
    await pass()
    expect(changes()).toHaveLength(2)
  })

  it('is asked for, too, where it is told anew that the room is mine, but not where only my side of it is', async () => {
    const { wire, changes } = await holding(/changes/)
    wire.socket.tell({
      type: 'me.updated',
      roomId: 'room',
      revision: 8,
      lastMessageSeq: 3,
      me: { ...roomOf('room').me },
    })
    await pass()
    expect(changes()).toEqual([])
    wire.socket.tell({ type: 'room.joined', room: roomOf('room', { revision: 3, lastMessageSeq: 3 }) })
    await pass()
    expect(changes()).toEqual([])
    wire.socket.tell({ type: 'room.joined', room: roomOf('room', { revision: 9, lastMessageSeq: 3 }) })
    await pass()
    expect(changes()).toEqual(['GET /rooms/room/changes?since=3'])
  })

  it('is not asked for of a room that is not known, nor while the server still tells what was missed', async () => {
    const { wire, client, waitMs, changes } = await holding(/say hello/)
    wire.socket.tell({ ...renamed(9), roomId: 'other' })
    await pass()
    wire.socket.end(1006)
    await pass(waitMs())
    await pass()
    wire.socket.tell(wire.welcome())
    wire.socket.tell(renamed(9))
    wire.socket.tell({ type: 'ready' })
    await pass()
    expect(client.room('room').getSnapshot().room?.name).toBe('No. 9')
    expect(changes()).toEqual([])
  })

  it('is not asked for any more once the room is not mine', async () => {
    const { wire, waitMs, changes } = await holding(/changes/)
    wire.socket.tell(renamed(9))
    await pass()
    wire.held[0]?.answer(503, { code: 'unavailable', status: 503 })
    await pass()
    wire.socket.tell({ type: 'room.left', roomId: 'room', reason: 'removed' })
    await pass(60_000)
    expect(changes()).toHaveLength(1)
    expect(waitMs()).toBeNaN()
  })

  it('is read with the whole room where the last message was deleted, once at a time', async () => {
    const { wire, room } = await holding(/GET/)
    const deleted = (seq: number, revision: number) => ({
      ...{ type: 'message.deleted', roomId: 'room', revision },
      message: messageOf('room', seq, { revision, text: '', deletedAt: '2026-11-26T12:00:01.000Z' }),
    })
    wire.socket.tell(said('room', 4, 4))
    expect(room.getSnapshot().room?.lastMessage?.seq).toBe(4)
    await pass()
    const before = asked(wire).length
    wire.socket.tell(deleted(4, 5))
    wire.socket.tell(deleted(3, 6))
    await pass()
    expect(asked(wire).slice(before)).toEqual(['GET /rooms/room'])
    const lastMessage = messageOf('room', 2)
    wire.held[0]?.answer(200, roomOf('room', { revision: 6, lastMessageSeq: 4, lastMessage }))
    await pass()
    expect(room.getSnapshot().room?.lastMessage?.seq).toBe(2)
    wire.socket.tell(deleted(2, 7))
    await pass()
    expect(asked(wire).slice(before)).toEqual(['GET /rooms/room', 'GET /rooms/room'])
  })

  it('is read with the whole room where it is more than a hundred changes', async () => {
    const { wire } = await holding(/GET/)
    // One is missing, so that none of these can be counted in.
    for (let n = 0; n < 100; n += 1) wire.socket.tell(said('room', 5 + n, 5 + n))
    await pass()
    expect(asked(wire).filter((what) => what === 'GET /rooms/room')).toEqual([])
    wire.socket.tell(said('room', 105, 105))
    await pass()
    expect(asked(wire).filter((what) => what === 'GET /rooms/room')).toHaveLength(1)
  })

  it('is read with the whole room where only what was missed tells that the last message was deleted', async () => {
    const { wire } = await holding(/GET/)
    wire.socket.tell(said('room', 4, 4))
    wire.socket.tell(renamed(6))
    await pass()
    const message = messageOf('room', 4, { revision: 5, text: '', deletedAt: '2026-11-26T12:00:01.000Z' })
    const events = [{ type: 'message.deleted', roomId: 'room', revision: 5, message }]
    wire.held[0]?.answer(200, { events, revision: 6, hasMore: false })
    await pass()
    expect(asked(wire).slice(-2)).toEqual(['GET /rooms/room/changes?since=4', 'GET /rooms/room'])
  })

  it('is read anew, as far as it was asked for, where the room stands elsewhere than was known', async () => {
    const { wire, room } = await holding(/GET/)
    wire.socket.tell({ type: 'room.reset', roomId: 'room', revision: 1 })
    await pass()
    const before = asked(wire).length
    expect(asked(wire).slice(1)).toEqual(['GET /rooms/room'])
    wire.held[0]?.answer(200, roomOf('room', { revision: 1, name: 'Restored' }))
    await pass(60_000)
    expect(room.getSnapshot()).toMatchObject({ status: 'joined', room: { name: 'Restored' } })
    expect(asked(wire)).toHaveLength(before)
    wire.hold()
    await room.messages.load()
    wire.socket.tell({ type: 'room.reset', roomId: 'room', revision: 1 })
    await pass()
    expect(asked(wire, 'messages')).toHaveLength(2)
  })
})

describe('people who type and of whom nobody has told', () => {
  const typing = (...userIds: string[]) => ({ type: 'typing', roomId: 'room', userIds })
  async function holding() {
    const all = await givenLive()
    all.wire.hold(/GET/)
    const shown = () =>
      all.client
        .room('room')
        .typing.getSnapshot()
        .map(({ name }) => name)
    return { ...all, shown, members: () => asked(all.wire, 'members') }
  }

  it('are asked for once, and shown as they are called', async () => {
    const { wire, shown, members } = await holding()
    wire.socket.tell(typing('bob', 'alice'))
    wire.socket.tell(typing('bob', 'alice'))
    await pass()
    expect(members()).toEqual(['GET /rooms/room/members/bob'])
    expect(shown()).toEqual([])
    wire.held[0]?.answer(200, memberOf('room', 'bob', { user: { ...userOf('bob'), name: 'Bob' } }))
    await pass()
    expect(shown()).toEqual(['Bob'])
    wire.socket.tell(typing('bob'))
    await pass()
    expect(members()).toHaveLength(1)
  })

  it('are shown by their id where the server does not tell, unless something else has', async () => {
    const { wire, shown, client } = await holding()
    wire.socket.tell(typing('bob', 'carol'))
    await pass()
    wire.socket.tell({ type: 'user.updated', user: { ...userOf('carol'), name: 'Carol' } })
    for (const request of wire.held) request.answer(404, { code: 'not_found', status: 404 })
    await pass()
    expect(shown()).toEqual(['bob', 'Carol'])
    expect(client.users.known('bob').getSnapshot()).toEqual(userOf('bob'))
  })

  it('are asked for twenty at a time, and those who are left out with the next ones', async () => {
    const { wire, members } = await holding()
    const ids = Array.from({ length: 25 }, (_, n) => `user-${n}`)
    wire.socket.tell(typing(...ids))
    await pass()
    expect(members()).toHaveLength(20)
    wire.socket.tell(typing(...ids))
    await pass()
    expect(members()).toEqual(ids.map((id) => `GET /rooms/room/members/${id}`))
  })

  it('are asked for again by whoever is signed in next', async () => {
    const { wire, client, members } = await holding()
    wire.socket.tell(typing('bob'))
    await pass()
    wire.held[0]?.answer(200, memberOf('room', 'bob'))
    await pass()
    client.close()
    wire.hold()
    client.connect()
    await pass(50)
    wire.socket.tell(typing('bob'))
    await pass()
    expect(members()).toHaveLength(2)
  })

  it('in a room that was left are not asked for any more', async () => {
    const { wire, members, waitMs } = await holding()
    wire.socket.tell(typing('bob'))
    await pass()
    wire.held[0]?.answer(503, { code: 'unavailable', status: 503 })
    await pass()
    wire.socket.tell({ type: 'room.left', roomId: 'room', reason: 'removed' })
    await pass(60_000)
    expect(members()).toHaveLength(1)
    expect(waitMs()).toBeNaN()
  })
})

describe('a message whose event does not tell whether I reacted', () => {
  const reacted = (userIds: string[], cause?: object) => ({
    ...{ type: 'message.updated', roomId: 'room', revision: 4, cause },
    message: messageOf('room', 1, { revision: 4, reactions: [{ reaction: '👍', count: 30, userIds }] }),
  })
  const cause = (userId: string) => ({ type: 'reaction.added', userId, reaction: '👍' })

  it('is asked for where it is shown', async () => {
    const { wire, client } = await givenLive()
    const { messages } = client.room('room')
    wire.socket.tell(reacted(['bob']))
    await pass()
    expect(asked(wire, 'room-1')).toEqual([])
    await messages.load()
    wire.hold(/room-1/)
    wire.socket.tell(reacted(['bob'], cause('bob')))
    await pass()
    expect(asked(wire, 'room-1')).toEqual([])
    wire.socket.tell(reacted(['bob'], cause('alice')))
    await pass()
    expect(asked(wire, 'room-1')).toEqual(['GET /rooms/room/messages/room-1'])
    wire.held[0]?.answer(200, { ...reacted(['bob']).message, myReactions: ['👍', '🎉'] })
    await pass()
    expect(messages.getSnapshot().items[0]?.myReactions).toEqual(['👍', '🎉'])
  })

  it('stays as it is where it cannot be asked for', async () => {
    const { wire, client } = await givenLive()
    const { messages } = client.room('room')
    await messages.load()
    wire.hold(/room-1/)
    wire.socket.tell(reacted(['bob'], cause('alice')))
    await pass()
    wire.held[0]?.answer(404, { code: 'not_found', status: 404 })
    await pass()
    expect(messages.getSnapshot().items[0]?.myReactions).toEqual(['👍'])
  })
})

describe('what is read', () => {
  it('waits until the server has said what it tells, and no longer', async () => {
    const { wire, client } = given()
    wire.hold(/say hello/)
    const loaded = client.room('room').messages.load()
    client.connect()
    await pass(50)
    expect(asked(wire)).toEqual([])
    wire.socket.tell(wire.welcome())
    await loaded
    expect(asked(wire)).toContain('GET /rooms/room/messages')
  })

  it('waits for the next connection where this one ended in the same moment', async () => {
    const { wire, client, waitMs } = given()
    wire.hold(/say hello/)
    const loaded = client.room('room').messages.load()
    client.connect()
    await pass(50)
    wire.socket.tell(wire.welcome())
    wire.socket.end(1006)
    await pass()
    expect(asked(wire)).toEqual([])
    wire.hold()
    await pass(waitMs())
    await loaded
    expect(client.room('room').messages.getSnapshot().status).toBe('ready')
  })

  it('is asked for again where nobody answered, after two seconds or as long as the server asks for', async () => {
    const { wire, client } = await givenLive()
    wire.hold(/messages/)
    const loaded = client.room('room').messages.load()
    await pass()
    wire.held[0]?.fail()
    await pass(1_999)
    expect(wire.held).toHaveLength(1)
    await pass(1)
    expect(wire.held).toHaveLength(2)
    wire.held[1]?.answer(503, { code: 'unavailable', status: 503 }, { 'retry-after': '7' })
    await pass(6_999)
    expect(wire.held).toHaveLength(2)
    wire.hold()
    await pass(1)
    await loaded
    expect(client.room('room').messages.getSnapshot().items).toHaveLength(3)
  })

  it('is read again where the room was another by the time that it came', async () => {
    const { wire, client } = await givenLive()
    const { messages } = client.room('room')
    wire.hold(/messages/)
    const loaded = messages.load()
    await pass()
    wire.socket.tell({ type: 'room.left', roomId: 'room', reason: 'removed' })
    wire.socket.tell({ type: 'room.joined', room: roomOf('room', { revision: 9, lastMessageSeq: 1 }) })
    wire.held[0]?.answer(200, { items: [messageOf('room', 3)], hasBefore: true, hasAfter: false })
    await pass()
    expect(messages.getSnapshot().items).toEqual([])
    wire.held[1]?.answer(200, { items: [messageOf('room', 1)], hasBefore: false, hasAfter: false })
    await loaded
    expect(messages.getSnapshot().items.map(({ seq }) => seq)).toEqual([1])
  })
})
