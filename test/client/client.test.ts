import type { ChatEvent } from 'express-chat/client'
import { describe, expect, it } from 'vitest'
import { given, givenLive } from './connecting.js'
import { messageOf, roomOf, userOf } from './state/room-model.js'
import { givenWire, pass, type Wire } from './wire.js'

const said = (seq: number) => ({
  ...{ type: 'message.created', roomId: 'room', revision: seq },
  message: messageOf('room', seq),
})

async function lose(wire: Wire, then: () => unknown = () => undefined) {
  wire.socket.end(1006)
  then()
  await pass(1_000)
}

describe('a client', () => {
  it('does nothing until somebody connects', async () => {
    const { wire, client, shown } = given()
    client.room('room').messages.subscribe(() => undefined)
    client.presence.watch(['bob'])
    client.wake()
    await pass(60_000)
    expect(wire.log).toEqual([])
    expect(shown().status).toBe('idle')
  })

  it('is connected for as long as anybody wants it, and a moment longer', async () => {
    const { wire, client, shown } = given()
    const [one, other] = [client.connect(), client.connect()]
    await pass(50)
    one()
    one()
    await pass(1_000)
    expect(shown().status).toBe('live')
    other()
    await pass(199)
    expect(shown().status).toBe('live')
    const again = client.connect()
    await pass(1_000)
    expect(shown().status).toBe('live')
    again()
    await pass(200)
    expect(shown()).toEqual({ status: 'idle', error: null, retryAt: null })
    expect(wire.sockets).toHaveLength(1)
    expect(wire.socket.isClosed).toBe(true)
  })

  it('that is closed has nobody who wants it, and knows nothing, but can be connected anew', async () => {
    const { client, shown } = await givenLive()
    const end = client.connect()
    client.close()
    expect(shown().status).toBe('idle')
    expect(client.me.getSnapshot()).toBeNull()
    expect(client.rooms.getSnapshot()).toEqual({ items: [], status: 'idle', hasMore: false })
    const again = client.connect()
    end()
    await pass(1_000)
    expect(shown().status).toBe('live')
    again()
    await pass(1_000)
    expect(shown().status).toBe('idle')
  })

  it('tells what the server takes, once that has said so', async () => {
    const { wire, client } = given()
    expect(client.limits.getSnapshot()).toBeNull()
    client.connect()
    await pass(50)
    expect(client.limits.getSnapshot()).toEqual((wire.welcome() as { limits: object }).limits)
    expect(client.limits.getInitialSnapshot()).toBeNull()
  })
})

describe('what is told', () => {
  it('is heard after it was taken in, until that is ended', async () => {
    const { wire, client } = await givenLive()
    const heard: [ChatEvent, number | undefined][] = []
    const end = client.onEvent((event) => heard.push([event, client.room('room').getSnapshot().room?.lastMessageSeq]))
    wire.socket.tell(said(4))
    wire.socket.tell({ type: 'presence', userId: 'bob', online: true, lastSeenAt: null })
    expect(heard).toEqual([
      [said(4), 4],
      [{ type: 'presence', userId: 'bob', online: true, lastSeenAt: null }, 4],
    ])
    // What the server says to the client is nobody's news.
    wire.socket.tell({ type: 'room.reset', roomId: 'room', revision: 4 })
    end()
    wire.socket.tell(said(5))
    expect(heard).toHaveLength(2)
  })

  it('while the connection comes back is shown at once, with all of it', async () => {
    const { wire, client, waitMs } = await givenLive()
    await client.room('room').messages.load()
    wire.hold(/say hello/)
    wire.socket.end(1006)
    await pass(waitMs())
    await pass()
    const counts: number[] = []
    const { unread } = client.room('room')
    unread.subscribe(() => counts.push(unread.getSnapshot()))
    wire.socket.tell(wire.welcome())
    for (const seq of [4, 5, 6]) wire.socket.tell(said(seq))
    await pass()
    expect(counts).toEqual([])
    wire.socket.tell({ type: 'ready' })
    expect(counts).toEqual([3])
    wire.socket.tell(said(7))
    expect(counts).toEqual([3, 4])
  })

  it('and breaks off before all of it was is shown as far as it was', async () => {
    const { wire, client, waitMs } = await givenLive()
    await client.room('room').messages.load()
    wire.hold(/say hello/)
    wire.socket.end(1006)
    await pass(waitMs())
    await pass()
    const told: unknown[] = []
    client.room('room').unread.subscribe(() => told.push(client.room('room').unread.getSnapshot()))
    client.connection.subscribe(() => told.push(client.connection.getSnapshot().retryAt))
    wire.socket.tell(wire.welcome())
    wire.socket.tell(said(4))
    expect(told).toEqual([])
    wire.socket.end(1006)
    expect(told).toEqual(expect.arrayContaining([1, expect.any(Number)]))
    expect(told.length).toBeGreaterThan(1)
  })

  it('to another user than before is not mixed with what the one before was told', async () => {
    const { wire, client } = await givenLive()
    const { messages } = client.room('room')
    await messages.load()
    client.room('late').markRead()
    await lose(wire)
    expect(messages.getSnapshot().items).toHaveLength(3)
    wire.user = userOf('mallory')
    wire.rooms.clear()
    await lose(wire, () => messages.send({ text: 'Hello', clientId: 'mine' }).catch(() => undefined))
    expect(client.me.getSnapshot()?.id).toBe('mallory')
    expect(client.rooms.getSnapshot()).toEqual({ items: [], status: 'ready', hasMore: false })
    expect(messages.getSnapshot().items).toEqual([])
    expect(wire.said('message.send')).toEqual([])
    const late = roomOf('late', { lastMessageSeq: 2 })
    wire.socket.tell({ type: 'room.joined', room: late })
    await pass(1_000)
    expect(wire.said('read.many')).toEqual([])
  })

  it('to another user than before does nothing that the one before had still to do, by HTTP or the socket', async () => {
    const { wire, client } = await givenLive()
    const { messages } = client.room('room')
    wire.hold(/PATCH/)
    const pinned = client.room('room').updateMe({ isPinned: true })
    const waiting = [
      client.room('room').updateMe({ isPinned: false }),
      messages.edit('m1', 'Mine'),
      messages.react('m1', '👍'),
    ]
    const ends = Promise.allSettled(waiting)
    await pass()
    expect(wire.held).toHaveLength(1)
    wire.user = userOf('mallory')
    await lose(wire)
    expect(client.me.getSnapshot()?.id).toBe('mallory')
    wire.held[0]?.answer(200, {})
    await pinned
    for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } })
    expect(wire.log.filter((what) => what.startsWith('PATCH'))).toHaveLength(1)
    expect([...wire.said('message.edit'), ...wire.said('reaction.add')]).toEqual([])
  })

  it('of a room that becomes mine again brings what was asked for of it', async () => {
    const { wire, client } = await givenLive()
    const { messages, members } = client.room('room')
    await Promise.all([messages.load(), members.load()])
    wire.socket.tell({ type: 'room.left', roomId: 'room', reason: 'left' })
    expect(messages.getSnapshot().items).toEqual([])
    const asked = wire.log.length
    wire.socket.tell({ type: 'room.joined', room: roomOf('room', { lastMessageSeq: 3, revision: 5 }) })
    await pass()
    expect(wire.log.slice(asked)).toEqual(
      expect.arrayContaining(['GET /rooms/room/messages', 'GET /rooms/room/members?limit=100']),
    )
    expect(messages.getSnapshot().items).toHaveLength(3)
  })

  it('of a room that nobody asked for brings no more than the room', async () => {
    const { wire } = await givenLive()
    const asked = wire.log.length
    wire.socket.tell({ type: 'room.joined', room: roomOf('new') })
    await pass()
    expect(wire.log.slice(asked)).toEqual([])
  })
})

describe('what is written while there is no connection', () => {
  it('is sent by the next one, once that tells what was missed', async () => {
    const { wire, client, waitMs } = await givenLive()
    wire.hold(/say hello/)
    wire.socket.end(1006)
    const sent = client.room('room').messages.send({ text: 'Hello' })
    await pass(waitMs())
    await pass()
    wire.socket.tell(wire.welcome())
    await pass()
    expect(wire.said('message.send')).toEqual([])
    wire.socket.tell({ type: 'ready' })
    expect(await sent).toMatchObject({ text: 'Hello', seq: 4 })
  })
})

describe('the hello of a client that comes back', () => {
  const named = (wire: Wire) => Object.keys(wire.said('hello').at(-1)?.rooms ?? {})

  it('names the rooms that somebody has looked into, those of whom last first', async () => {
    const wire = givenWire(...['a', 'b', 'c', 'd', 'e'].map((id) => roomOf(id)))
    const client = wire.client()
    client.connect()
    await pass(50)
    await client.room('a').messages.load()
    await client.room('b').members.load()
    await client.room('c').messages.load()
    client.room('d').messages.subscribe(() => undefined)
    client.room('a').messages.subscribe(() => undefined)
    await client.room('none').messages.load()
    wire.socket.tell({ type: 'room.left', roomId: 'c', reason: 'left' })
    await lose(wire)
    expect(named(wire)).toEqual(['a', 'b'])
    expect(wire.said('hello').at(-1)?.rooms).toEqual({ a: 1, b: 1 })
  })

  it('names five hundred of them at most', async () => {
    const wire = givenWire(...Array.from({ length: 502 }, (_, n) => roomOf(`-${n}`)))
    const client = wire.client()
    client.connect()
    await pass(50)
    wire.socket.end(1006)
    for (const id of wire.rooms.keys()) void client.room(id).members.load()
    wire.hold(/say hello/)
    await pass(1_000)
    const ids = named(wire)
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([500, '-501', '-2'])
  })
})
