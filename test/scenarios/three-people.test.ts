import { describe, expect, it } from 'vitest'
import { roomOf } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

// Create the group, add each, a message says who created it.

describe.each(databases)('A chat of three people on $name', (database) => {
  const host = shareHost(database)

  it('Alice makes a group, adds Bob and Carol, and the three talk', async () => {
    const [bob, carol] = [await host.socket('bob'), await host.socket('carol')]
    await Promise.all([bob.ready(), carol.ready()])

    const { status, body } = await host.as('alice').post('/rooms', { type: 'group', name: 'Three of us' })
    expect(status).toBe(201)
    expect(body.lastMessage).toMatchObject({ kind: 'system', text: 'Alice created the group', user: { id: 'alice' } })
    const room = roomOf(host, body.id)
    for (const userId of ['bob', 'carol']) {
      const added = await room.as('alice').post('/members', { userId })
      expect(added).toMatchObject({ status: 201, body: { role: 'member', addedById: 'alice' } })
    }
    for (const socket of [bob, carol]) {
      expect((await socket.next('room.joined')).room).toMatchObject({ id: room.id, name: 'Three of us' })
    }

    await room.say('bob', 'Hi both')
    await room.say('carol', 'Hi!')
    await room.say('alice', 'Welcome')
    const texts = ['Alice created the group', 'Alice added Bob', 'Alice added Carol', 'Hi both', 'Hi!', 'Welcome']
    for (const userId of ['alice', 'bob', 'carol']) {
      const page = await room.as(userId).get('/messages')
      expect(page.body.items.map((message: { text: string }) => message.text)).toEqual(texts)
    }
    for (const socket of [bob, carol]) {
      await socket.until(() => socket.events(room.id).at(-1)?.message?.text === 'Welcome', 'Welcome')
      const heard = socket.events(room.id).filter((event) => event.type === 'message.created')
      expect(heard.map((event) => event.message.text).slice(-3)).toEqual(texts.slice(-3))
    }
    expect((await room.as('carol').get('/members')).body.items).toMatchObject([
      { user: { id: 'alice' }, role: 'owner' },
      { user: { id: 'bob' }, role: 'member' },
      { user: { id: 'carol' }, role: 'member' },
    ])
  })
})
