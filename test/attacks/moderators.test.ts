import { describe, expect, it } from 'vitest'
import { givenGroup, givenRoom } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

describe.each(databases)('moderators on $name', (database) => {
  // Erin is one for whom the host's answer is no plain yes.
  const host = shareHost(database, {
    isModerator: async ({ id }) => (id === 'erin' ? ('yes' as unknown as boolean) : id === 'dave'),
  })
  const dave = host

  it('read any room, which is audited once, and not at each request', async () => {
    const room = await givenRoom(host, 'alice', { type: 'private', userIds: ['bob'] })
    await room.say('alice', 'Between us')
    const path = `/moderation/rooms/${room.id}`
    const as = dave.as('dave')
    expect((await as.get(path)).body).toMatchObject({ id: room.id, type: 'private' })
    expect((await as.get(`${path}/messages`)).body.items).toMatchObject([{ text: 'Between us' }])
    expect((await as.get(`${path}/messages?q=between`)).body.items).toMatchObject([{ text: 'Between us' }])
    expect((await as.get(`${path}/members`)).body.items).toHaveLength(2)
    const { items } = await host.chat.system.audit.list({ roomId: room.id })
    expect(items).toMatchObject([{ action: 'moderator.read', actorId: 'dave' }])
    // On the room's own paths they are whoever they are.
    expect((await room.as('dave').get('/messages')).status).toBe(404)
    expect((await room.as('dave').post('/messages', { text: 'Hello' })).status).toBe(404)
  })

  it('leave no trace of reading a room that is not there', async () => {
    expect((await host.as('dave').get('/moderation/rooms/none/messages')).status).toBe(404)
    expect((await host.chat.system.audit.list({ roomId: 'none' })).items).toEqual([])
  })

  it('delete what is said and remove people anywhere, owners too, by their own name', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('alice', 'Away with it')
    const path = `/moderation/rooms/${room.id}`
    expect((await host.as('dave').delete(`${path}/messages/${id}`)).status).toBe(204)
    expect((await host.as('dave').delete(`${path}/members/alice`)).status).toBe(204)
    expect((await room.as('bob').get(`/messages/${id}`)).body).toMatchObject({
      text: '',
      deletedAt: expect.any(String),
    })
    expect((await room.as('bob').get('/members/me')).body.role).toBe('owner')
    expect((await room.as('alice').get('')).status).toBe(404)
    const { items } = await host.chat.system.audit.list({ roomId: room.id })
    expect(items.map(({ action, actorId, userId }) => [action, actorId, userId])).toEqual([
      ['member.removed', 'dave', 'alice'],
      ['message.deleted', 'dave', 'alice'],
    ])
  })

  it('ban and silence anywhere, by their own name', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const path = `/moderation/rooms/${room.id}`
    const as = host.as('dave')
    expect((await as.put(`${path}/bans/bob`, { reason: 'Spam' })).body).toMatchObject({ bannedById: 'dave' })
    expect((await room.as('alice').post('/members', { userId: 'bob' })).body.code).toBe('banned')
    expect((await as.get(`${path}/bans`)).body.items).toMatchObject([{ user: { id: 'bob' }, reason: 'Spam' }])
    const until = new Date(Date.now() + 60_000).toISOString()
    expect((await as.patch(`${path}/members/alice`, { silencedUntil: until })).body.silencedUntil).toBe(until)
    expect((await room.as('alice').post('/messages', { text: 'Hey' })).body.code).toBe('silenced')
    await as.patch(`${path}/members/alice`, { silencedUntil: null })
    await room.say('alice', 'Again')
    expect((await as.delete(`${path}/bans/bob`)).status).toBe(204)
    expect((await room.as('alice').post('/members', { userId: 'bob' })).status).toBe(201)
    expect((await host.as('carol').put(`${path}/bans/bob`, {})).status).toBe(404)
    const { items } = await host.chat.system.audit.list({ roomId: room.id, actorId: 'dave' })
    expect(items.map(({ action, userId }) => `${action} ${userId}`)).toEqual([
      'member.unbanned bob',
      'member.unsilenced alice',
      'member.silenced alice',
      'moderator.read null',
      'member.removed bob',
      'member.banned bob',
    ])
  })

  it('are those alone whom the host says to be; for all others there is nothing there', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const paths = ['/moderation/audit', '/moderation/reports', `/moderation/rooms/${room.id}`]
    for (const userId of ['alice', 'erin']) {
      for (const path of [...paths, '/moderation/audit?limit=nonsense', '/moderation/rooms/none']) {
        const { status, body } = await host.as(userId).get(path)
        expect([status, body.code], `${userId} ${path}`).toEqual([404, 'not_found'])
      }
    }
    for (const path of paths) expect((await host.as('dave').get(path)).status).toBe(200)
    expect((await host.as(null).get('/moderation/audit')).status).toBe(401)
  })

  it('act in the host’s own code by the id that it gives', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('bob', 'Away')
    await host.chat.moderation.messages.delete('carol', room.id, id)
    expect((await host.chat.moderation.messages.list('carol', room.id)).items.at(-1)?.deletedAt).not.toBeNull()
    const { items } = await host.chat.moderation.audit('carol', { roomId: room.id })
    expect(items.map(({ action, actorId }) => `${actorId} ${action}`)).toEqual([
      'carol moderator.read',
      'carol message.deleted',
    ])
  })
})

describe('moderators of one tenant', () => {
  const host = shareHost(databases[0] as (typeof databases)[0])

  it('have nothing to do with the rooms of another', async () => {
    for (const id of ['acme-al', 'acme-bo', 'bolt-mo']) {
      await host.chat.users.save({ id, name: id, tenantId: id.slice(0, 4) })
    }
    const room = await host.chat.rooms.create('acme-al', { type: 'group', name: 'Ours', userIds: ['acme-bo'] })
    const { id } = await host.chat.messages.send('acme-al', room.id, { text: 'Between us' })
    const report = await host.chat.messages.report('acme-bo', room.id, id, { reason: 'spam' })
    await host.chat.members.remove('acme-al', room.id, 'acme-bo')
    const { moderation } = host.chat
    const asked = [
      moderation.rooms.get('bolt-mo', room.id),
      moderation.messages.list('bolt-mo', room.id),
      moderation.members.list('bolt-mo', room.id),
      moderation.messages.delete('bolt-mo', room.id, id),
      moderation.members.remove('bolt-mo', room.id, 'acme-al'),
      moderation.reports.get('bolt-mo', report.id),
      moderation.reports.update('bolt-mo', report.id, { status: 'dismissed' }),
    ]
    for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'not_found' })
    const told = await Promise.all([moderation.audit('bolt-mo'), moderation.reports.list('bolt-mo')])
    expect(told.map(({ items }) => items)).toEqual([[], []])
    expect((await moderation.audit('acme-al')).items).toMatchObject([{ action: 'member.removed', userId: 'acme-bo' }])
  })
})
