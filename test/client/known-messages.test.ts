import { type ChatClient, createChatClient } from 'express-chat/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Message } from '../../src/index.js'
import type { TestHost } from '../host.js'
import { givenGroup, say, sharedHost } from '../realtime/given.js'
import { live, MutedWebSocket, memoryStorage, until } from './given.js'

/** The rows of a room that a client shows under a `clientId`. */
const rows = (client: ChatClient, roomId: string, clientId: string) =>
  client
    .room(roomId)
    .messages.getSnapshot()
    .items.filter((item) => item.clientId === clientId)

describe('a message that arrived though its answer was lost', () => {
  const host = sharedHost()

  /** Alice's client, whose message `c1` the server has, which she does not know; other messages came later. */
  async function givenArrived(later = 0) {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const { body } = await host.as('alice').post(`/rooms/${roomId}/messages`, { text: 'A needle', clientId: 'c1' })
    if (later > 0) await say(host, 'bob', roomId, later, 'Hay')
    const storage = memoryStorage()
    const client = createChatClient({
      url: `${host.origin}/chat`,
      auth: () => ({ 'x-user': 'alice' }),
      WebSocket: MutedWebSocket,
      storage,
    })
    onTestFinished(() => client.close())
    const sent = client.room(roomId).messages.send({ text: 'A needle', clientId: 'c1' })
    client.connect()
    await live(client)
    await until(client.rooms, ({ status }) => status === 'ready')
    return { client, room: client.room(roomId), message: body as Message, sent, storage, roomId }
  }

  type Arrived = Awaited<ReturnType<typeof givenArrived>>
  it.each<[way: string, later: number, learn: (arrived: Arrived, host: TestHost) => unknown]>([
    ['the newest page', 1, ({ room }) => room.messages.load()],
    ['a page further up', 60, ({ room }) => room.messages.load().then(() => room.messages.loadBefore())],
    ['a jump', 120, ({ room, message }) => room.messages.jumpTo(message.seq)],
    ['asking for it', 1, ({ room, message }) => room.messages.get(message.id)],
    ['a search', 1, ({ room }) => room.messages.search('needle')],
    ['asking what changed', 1, ({ room }) => room.changes(0)],
    ['the room’s last message', 0, () => undefined],
    [
      'an event',
      1,
      ({ roomId, message }, { as }) =>
        as('bob').post(`/rooms/${roomId}/messages/${message.id}/reactions`, { reaction: '👍' }),
    ],
  ])('is shown once, resolves `send` and leaves the storage once it is known by %s', async (_way, later, learn) => {
    const arrived = await givenArrived(later)
    const { client, message, roomId, sent, storage, room } = arrived
    if (later > 0) {
      expect(rows(client, roomId, 'c1')).toMatchObject([{ state: 'sending', key: 'c1' }])
      expect(storage.length).toBe(1)
    }
    await learn(arrived, host)
    expect(await sent).toMatchObject({ id: message.id })
    expect(storage.length).toBe(0)
    await room.messages.load()
    await room.messages.jumpTo(message.seq)
    expect(rows(client, roomId, 'c1')).toMatchObject([{ state: 'sent', key: 'c1', id: message.id }])
  })

  it('is shown once after a reload, whose outbox still has it', async () => {
    const { client, storage, roomId, message } = await givenArrived(1)
    client.close()
    expect(storage.length).toBe(1)
    const again = createChatClient({
      url: `${host.origin}/chat`,
      auth: () => ({ 'x-user': 'alice' }),
      WebSocket: MutedWebSocket,
      storage,
    })
    onTestFinished(() => again.close())
    const keys: string[][] = []
    const { messages } = again.room(roomId)
    messages.subscribe(() => keys.push(messages.getSnapshot().items.map(({ key }) => key)))
    again.connect()
    await messages.load()
    expect(rows(again, roomId, 'c1')).toMatchObject([{ state: 'sent', id: message.id }])
    await expect.poll(() => storage.length).toBe(0)
    for (const shown of keys) expect(shown).toEqual([...new Set(shown)])
  })

  it('is another one where somebody else gave theirs the same `clientId`', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const client = createChatClient({
      url: `${host.origin}/chat`,
      auth: () => ({ 'x-user': 'alice' }),
      WebSocket: MutedWebSocket,
    })
    onTestFinished(() => client.close())
    void client.room(roomId).messages.send({ text: 'Of Alice', clientId: 'c1' })
    client.connect()
    await client.room(roomId).messages.load()
    await host.as('bob').post(`/rooms/${roomId}/messages`, { text: 'Of Bob', clientId: 'c1' })
    await until(client.room(roomId).messages, () => rows(client, roomId, 'c1').length === 2)
    expect(rows(client, roomId, 'c1')).toMatchObject([
      { text: 'Of Bob', state: 'sent' },
      { text: 'Of Alice', state: 'sending' },
    ])
  })

  it('is another one in another room', async () => {
    const [one, other] = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    const client = createChatClient({
      url: `${host.origin}/chat`,
      auth: () => ({ 'x-user': 'alice' }),
      WebSocket: MutedWebSocket,
    })
    onTestFinished(() => client.close())
    void client.room(one).messages.send({ text: 'In one', clientId: 'c1' })
    const sent = client.room(other).messages.send({ text: 'In the other', clientId: 'c1' })
    client.connect()
    await Promise.all([client.room(one).messages.load(), client.room(other).messages.load()])
    await host.as('alice').post(`/rooms/${other}/messages`, { text: 'In the other', clientId: 'c1' })
    expect(await sent).toMatchObject({ text: 'In the other', roomId: other })
    expect(rows(client, one, 'c1')).toMatchObject([{ state: 'sending' }])
    client.room(one).messages.discard('c1')
    expect(rows(client, one, 'c1')).toEqual([])
    expect(rows(client, other, 'c1')).toMatchObject([{ state: 'sent' }])
  })
})
