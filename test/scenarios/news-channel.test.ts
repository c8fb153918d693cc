import { describe, expect, it } from 'vitest'
import { roomOf } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

// Create it, add a user with permissions who can post, add others without, who can read.

describe.each(databases)('A news channel on $name', (database) => {
  const host = shareHost(database)

  it('Alice runs it, Bob writes for it, Carol and Dave read it', async () => {
    const { body } = await host
      .as('alice')
      .post('/rooms', { type: 'channel', name: 'News', description: 'What is new' })
    expect(body.lastMessage).toMatchObject({ kind: 'system', text: 'Alice created the channel' })
    const room = roomOf(host, body.id)

    const reporter = { userId: 'bob', permissions: { canCreateMessages: true } }
    expect(await room.as('alice').post('/members', reporter)).toMatchObject({
      status: 201,
      body: { role: 'member', permissions: { canCreateMessages: true, canDeleteMessages: false } },
    })
    for (const userId of ['carol', 'dave']) {
      const added = await room.as('alice').post('/members', { userId })
      expect(added).toMatchObject({ status: 201, body: { permissions: { canCreateMessages: false } } })
    }

    const readers = await Promise.all(['carol', 'dave'].map((userId) => host.socket(userId)))
    await Promise.all(readers.map((socket) => socket.ready()))
    const news = await room.say('bob', 'It is raining')
    for (const socket of readers) expect((await socket.next('message.created')).message).toEqual(news)
    for (const userId of ['carol', 'dave']) {
      expect((await room.as(userId).get('/messages')).body.items.at(-1).text).toBe('It is raining')
      expect((await room.as(userId).post('/messages', { text: 'Is it?' })).status).toBe(403)
      expect((await room.as(userId).patch(`/messages/${news.id}`, { text: 'It is not' })).status).toBe(403)
    }
    // Who may write may correct it, and only that.
    expect((await room.as('bob').patch(`/messages/${news.id}`, { text: 'It is pouring' })).status).toBe(200)
    expect((await room.as('bob').delete('')).status).toBe(403)
    expect((await room.as('carol').get(`/messages/${news.id}`)).body).toMatchObject({
      text: 'It is pouring',
      editedAt: expect.any(String),
    })
  })
})
