import { describe, expect, it } from 'vitest'
import { givenGroup, givenRoom } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

const forbidden = { status: 403, body: { code: 'forbidden' } }
const banned = { status: 403, body: { code: 'banned' } }
const inAMinute = () => new Date(Date.now() + 60_000).toISOString()

describe.each(databases)('who is out is out on $name', (database) => {
  let ahead = 0
  const host = shareHost(database, { clock: () => new Date(Date.now() + ahead) })
  const givenOpen = () =>
    givenRoom(host, 'alice', { type: 'group', name: 'Open', isPublic: true, userIds: ['bob', 'carol'] })

  it('also where they come straight back into a public room', async () => {
    const room = await givenOpen()
    expect((await room.as('alice').delete('/members/bob')).status).toBe(204)
    expect(await room.as('bob').post('/members', { userId: 'me' })).toMatchObject(banned)
    expect(await room.as('carol').post('/members', { userId: 'bob' })).toMatchObject(banned)
    const { system } = (await room.as('alice').get('')).body.lastMessage
    expect(system).toMatchObject({ type: 'member.banned', actorId: 'alice', userIds: ['bob'] })
    expect((await room.as('alice').delete('/bans/bob')).status).toBe(204)
    expect((await room.as('bob').post('/members', { userId: 'me' })).status).toBe(201)
    // Unless who removed them said otherwise.
    expect((await room.as('alice').delete('/members/bob?ban=false')).status).toBe(204)
    expect((await room.as('bob').post('/members', { userId: 'me' })).status).toBe(201)
  })

  it('and is brought back into a closed one only by those who may remove', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.as('alice').delete('/members/bob')
    expect(await room.as('carol').post('/members', { userId: 'bob' })).toMatchObject(forbidden)
    expect((await room.as('alice').post('/members', { userId: 'bob' })).status).toBe(201)
    await room.as('bob').delete('/members/me')
    expect((await room.as('carol').post('/members', { userId: 'bob' })).status).toBe(201)
    await room.as('alice').delete('/members/bob?ban=true')
    expect(await room.as('alice').post('/members', { userId: 'bob' })).toMatchObject(banned)
  })

  it('keeps what was taken when somebody leaves and comes back', async () => {
    const room = await givenOpen()
    const taken = { permissions: { canCreateMessages: false } }
    await room.as('alice').patch('/members/bob', taken)
    await room.as('bob').delete('/members/me')
    expect(await room.as('bob').post('/members', { userId: 'me' })).toMatchObject({ status: 201, body: taken })
    await room.as('bob').delete('/members/me')
    expect(await room.as('carol').post('/members', { userId: 'bob' })).toMatchObject({ status: 201, body: taken })
    expect(await room.as('bob').post('/messages', { text: 'Hello' })).toMatchObject(forbidden)
  })

  it('for as long as a ban says, and before they ever came', async () => {
    const room = await givenOpen()
    const until = inAMinute()
    const ban = await room.as('alice').put('/bans/dave', { until, reason: 'Advertises' })
    expect(ban).toMatchObject({ status: 201, body: { user: { id: 'dave' }, until, bannedById: 'alice' } })
    expect(await room.as('dave').post('/members', { userId: 'me' })).toMatchObject({
      ...banned,
      body: { code: 'banned', until, detail: expect.stringContaining(until) },
    })
    expect((await room.as('alice').put('/bans/dave', { until })).status).toBe(200)
    expect((await room.as('alice').get('/bans')).body.items).toEqual([
      expect.objectContaining({ user: expect.objectContaining({ id: 'dave' }), until, reason: null }),
    ])
    ahead = 61_000
    expect((await room.as('alice').get('/bans')).body.items).toEqual([])
    expect((await room.as('dave').post('/members', { userId: 'me' })).status).toBe(201)
    expect((await room.as('alice').delete('/bans/dave')).status).toBe(404)
    ahead = 0
  })

  it('is not for owners, for oneself, for private rooms, or for those who may not remove', async () => {
    const room = await givenOpen()
    await room.as('alice').patch('/members/bob', { role: 'admin' })
    expect(await room.as('bob').put('/bans/alice', {})).toMatchObject(forbidden)
    expect(await room.as('bob').put('/bans/me', {})).toMatchObject({ status: 409 })
    for (const answer of [
      await room.as('carol').put('/bans/dave', {}),
      await room.as('carol').get('/bans'),
      await room.as('carol').delete('/bans/dave'),
      await room.as('dave').put('/bans/carol', {}),
    ]) {
      expect(answer).toMatchObject(forbidden)
    }
    expect((await room.as('alice').put('/bans/nobody', {})).status).toBe(404)
    expect((await room.as('alice').put('/bans/dave', { until: '2020-01-01T00:00:00.000Z' })).status).toBe(400)
    const pair = await givenRoom(host, 'alice', { type: 'private', userIds: ['erin'] })
    expect((await pair.as('alice').put('/bans/erin', {})).status).toBe(409)
  })

  it('for users, and not for the host, whose adding ends the ban', async () => {
    const room = await givenOpen()
    await host.chat.bans.set('alice', room.id, 'bob', { reason: 'Shouts' })
    expect((await host.chat.system.bans.list(room.id)).items).toMatchObject([{ reason: 'Shouts' }])
    await host.chat.system.members.add(room.id, { userId: 'bob' })
    expect((await host.chat.system.bans.list(room.id)).items).toEqual([])
    const { items } = await host.chat.system.audit.list({ roomId: room.id })
    expect(items.map(({ action, actorId }) => [action, actorId])).toEqual([
      ['member.unbanned', null],
      ['member.removed', 'alice'],
      ['member.banned', 'alice'],
    ])
  })

  it('whatever happens at once: of a ban and a joining that meet, nobody banned is in', async () => {
    for (let n = 0; n < 5; n += 1) {
      const room = await givenOpen()
      await Promise.all([room.as('erin').post('/members', { userId: 'me' }), room.as('alice').put('/bans/erin', {})])
      const { items } = (await room.as('alice').get('/members')).body
      expect(items.map((member: { user: { id: string } }) => member.user.id)).not.toContain('erin')
    }
  })
})
