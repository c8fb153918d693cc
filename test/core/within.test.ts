import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('chat.within on $name', (database) => {
  const host = shareHost(database)

  it('writes in a transaction that the host opened, and is told when the host says that it is committed', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const socket = await host.socket('bob')
    await socket.ready()
    const inside = await host.prisma.$transaction(async (tx) => {
      const chat = host.chat.within(tx)
      await tx.user.create({ data: { id: `order-${room.id}`, name: 'An order' } })
      await chat.messages.send('alice', room.id, { text: 'One' })
      await chat.messages.send('alice', room.id, { text: 'Two' })
      await socket.settled()
      expect(socket.events(room.id)).toEqual([])
      return chat
    })
    inside.published()
    expect((await socket.next('message.created')).message.text).toBe('One')
    expect((await socket.next('message.created')).message.text).toBe('Two')
    // Saying it twice tells nothing twice.
    inside.published()
    await room.say('alice', 'Three')
    expect((await socket.next('message.created')).message.text).toBe('Three')
    expect(await host.prisma.user.count({ where: { id: `order-${room.id}` } })).toBe(1)
  })

  it('is found soon by itself where the host does not say so', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const socket = await host.socket('bob')
    await socket.ready()
    await host.prisma.$transaction((tx) => host.chat.within(tx).messages.send('alice', room.id, { text: 'Quietly' }))
    expect(await socket.next('message.created')).toMatchObject({
      roomId: room.id,
      message: { text: 'Quietly', seq: 2 },
    })
    await room.say('alice', 'Aloud')
    expect((await socket.next('message.created')).message.text).toBe('Aloud')
    expect(socket.events(room.id)).toHaveLength(2)
  })

  it('leaves nothing when the host rolls back', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const socket = await host.socket('bob')
    await socket.ready()
    const attempt = host.prisma.$transaction(async (tx) => {
      await host.chat.within(tx).messages.send('alice', room.id, { text: 'A ghost' })
      throw new Error('no')
    })
    await expect(attempt).rejects.toThrow('no')
    expect(await room.say('alice', 'Real')).toMatchObject({ seq: 2, revision: 5 })
    expect((await socket.next('message.created')).message.text).toBe('Real')
    expect(socket.events(room.id)).toHaveLength(1)
  })

  it('has the whole of the API, with the same rules', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const inside = await host.prisma.$transaction(async (tx) => {
      const chat = host.chat.within(tx)
      const { id } = await chat.messages.send('bob', room.id, { text: 'Mine' })
      await expect(chat.messages.edit('alice', room.id, id, { text: 'Not yours' })).rejects.toMatchObject({
        status: 403,
      })
      await chat.reactions.add('alice', room.id, id, '👍')
      await chat.members.add('alice', room.id, { userId: 'carol' })
      await chat.system.messages.send(room.id, { text: 'Carol is new here' })
      expect((await chat.rooms.get('carol', room.id)).lastMessageSeq).toBe(4)
      const made = await chat.rooms.create('dave', { type: 'group', name: 'Made inside', userIds: ['erin'] })
      await chat.rooms.delete('dave', made.id)
      return chat
    })
    inside.published()
    expect((await room.as('carol').get('/messages')).body.items).toMatchObject([
      { seq: 1 },
      { text: 'Mine', reactions: [{ reaction: '👍', count: 1 }] },
      { text: 'Alice added Carol' },
      { text: 'Carol is new here', kind: 'system', user: null },
    ])
    const names = (await host.as('dave').get('/rooms')).body.items.map((one: { name: string }) => one.name)
    expect(names).not.toContain('Made inside')
  })
})
