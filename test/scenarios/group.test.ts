import { describe, expect, it } from 'vitest'
import { givenGroup } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

// Everybody writes, everybody adds, only the owner deletes.

describe.each(databases)('Group on $name', (database) => {
  const host = shareHost(database)

  it('everybody writes, and everybody reads it', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const sockets = await Promise.all(['alice', 'bob', 'carol'].map((userId) => host.socket(userId)))
    await Promise.all(sockets.map((socket) => socket.ready()))
    for (const userId of ['alice', 'bob', 'carol']) await room.say(userId, `${userId} was here`)
    for (const socket of sockets) {
      for (const userId of ['alice', 'bob', 'carol']) {
        expect((await socket.next('message.created')).message.text).toBe(`${userId} was here`)
      }
    }
  })

  it('everybody adds others, who then add and write as well', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    expect((await room.as('bob').post('/members', { userId: 'carol' })).status).toBe(201)
    expect((await room.as('carol').post('/members', { userId: 'dave' })).status).toBe(201)
    await room.say('dave', 'Thanks for having me')
    expect((await room.as('alice').get('/messages?after=1')).body.items).toMatchObject([
      { text: 'Bob added Carol' },
      { text: 'Carol added Dave' },
      { text: 'Thanks for having me' },
    ])
  })

  it('only the owner deletes it', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.as('alice').post('/members', { userId: 'carol', role: 'admin' })
    for (const userId of ['bob', 'carol']) expect((await room.as(userId).delete('')).status).toBe(403)
    expect((await room.as('erin').delete('')).status).toBe(404)
    expect((await room.as('alice').delete('')).status).toBe(204)
    for (const userId of ['alice', 'bob', 'carol']) expect((await room.as(userId).get('')).status).toBe(404)
  })
})
