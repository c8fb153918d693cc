import { describe, expect, it } from 'vitest'
import { givenChannel } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

// Only admins write, everybody adds, only the owner deletes.

describe.each(databases)('Channel on $name', (database) => {
  const host = shareHost(database)

  it('only its owner and its admins write; everybody else reads', async () => {
    const room = await givenChannel(host, 'alice', 'bob')
    expect((await room.as('alice').post('/members', { userId: 'carol', role: 'admin' })).status).toBe(201)
    const bob = await host.socket('bob')
    await bob.ready()
    await room.say('alice', 'From the owner')
    await room.say('carol', 'From an admin')
    expect(await room.as('bob').post('/messages', { text: 'From a member' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', detail: expect.stringContaining('canCreateMessages') },
    })
    const refused = await bob.command('message.send', { roomId: room.id, clientId: 'b-1', text: 'From a member' })
    expect(refused).toMatchObject({ type: 'error', problem: { code: 'forbidden', status: 403 } })
    for (const text of ['From the owner', 'From an admin'])
      expect((await bob.next('message.created')).message.text).toBe(text)
    expect((await room.as('bob').get('/messages')).body.items.at(-1).text).toBe('From an admin')
  })

  it('everybody adds others, who may then read', async () => {
    const room = await givenChannel(host, 'alice', 'bob')
    await room.say('alice', 'News')
    expect((await room.as('bob').post('/members', { userId: 'dave' })).status).toBe(201)
    expect((await room.as('dave').get('/messages')).body.items[1].text).toBe('News')
    expect((await room.as('dave').post('/members', { userId: 'erin' })).status).toBe(201)
    expect((await room.as('erin').post('/messages', { text: 'May I?' })).status).toBe(403)
  })

  it('only the owner deletes it', async () => {
    const room = await givenChannel(host, 'alice', 'bob')
    await room.as('alice').post('/members', { userId: 'carol', role: 'admin' })
    for (const userId of ['bob', 'carol']) expect((await room.as(userId).delete('')).status).toBe(403)
    expect((await room.as('alice').delete('')).status).toBe(204)
    expect((await room.as('bob').get('')).status).toBe(404)
  })
})
