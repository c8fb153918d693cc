import { describe, expect, it } from 'vitest'
import { durableEvent, personalEvent } from '../../src/contract/events.js'
import type { TestSocket } from '../socket.js'
import { givenGroup, ready, sharedHost } from './given.js'

/** Everything that came after `ready`, each checked against the contract. */
const live = ({ frames }: TestSocket) => {
  const events = frames.slice(frames.findIndex((frame) => frame.type === 'ready') + 1)
  for (const event of events.filter(({ revision }) => revision !== undefined)) durableEvent.parse(event)
  return events
}
const types = (socket: TestSocket) => live(socket).flatMap(({ type }) => (type === 'ok' ? [] : type))

describe('everyone in a room', () => {
  const host = sharedHost()

  async function roomOfTwo() {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    const fence = () => Promise.all([alice.settled(), bob.settled()])
    return { roomId, alice, bob, fence, chat: host.chat }
  }

  it('hears of a message, of its edit and of its deletion, whole each time', async () => {
    const { roomId, alice, bob, chat } = await roomOfTwo()
    const { id, seq, revision } = await chat.messages.send('alice', roomId, {
      text: 'hi',
      clientId: 'c1',
      mentions: ['bob'],
    })
    await chat.messages.edit('alice', roomId, id, { text: 'hi!' })
    await chat.messages.delete('alice', roomId, id)
    await bob.next('message.deleted')
    expect(live(bob)).toMatchObject([
      {
        type: 'message.created',
        roomId,
        revision,
        message: {
          id,
          seq,
          revision,
          text: 'hi',
          clientId: 'c1',
          mentions: ['bob'],
          user: { id: 'alice', name: 'Alice' },
        },
      },
      { type: 'message.updated', revision: revision + 1, message: { id, text: 'hi!', editedAt: expect.any(String) } },
      {
        type: 'message.deleted',
        revision: revision + 2,
        message: { id, seq, text: '', deletedAt: expect.any(String) },
      },
    ])
    await alice.next('message.deleted')
    expect(live(alice)).toEqual(live(bob))
  })

  it('hears of a reaction, and of its end, as an update of the message that says its cause', async () => {
    const { roomId, bob, chat } = await roomOfTwo()
    const { id } = await chat.messages.send('alice', roomId, { text: 'hi' })
    const reaction = await chat.reactions.add('bob', roomId, id, '👍')
    await chat.reactions.remove('bob', roomId, id, reaction.id)
    await bob.until(() => live(bob).length === 3, 'three events')
    expect(live(bob).slice(1)).toMatchObject([
      {
        type: 'message.updated',
        cause: { type: 'reaction.added', userId: 'bob', reaction: '👍' },
        message: { reactions: [{ reaction: '👍', count: 1, userIds: ['bob'] }] },
      },
      { type: 'message.updated', cause: { type: 'reaction.removed', userId: 'bob' }, message: { reactions: [] } },
    ])
    // Who looks differs: what many receive does not say it.
    for (const event of live(bob)) expect(event.message).not.toHaveProperty('myReactions')
  })

  it('hears of people who are added, changed and removed', async () => {
    const { roomId, bob, chat } = await roomOfTwo()
    await chat.members.add('alice', roomId, { userId: 'carol' })
    await chat.members.update('alice', roomId, 'carol', { role: 'admin' })
    await chat.members.remove('alice', roomId, 'carol')
    await bob.until(() => types(bob).length === 5, 'five events')
    expect(live(bob)).toMatchObject([
      {
        type: 'member.added',
        memberCount: 3,
        member: { roomId, user: { id: 'carol' }, role: 'member', addedById: 'alice' },
      },
      { type: 'message.created', message: { kind: 'system', text: 'Alice added Carol' } },
      { type: 'member.updated', member: { user: { id: 'carol' }, role: 'admin' } },
      { type: 'member.removed', memberCount: 2, removedById: 'alice', member: { user: { id: 'carol' } } },
      { type: 'message.created', message: { kind: 'system', text: 'Alice removed Carol' } },
    ])
  })

  it('hears of a new name, without what depends on who looks', async () => {
    const { roomId, bob, chat } = await roomOfTwo()
    await chat.rooms.update('alice', roomId, { name: 'Renamed', description: 'New' })
    const { room, revision } = await bob.next('room.updated')
    expect(room).toMatchObject({ id: roomId, name: 'Renamed', description: 'New', revision })
    for (const key of ['me', 'peer', 'lastMessage']) expect(room).not.toHaveProperty(key)
  })

  it('hears of its end, then that it is left, then nothing', async () => {
    const { roomId, alice, bob, chat } = await roomOfTwo()
    await chat.rooms.delete('alice', roomId)
    for (const socket of [alice, bob]) {
      await socket.next('room.left')
      expect(live(socket)).toEqual([
        { type: 'room.deleted', roomId, revision: expect.any(Number) },
        { type: 'room.left', roomId, reason: 'deleted' },
      ])
    }
  })

  it('hears nothing of a change that came to nothing', async () => {
    const { roomId, bob, fence, chat } = await roomOfTwo()
    const sent = await chat.messages.send('alice', roomId, { text: 'hi', clientId: 'same' })
    await chat.messages.send('alice', roomId, { text: 'hi', clientId: 'same' })
    await chat.reactions.add('bob', roomId, sent.id, '👍')
    await chat.reactions.add('bob', roomId, sent.id, '👍')
    await expect(chat.messages.edit('bob', roomId, sent.id, { text: 'mine' })).rejects.toThrow()
    await fence()
    expect(types(bob)).toEqual(['message.created', 'message.updated'])
  })

  it('hears of what the host did in a transaction of its own once it has committed, and of nothing that it rolled back', async () => {
    const { roomId, bob, fence, chat } = await roomOfTwo()
    await chat.transaction(async (tx, inside) => {
      await tx.user.create({ data: { id: roomId, name: 'an order' } })
      await inside.messages.send('alice', roomId, { text: 'with the order' })
      await bob.settled()
      expect(types(bob)).toEqual([])
    })
    const undone = chat.transaction(async (_, inside) => {
      await inside.messages.send('alice', roomId, { text: 'never said' })
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    await fence()
    expect(live(bob).filter((event) => event.message)).toMatchObject([{ message: { text: 'with the order' } }])
  })

  it('hears nothing of other rooms', async () => {
    const { bob, fence, chat } = await roomOfTwo()
    const other = await givenGroup(host, 'alice', 'carol')
    await chat.messages.send('carol', other, { text: 'between us' })
    await fence()
    expect(types(bob)).toEqual([])
  })
})

describe('all sockets of one user', () => {
  const host = sharedHost()
  const devices = async (userId: string) => [await ready(host, userId), await ready(host, userId)] as const

  it('are told of a new room, as the user sees it, whoever made it', async () => {
    const [[phone, laptop], bob] = [await devices('alice'), await ready(host, 'bob')]
    const { body } = await host.as('alice').post('/rooms', { type: 'group', name: 'New', userIds: ['bob'] })
    for (const socket of [phone, laptop]) {
      expect(personalEvent.parse(await socket.next('room.joined'))).toMatchObject({
        room: { id: body.id, name: 'New', me: { role: 'owner', unreadCount: 0 }, lastMessage: { kind: 'system' } },
      })
    }
    expect(await bob.next('room.joined')).toMatchObject({
      room: { id: body.id, me: { role: 'member' } },
    })
    await host.chat.messages.send('bob', body.id, { text: 'hi' })
    for (const socket of [phone, laptop, bob]) {
      const { roomId, message } = await socket.next('message.created')
      expect([roomId, message.text]).toEqual([body.id, 'hi'])
    }
  })

  it('are told of a private room with whom it is', async () => {
    const [carol, dave] = [await ready(host, 'carol'), await ready(host, 'dave')]
    await host.chat.rooms.create('carol', { type: 'private', userIds: ['dave'] })
    expect(await carol.next('room.joined')).toMatchObject({ room: { type: 'private', peer: { id: 'dave' } } })
    expect(await dave.next('room.joined')).toMatchObject({ room: { type: 'private', peer: { id: 'carol' } } })
  })

  it.each([
    ['removed', 'by somebody else', (id: string) => host.chat.members.remove('alice', id, 'bob')],
    ['removed', 'by the host', (id: string) => host.chat.system.members.remove(id, 'bob')],
    ['left', 'by themselves', (id: string) => host.chat.members.remove('bob', id, 'bob')],
    ['deleted', 'with the room', (id: string) => host.chat.rooms.delete('alice', id)],
  ] as const)('are told once of a room that is %s %s', async (reason, _, leave) => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [phone, laptop] = await devices('bob')
    await leave(roomId)
    for (const socket of [phone, laptop]) {
      expect(personalEvent.parse(await socket.next('room.left'))).toEqual({ type: 'room.left', roomId, reason })
      await socket.settled()
      expect(types(socket).filter((type) => type === 'room.left')).toHaveLength(1)
      expect(types(socket)).not.toContain('member.removed')
    }
  })

  it('are told where the user’s own marker is, and what is muted', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('bob', roomId, { text: 'hi' })
    const [phone, laptop] = await devices('alice')
    const bob = await ready(host, 'bob')
    const { result: me } = await phone.command('read', { roomId, seq: 2 })
    expect(personalEvent.parse(await laptop.next('me.updated'))).toEqual({
      ...{ type: 'me.updated', roomId, me },
      // Where the room stood when what is unread was counted.
      ...{ revision: 5, lastMessageSeq: 2 },
    })
    expect(me).toMatchObject({ lastReadSeq: 2, unreadCount: 0 })
    await host.as('alice').patch(`/rooms/${roomId}/members/me`, { muted: true })
    expect(await laptop.next('me.updated')).toMatchObject({ me: { muted: true, lastReadSeq: 2 } })
    await bob.settled()
    expect(types(bob)).not.toContain('me.updated')
  })
})
