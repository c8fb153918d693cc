import type { Message } from 'express-chat'
import { describe, expect, it, onTestFinished } from 'vitest'
import { people, startHost } from '../host.js'
import { givenDatabase, givenGroup } from '../realtime/given.js'
import { givenClient, live, liveClient, until } from './given.js'
import { messageOf, roomOf } from './state/room-model.js'
import { givenWire, pass } from './wire.js'

describe('reading', async () => {
  const given = async () => {
    const host = await startHost(await givenDatabase())
    onTestFinished(() => host.close())
    await people(host, 'alice', 'bob')
    return host
  }
  const unreadOf = (client: ReturnType<typeof givenClient>, id: string) => client.room(id).unread

  it('shows one of five that others said once four were deleted, and the one before as the last', async () => {
    const host = await given()
    const id = await givenGroup(host, 'alice', 'bob')
    const client = await liveClient(host, 'bob')
    const sent: Message[] = []
    for (const text of ['1', '2', '3', '4', '5']) sent.push(await host.chat.messages.send('alice', id, { text }))
    await until(unreadOf(client, id), (count) => count === 5)
    for (const { id: messageId } of sent.slice(1)) await host.chat.messages.delete('alice', id, messageId)
    await until(unreadOf(client, id), (count) => count === 1)
    await until(client.room(id), ({ room }) => room?.lastMessage?.text === '1')
    await host.chat.system.messages.send(id, { text: 'Shipped' })
    await until(client.room(id), ({ room }) => room?.lastMessage?.text === 'Shipped')
    expect(unreadOf(client, id).getSnapshot()).toBe(1)
  })

  it('shows the one before as the last where only a hole in what was told tells that it was deleted', async () => {
    const shown = (seq: number, revision: number) => ({
      lastMessage: messageOf('room', seq),
      lastMessageSeq: 3,
      revision,
    })
    const wire = givenWire(roomOf('room', shown(3, 3)))
    const client = wire.client()
    client.connect()
    await pass(50)
    const lastSeq = () => client.room('room').getSnapshot().room?.lastMessage?.seq
    expect(lastSeq()).toBe(3)
    wire.hold(/changes/)
    const room = roomOf('room', shown(2, 5))
    wire.rooms.set('room', room)
    wire.socket.tell({ type: 'room.updated', roomId: 'room', revision: 5, room: { ...room, lastMessage: undefined } })
    await pass(50)
    const message = messageOf('room', 3, { revision: 4, text: '', deletedAt: '2026-11-26T12:00:01.000Z' })
    const deleted = { type: 'message.deleted', roomId: 'room', revision: 4, message }
    wire.held[0]?.answer(200, { events: [deleted], revision: 5, hasMore: false })
    await pass(50)
    expect(lastSeq()).toBe(2)
  })

  it('is remembered from before the room is known', async () => {
    const host = await given()
    const id = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('alice', id, { text: 'Read me' })
    for (let n = 0; n < 3; n += 1) {
      await host.chat.messages.send('alice', id, { text: `And me ${n}` })
      const client = givenClient(host, 'bob')
      if (n === 0) client.room(id).markRead()
      await client.room(id).messages.load()
      if (n > 0) client.room(id).markRead()
      await expect.poll(async () => (await host.as('bob').get(`/rooms/${id}`)).body.me.unreadCount).toBe(0)
      expect(unreadOf(client, id).getSnapshot()).toBe(0)
      client.close()
    }
  })

  it('up to something between two messages is up to the first of them, and up to no number is refused, alone', async () => {
    const host = await given()
    const [one, other] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')]
    for (const id of [one, one, other]) await host.chat.messages.send('alice', id, { text: 'Read me' })
    const client = await liveClient(host, 'bob')
    const { items } = await host.chat.system.messages.list(one, {})
    const [first, last] = items.slice(-2) as [Message, Message]
    client.room(one).markRead(last.seq - 0.5)
    for (const wrong of [Number.NaN, 'all', {}] as number[]) {
      expect(() => client.room(one).markRead(wrong)).toThrow('express-chat: markRead takes the seq of a message')
    }
    client.room(other).markRead()
    expect([unreadOf(client, one), unreadOf(client, other)].map((each) => each.getSnapshot())).toEqual([1, 0])
    const me = async (id: string) => (await host.as('bob').get(`/rooms/${id}`)).body.me
    await expect.poll(async () => (await me(other)).unreadCount).toBe(0)
    expect(await me(one)).toMatchObject({ lastReadSeq: first.seq, unreadCount: 1 })
  })

  it('of 150 rooms is one frame, also with the limits of a host that chose none', async () => {
    const host = await startHost(await givenDatabase(), { limits: { rates: { frames: { points: 60, seconds: 10 } } } })
    onTestFinished(() => host.close())
    await people(host, 'alice', 'bob')
    const ids: string[] = []
    for (let n = 0; n < 150; n += 1) ids.push(await givenGroup(host, 'alice', 'bob'))
    await Promise.all(ids.map((id) => host.chat.messages.send('alice', id, { text: 'Read me' })))
    const client = await liveClient(host, 'bob')
    const laptop = await liveClient(host, 'bob')
    expect(client.unread.getSnapshot()).toEqual({ rooms: 150, messages: 150, mentions: 0 })
    client.rooms.markAllRead()
    expect(client.unread.getSnapshot()).toEqual({ rooms: 0, messages: 0, mentions: 0 })
    await until(laptop.unread, ({ rooms }) => rooms === 0, 'the other device')
    await Promise.all(ids.map((id) => host.chat.messages.send('alice', id, { text: 'And me' })))
    await until(client.unread, ({ rooms }) => rooms === 150)
    for (const id of ids) client.room(id).markRead()
    await until(laptop.unread, ({ rooms }) => rooms === 0, 'the other device')
    await live(client)
    expect(client.connection.getSnapshot().status).toBe('live')
  })
})
