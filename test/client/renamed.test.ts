import { describe, expect, it } from 'vitest'
import { givenGroup, sharedHost } from '../realtime/given.js'
import { liveClient, until } from './given.js'

describe('a client of somebody who sees a person renamed', () => {
  const host = sharedHost()

  it('shows one name for one person everywhere', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const { id: pairId } = await host.chat.rooms.create('alice', { type: 'private', userIds: ['bob'] })
    await host.chat.messages.send('alice', roomId, { text: 'Before' })
    const bob = await liveClient(host, 'bob')
    const [room, pair] = [bob.room(roomId), bob.room(pairId)]
    await Promise.all([room.messages.load(), room.members.load()])
    await until(pair, ({ status }) => status === 'joined')
    await host.chat.users.update('alice', { description: 'Renamed' })
    await host.chat.users.save({ id: 'alice', name: 'Alicia' })
    await until(bob.users.known('alice'), (user) => user?.name === 'Alicia', 'the new name')
    const names = () => ({
      messages: room.messages.getSnapshot().items.flatMap(({ user }) => (user?.id === 'alice' ? user.name : [])),
      members: room.members.getSnapshot().items.flatMap(({ user }) => (user.id === 'alice' ? user.name : [])),
      peer: pair.getSnapshot().room?.peer?.name,
      inList: bob.rooms.getSnapshot().items.find(({ id }) => id === pairId)?.peer?.name,
      last: bob.rooms.getSnapshot().items.find(({ id }) => id === roomId)?.lastMessage?.user?.name,
    })
    const everywhere = {
      messages: ['Alicia', 'Alicia'],
      members: ['Alicia'],
      peer: 'Alicia',
      inList: 'Alicia',
      last: 'Alicia',
    }
    expect(names()).toEqual(everywhere)
    await host.chat.messages.send('alice', roomId, { text: 'After' })
    await until(room.messages, ({ items }) => items.at(-1)?.text === 'After')
    expect(names()).toEqual({ ...everywhere, messages: ['Alicia', 'Alicia', 'Alicia'] })
    await host.chat.users.save({ id: 'alice', name: 'Alice' })
  })

  it('keeps the new name though an answer comes that was asked for before', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    let answer = () => {}
    const late = new Promise<void>((resolve) => {
      answer = resolve
    })
    let isHeld = false
    const bob = await liveClient(host, 'bob', {
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        if (!String(input).endsWith('/users/alice')) return response
        isHeld = true
        await late
        return response
      },
    })
    await bob.room(roomId).messages.load()
    const asked = bob.users.get('alice')
    await expect.poll(() => isHeld).toBe(true)
    await host.chat.users.save({ id: 'alice', name: 'Newer' })
    await until(bob.users.known('alice'), (user) => user?.name === 'Newer', 'the new name')
    answer()
    expect((await asked).name).toBe('Alice')
    expect(bob.users.known('alice').getSnapshot()?.name).toBe('Newer')
    // What is asked for from now on counts again.
    expect((await bob.users.get('alice')).name).toBe('Newer')
    await host.chat.users.save({ id: 'alice', name: 'Alice' })
  })
})
