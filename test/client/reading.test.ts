import type { Me, Room } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { givenLive } from './connecting.js'
import { messageOf, roomOf } from './state/room-model.js'
import { givenWire, pass, type Wire } from './wire.js'

type Asked = { roomId: string; seq: number }[]
const told = (wire: Wire) => wire.said('read.many').map(({ rooms }) => rooms as Asked)

/** Rooms of five messages each, all of them unread. */
const unreadRoom = (id: string): Room => {
  const room = roomOf(id, { lastMessageSeq: 5, revision: 5 })
  return { ...room, me: { ...(room.me as Me), unreadCount: 5 } }
}

async function given(...ids: string[]) {
  const wire = givenWire(...(ids.length > 0 ? ids : ['room']).map((id) => unreadRoom(id)))
  const client = wire.client()
  client.connect()
  await pass(50)
  const unread = (id = 'room') => client.room(id).unread.getSnapshot()
  const marker = (id = 'room') => client.room(id).getSnapshot().room?.me?.lastReadSeq
  return { wire, client, unread, marker }
}

describe('what was read', () => {
  it('shows at once, and is told after a moment, of all rooms together', async () => {
    const { wire, client, unread } = await given('one', 'two', 'three')
    client.room('one').markRead(3)
    await pass(100)
    client.room('two').markRead()
    client.room('one').markRead(4)
    expect([unread('one'), unread('two'), unread('three')]).toEqual([1, 0, 5])
    await pass(49)
    expect(told(wire)).toEqual([])
    await pass(1)
    expect(told(wire)).toEqual([
      [
        { roomId: 'one', seq: 4 },
        { roomId: 'two', seq: 5 },
      ],
    ])
    await pass(60_000)
    expect(told(wire)).toHaveLength(1)
    client.room('one').markRead(5)
    await pass(149)
    expect(told(wire)).toHaveLength(1)
    await pass(1)
    expect(told(wire)[1]).toEqual([{ roomId: 'one', seq: 5 }])
  })

  it('only moves forward, and no further than there is anything', async () => {
    const { wire, client, marker } = await given()
    client.room('room').markRead(100)
    expect(marker()).toBe(5)
    client.room('room').markRead(3)
    client.room('room').markRead(5)
    expect(marker()).toBe(5)
    await pass(150)
    expect(told(wire)).toEqual([[{ roomId: 'room', seq: 5 }]])
    client.room('room').markRead(5)
    await pass(150)
    expect(told(wire)).toHaveLength(1)
  })

  it('may be further than events have told, where a page has shown more', async () => {
    const { wire, client, marker } = await given()
    wire.hold(/messages/)
    const loaded = client.room('room').messages.load()
    await pass()
    client.room('room').markRead()
    expect(marker()).toBe(5)
    wire.held[0]?.answer(200, {
      items: [6, 7, 8].map((seq) => messageOf('room', seq)),
      hasBefore: true,
      hasAfter: false,
    })
    await loaded
    client.room('room').markRead()
    expect(marker()).toBe(8)
  })

  it('up to something between two messages is up to the first of them, and up to no number is refused', async () => {
    const { client, marker } = await given()
    client.room('room').markRead(2.9)
    expect(marker()).toBe(2)
    for (const wrong of [Number.NaN, 'all', null] as number[]) {
      expect(() => client.room('room').markRead(wrong)).toThrow(
        new TypeError(`express-chat: markRead takes the seq of a message, not ${wrong}`),
      )
    }
  })

  it('is as the server answers', async () => {
    const { wire, client, unread } = await given()
    wire.hold(/say read/)
    client.room('room').markRead(3)
    await pass(150)
    const { id } = wire.said('read.many')[0] ?? {}
    const me = { ...roomOf('room').me, lastReadSeq: 5, revision: 5, lastMessageSeq: 5, unreadCount: 0 }
    wire.socket.tell({ type: 'ok', id, result: { rooms: { room: me } } })
    await pass()
    expect(unread()).toBe(0)
  })

  it('of hundreds of rooms is told two hundred at a time', async () => {
    const ids = Array.from({ length: 201 }, (_, n) => `room-${n}`)
    const { wire, client } = await given(...ids)
    client.rooms.markAllRead()
    expect(client.unread.getSnapshot()).toEqual({ rooms: 0, messages: 0, mentions: 0 })
    await pass(150)
    expect(told(wire).map(({ length }) => length)).toEqual([200, 1])
    expect(new Set(told(wire).flatMap((rooms) => rooms.map(({ roomId }) => roomId)))).toEqual(new Set(ids))
  })

  it('is told again where the server could not hear it, after as long as it asks for', async () => {
    const { wire, client } = await given('one', 'two')
    const refuse = async (problem: object) => {
      const { id } = wire.said('read.many').at(-1) ?? {}
      wire.socket.tell({ type: 'error', id, problem })
      await pass()
    }
    wire.hold(/say read/)
    client.room('one').markRead(2)
    client.room('two').markRead(3)
    await pass(150)
    client.room('one').markRead(4)
    await refuse({ code: 'unavailable', status: 503 })
    // Of what was read meanwhile the later is told, and as soon as it would have been.
    await pass(150)
    const both = [
      { roomId: 'one', seq: 4 },
      { roomId: 'two', seq: 3 },
    ]
    expect(told(wire)[1]).toEqual(both)
    await refuse({ code: 'unavailable', status: 503 })
    await pass(999)
    expect(told(wire)).toHaveLength(2)
    await pass(1)
    expect(told(wire)[2]).toEqual(both)
    await refuse({ code: 'unavailable', status: 503, retryAfter: 5 })
    await pass(4_999)
    expect(told(wire)).toHaveLength(3)
    await pass(1)
    expect(told(wire)[3]).toEqual(both)
    await refuse({ code: 'forbidden', status: 403 })
    await pass(600_000)
    expect(told(wire)).toHaveLength(4)
  })

  it('while there is no connection is told by the next one, once', async () => {
    const { wire, client } = await given()
    wire.socket.end(1006)
    client.room('room').markRead(2)
    client.room('room').markRead(4)
    wire.hold(/ws-ticket/)
    await pass(5_000)
    expect(told(wire)).toEqual([])
    wire.hold()
    await pass()
    expect(told(wire)).toEqual([[{ roomId: 'room', seq: 4 }]])
    await pass(1_000)
    expect(told(wire)).toHaveLength(1)
  })

  it('before a room is known is remembered until it is', async () => {
    const wire = givenWire(unreadRoom('one'), unreadRoom('two'))
    const client = wire.client()
    const [one, two] = [client.room('one'), client.room('two')]
    one.markRead(3)
    one.markRead(2)
    two.markRead()
    client.connect()
    await pass(50)
    expect([one.unread.getSnapshot(), two.unread.getSnapshot()]).toEqual([2, 0])
    await pass(150)
    expect(told(wire)).toHaveLength(1)
    expect(new Map(told(wire)[0]?.map(({ roomId, seq }) => [roomId, seq]))).toEqual(
      new Map([
        ['one', 3],
        ['two', 5],
      ]),
    )
    // Marked once: what comes after that is not read.
    wire.socket.tell({ type: 'message.created', roomId: 'two', revision: 6, message: messageOf('two', 6) })
    await pass(1_000)
    expect(two.unread.getSnapshot()).toBe(1)
    expect(told(wire)).toHaveLength(1)
  })

  it('before a room is known counts as soon as the server has said how the room stands', async () => {
    const wire = givenWire(unreadRoom('room'))
    const client = wire.client()
    client.room('room').markRead(4)
    wire.hold(/GET/)
    client.connect()
    await pass(200)
    expect(client.room('room').unread.getSnapshot()).toBe(1)
    expect(told(wire)).toEqual([[{ roomId: 'room', seq: 4 }]])
  })

  it('before a room is known is forgotten where that turns out not to be mine', async () => {
    const { wire, client, unread } = await given()
    const garden = client.room('garden')
    garden.markRead()
    wire.rooms.set('garden', { ...unreadRoom('garden'), me: null })
    await garden.load()
    expect(garden.getSnapshot().status).toBe('preview')
    garden.markRead()
    wire.socket.tell({ type: 'room.joined', room: unreadRoom('garden') })
    await pass(1_000)
    expect(unread('garden')).toBe(5)
    expect(told(wire)).toEqual([])
  })

  it('of one room that is not known waits for it, whatever else is', async () => {
    const { wire, client } = await given()
    client.room('late').markRead()
    await pass(1_000)
    wire.socket.tell({ type: 'room.joined', room: unreadRoom('late') })
    expect(client.room('late').unread.getSnapshot()).toBe(0)
    await pass(150)
    expect(told(wire)).toEqual([[{ roomId: 'late', seq: 5 }]])
  })

  it('of a room that is not mine is told to nobody', async () => {
    const { wire, client } = await given()
    wire.socket.tell({ type: 'room.left', roomId: 'room', reason: 'removed' })
    client.room('room').markRead()
    await client.room('none').load()
    client.room('none').markRead()
    await pass(1_000)
    expect(told(wire)).toEqual([])
  })

  it('goes along with a mark that is set before it was told, and is not told after it', async () => {
    const { wire, client } = await given()
    wire.hold(/PATCH/)
    client.room('room').markRead(3)
    const marked = client.room('room').updateMe({ isMarkedUnread: true })
    await pass()
    expect(wire.held[0]?.body).toEqual({ isMarkedUnread: true, lastReadSeq: 3 })
    wire.hold()
    await marked
    await pass(1_000)
    expect(told(wire)).toEqual([])
    expect(client.room('room').getSnapshot().room?.me).toMatchObject({ lastReadSeq: 3, isMarkedUnread: true })
  })

  it('is told before a mark is set, where it is on its way already', async () => {
    const { wire, client } = await given()
    wire.hold(/say read|PATCH/)
    client.room('room').markRead(3)
    await pass(150)
    void client.room('room').updateMe({ isMarkedUnread: true })
    await pass(1_000)
    expect(wire.held).toEqual([])
    const { id } = wire.said('read.many')[0] ?? {}
    wire.socket.tell({ type: 'ok', id, result: { rooms: {} } })
    await pass()
    expect(wire.held[0]?.body).toEqual({ isMarkedUnread: true })
  })

  it('while a mark is being set takes it away again, once it was set', async () => {
    const { wire, client } = await given()
    wire.hold(/PATCH/)
    const marked = client.room('room').updateMe({ isMarkedUnread: true })
    await pass()
    client.room('room').markRead()
    await pass(1_000)
    expect(told(wire)).toEqual([])
    wire.hold()
    await marked
    await pass(150)
    expect(told(wire)).toEqual([[{ roomId: 'room', seq: 5 }]])
    expect(client.room('room').getSnapshot().room?.me).toMatchObject({ lastReadSeq: 5, isMarkedUnread: false })
  })

  it('is told by itself where the mark that it went along with could not be set', async () => {
    const { wire, client } = await given('room', 'other')
    const mark = async (id: string) => {
      client.room(id).markRead(3)
      const marked = client.room(id).updateMe({ isMarkedUnread: true })
      await pass()
      return marked.catch(({ code }) => code)
    }
    wire.hold(/PATCH/)
    const unheard = mark('room')
    await pass()
    wire.held[0]?.fail()
    expect(await unheard).toBe('unreachable')
    await pass(1_000)
    expect(told(wire)).toEqual([[{ roomId: 'room', seq: 3 }]])
    // Whoever may not read here is not told what was read either.
    const refused = mark('other')
    await pass()
    wire.held[1]?.answer(403, { code: 'forbidden', status: 403 })
    expect(await refused).toBe('forbidden')
    await pass(1_000)
    expect(told(wire)).toHaveLength(1)
  })

  it('while a mark is being set is forgotten with whoever was signed in', async () => {
    const { wire, client, unread } = await given()
    wire.hold(/PATCH/)
    client.room('room').markRead(1)
    client
      .room('room')
      .updateMe({ isMarkedUnread: true })
      .catch(() => undefined)
    await pass()
    client.room('room').markRead(3)
    client.close()
    wire.held[0]?.fail()
    client.connect()
    await pass(1_000)
    expect(told(wire)).toEqual([])
    expect(unread()).toBe(5)
  })

  it('is forgotten with whoever was signed in', async () => {
    const { wire, client, unread } = await given()
    client.room('room').markRead()
    client.room('late').markRead()
    client.close()
    client.connect()
    await pass(1_000)
    wire.socket.tell({ type: 'room.joined', room: unreadRoom('late') })
    await pass(1_000)
    expect(told(wire)).toEqual([])
    expect([unread(), unread('late')]).toEqual([5, 5])
  })
})

describe('reading', () => {
  it('while a line is lost does not fail', async () => {
    const { wire, client, waitMs } = await givenLive()
    client.rooms.markAllRead()
    wire.hold(/say read/)
    await pass(150)
    wire.socket.end(1006)
    wire.hold()
    await pass(waitMs() + 1_000)
    expect(told(wire)).toEqual([[{ roomId: 'room', seq: 3 }], [{ roomId: 'room', seq: 3 }]])
  })
})
