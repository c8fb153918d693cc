import type { Me, Room } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { sharedHost } from '../realtime/given.js'
import { liveClient, until } from './given.js'
import { messageOf, roomOf } from './state/room-model.js'
import { givenWire, pass } from './wire.js'

describe('messages that become too old', () => {
  let ahead = 0
  const host = sharedHost({ clock: () => new Date(Date.now() + ahead), retention: { days: 10 } })

  async function given() {
    await host.chat.purge()
    const { id } = await host.chat.rooms.create('alice', { type: 'group', name: 'For ten days', userIds: ['bob'] })
    const old = await host.chat.messages.send('bob', id, { text: 'Old' })
    ahead += 11 * 86_400_000
    await host.chat.messages.send('bob', id, { text: 'New', replyToId: old.id })
    await host.chat.messages.send('bob', id, { text: 'Newest' })
    const alice = await liveClient(host, 'alice')
    const { messages, ...room } = alice.room(id)
    const heard: string[] = []
    alice.onEvent(({ type }) => heard.push(type))
    return { id, alice, room, messages, heard, old }
  }

  it('go from what is shown, with the quotes of them, and are unread no more', async () => {
    const { id, alice, room, messages, old } = await given()
    await messages.load()
    await room.load()
    const texts = () => messages.getSnapshot().items.map(({ text }) => text)
    expect(texts().slice(-3)).toEqual(['Old', 'New', 'Newest'])
    expect(messages.getSnapshot().items.at(-2)?.replyTo?.id).toBe(old.id)
    const before = alice.unread.getSnapshot().messages
    await host.chat.purge()
    await until(messages, ({ items, status }) => status === 'ready' && items[0]?.text === 'New')
    expect(texts()).toEqual(['New', 'Newest'])
    expect(messages.getSnapshot()).toMatchObject({ hasBefore: false, items: [{ replyTo: null }, {}] })
    await until(room, ({ room }) => room?.me?.unreadCount === 2)
    expect(alice.unread.getSnapshot().messages).toBe(before - 1)
    expect(room.getSnapshot().room?.firstSeq).toBe(messages.getSnapshot().items[0]?.seq)
    await host.chat.messages.send('bob', id, { text: 'After' })
    await until(messages, ({ items }) => items.at(-1)?.text === 'After')
    expect(texts()).toEqual(['New', 'Newest', 'After'])
  })

  it('have nothing read again where nothing was known of them', async () => {
    const { id, room, messages, heard } = await given()
    await host.chat.messages.send('alice', id, { text: 'All read' })
    await until(room, ({ room }) => room?.lastMessage?.text === 'All read')
    await host.chat.purge()
    await until(room, ({ room }) => (room?.firstSeq ?? 1) > 1)
    expect(heard).not.toContain('room.reset')
    await messages.load()
    expect(messages.getSnapshot()).toMatchObject({ hasBefore: false, items: [{ text: 'New' }, {}, {}] })
    // A room is not read again for each later change of it.
    await host.chat.rooms.update('alice', id, { description: 'Changed' })
    await until(room, ({ room }) => room?.description === 'Changed')
    expect(heard).not.toContain('room.reset')
  })
})

describe('a change that no event has told of', () => {
  /** A room of which the client knows three messages and my place, and then another message, two changes later. */
  async function given(before: Partial<Room>, missed: Partial<Room>) {
    const room = roomOf('room', { lastMessageSeq: 3, revision: 3, ...before })
    const wire = givenWire(room)
    const client = wire.client()
    client.connect()
    await client.room('room').messages.load()
    await pass(50)
    wire.hold(/changes/)
    const { lastMessage: _, me: __, peer: ___, ...looks } = { ...room, ...missed, revision: 4 }
    wire.socket.tell({ type: 'message.created', roomId: 'room', revision: 5, message: messageOf('room', 4) })
    await pass(50)
    wire.log.length = 0
    wire.held[0]?.answer(200, {
      events: [{ type: 'room.updated', roomId: 'room', revision: 4, room: looks }],
      ...{ revision: 5, hasMore: false },
    })
    await pass(50)
    return wire.log.filter((what) => what.startsWith('GET'))
  }

  it('lets go of what is too old all the same', async () => {
    expect(await given({}, { firstSeq: 3 })).toContainEqual(expect.stringMatching(/GET .rooms.room.messages/))
  })

  it('shows what was hidden all the same', async () => {
    const { me } = roomOf('room')
    const hidden = { historyFrom: 'joined', me: { ...(me as Me), firstSeq: 3 } } as const
    expect(await given(hidden, { historyFrom: 'start' })).toContainEqual(
      expect.stringMatching(/GET .rooms.room.messages/),
    )
  })

  it('has nothing else read again', async () => {
    expect(await given({}, { name: 'Another name' })).toEqual([])
  })
})
