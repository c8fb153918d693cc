import { describe, expect, it } from 'vitest'
import { roomOf } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

// A room of two; nobody can add others; both can delete it.

describe.each(databases)('Private messages on $name', (database) => {
  const host = shareHost(database)

  it('Alice and Bob write to each other, among themselves, until one of them has enough', async () => {
    const bob = await host.socket('bob')
    await bob.ready()

    const started = await host.as('alice').post('/rooms', { type: 'private', userIds: ['bob'] })
    expect(started).toMatchObject({ status: 201, body: { type: 'private', memberCount: 2, peer: { name: 'Bob' } } })
    const room = roomOf(host, started.body.id)
    expect((await bob.next('room.joined')).room).toMatchObject({ id: room.id, peer: { name: 'Alice' } })

    await room.say('alice', 'Hello, Bob')
    expect((await bob.next('message.created')).message).toMatchObject({
      seq: 1,
      text: 'Hello, Bob',
      user: { id: 'alice' },
    })
    const answer = await bob.command('message.send', { roomId: room.id, clientId: 'b-1', text: 'Hello, Alice' })
    expect(answer).toMatchObject({ type: 'ok', result: { seq: 2 } })
    expect((await room.as('alice').get('/messages')).body.items).toMatchObject([
      { text: 'Hello, Bob' },
      { text: 'Hello, Alice' },
    ])
    expect((await host.as('alice').get('/rooms')).body.items).toMatchObject([
      { id: room.id, peer: { id: 'bob' }, lastMessage: { text: 'Hello, Alice' }, me: { unreadCount: 1 } },
    ])

    for (const userId of ['alice', 'bob']) {
      expect((await room.as(userId).post('/members', { userId: 'carol' })).status).toBe(409)
    }
    for (const path of ['', '/messages', '/members']) expect((await room.as('carol').get(path)).status).toBe(404)
    expect((await host.as('carol').get('/rooms')).body.items).toEqual([])

    expect((await room.as('bob').delete('')).status).toBe(204)
    expect(await bob.next('room.left')).toMatchObject({ roomId: room.id, reason: 'deleted' })
    expect((await room.as('alice').get('/messages')).status).toBe(404)
    expect((await host.as('alice').get('/rooms')).body.items).toEqual([])

    // And the other way round: it was Bob, now it is Alice who deletes.
    const again = await host.as('bob').post('/rooms', { type: 'private', userIds: ['alice'] })
    expect(again).toMatchObject({ status: 201, body: { lastMessageSeq: 0 } })
    expect(again.body.id).not.toBe(room.id)
    expect((await host.as('alice').delete(`/rooms/${again.body.id}`)).status).toBe(204)
    expect((await host.as('bob').get('/rooms')).body.items).toEqual([])
  })
})
