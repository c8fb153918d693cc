import { type NewInvite, reject } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { type GivenRoom, givenChannel, givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

const missing = { status: 404, body: { code: 'not_found' } }
const forbidden = { status: 403, body: { code: 'forbidden' } }

describe.each(databases)('invite links on $name', (database) => {
  let ahead = 0
  const refusing = new Set<string>()
  const asked: unknown[] = []
  const host = shareHost(database, {
    clock: () => new Date(Date.now() + ahead),
    limits: { invitesPerRoom: 4, invitesPerUserAndRoom: 3 },
    contact: (from, to) => (from === 'alice' && to === 'erin' ? false : to === 'dave' ? 'ask' : true),
    before: {
      member(draft, { invite, userId }) {
        asked.push({ ...draft, userId, invite })
        if (refusing.has(draft.userId)) throw reject('not you')
      },
    },
  })

  async function link(room: GivenRoom, userId: string, invite: object = {}): Promise<NewInvite> {
    const { status, body } = await room.as(userId).post('/invites', invite)
    expect(status, JSON.stringify(body)).toBe(201)
    return body
  }
  const look = (userId: string, code: string) => host.as(userId).get(`/invites/${code}`)
  const join = (userId: string, code: string) => host.as(userId).post(`/invites/${code}/join`)
  const inn = async (room: GivenRoom): Promise<string[]> =>
    (await room.as('alice').get('/members')).body.items.map(({ user }: { user: { id: string } }) => user.id)

  it('show a room to whoever has one, and let them in', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const made = await link(room, 'bob', { maxUses: 2 })
    expect(made).toEqual({
      ...{ id: expect.any(String), roomId: room.id, expiresAt: null, maxUses: 2, uses: 0 },
      createdBy: expect.objectContaining({ id: 'bob', lastSeenAt: null }),
      ...{ createdAt: expect.any(String), code: expect.stringMatching(/^[\w-]{22}$/) },
    })
    expect((await look('carol', made.code)).body).toEqual({ name: 'A group', avatarUrl: null, memberCount: 2 })
    const socket = await host.socket('bob')
    await socket.ready()
    const joined = await join('carol', made.code)
    expect(joined).toMatchObject({
      status: 201,
      body: { id: room.id, memberCount: 3, me: { role: 'member', unreadCount: 0 } },
    })
    expect(await socket.next('member.added')).toMatchObject({ member: { user: { id: 'carol' }, addedById: 'bob' } })
    expect(await socket.next('message.created')).toMatchObject({
      message: { system: { type: 'member.joined', actorId: 'carol', userIds: ['carol'] } },
    })
    const { code: _, ...listed } = made
    expect((await room.as('bob').get('/invites')).body).toEqual({ items: [{ ...listed, uses: 1 }], nextCursor: null })
    // Again, as somebody who is in: nothing happens, and nothing counts.
    expect(await join('carol', made.code)).toMatchObject({ status: 200, body: { id: room.id } })
    expect((await look('carol', made.code)).body).toMatchObject({ memberCount: 3 })
    expect((await room.as('bob').get('/invites')).body.items).toMatchObject([{ uses: 1 }])
  })

  it('are stored without what they say', async () => {
    const room = await givenGroup(host, 'alice')
    const { code, id } = await link(room, 'alice')
    const row = await host.prisma.chatInvite.findUniqueOrThrow({ where: { id } })
    expect(JSON.stringify(row)).not.toContain(code)
    expect(await look('bob', row.codeHash)).toMatchObject(missing)
  })

  it('let in as many as they say, however many come at once', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `guest-${n}`)
    await people(host, ...ids)
    const room = await givenChannel(host, 'alice')
    const { code } = await link(room, 'alice', { maxUses: 1 })
    const answers = await Promise.all(ids.map((id) => join(id, code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(404)])
    const winner = ids[answers.findIndex(({ status }) => status === 201)] as string
    expect((await inn(room)).sort()).toEqual(['alice', winner].sort())
    // Whose answer was lost asks again.
    expect((await join(winner, code)).status).toBe(200)
    expect((await room.as('alice').get('/invites')).body.items).toEqual([])
  })

  it('count one use of who comes twice at once', async () => {
    const room = await givenGroup(host, 'alice')
    const { code } = await link(room, 'alice', { maxUses: 2 })
    const answers = await Promise.all(Array.from({ length: 5 }, () => join('bob', code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201])
    expect((await room.as('alice').get('/invites')).body.items).toMatchObject([{ uses: 1, maxUses: 2 }])
  })

  it('end by their time, when they are revoked, and with the room', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const soon = new Date(Date.now() + ahead + 60_000).toISOString()
    const timed = await link(room, 'alice', { expiresAt: soon })
    const revoked = await link(room, 'alice')
    const left = await link(room, 'alice')
    expect((await look('carol', timed.code)).status).toBe(200)
    expect((await room.as('alice').delete(`/invites/${revoked.id}`)).status).toBe(204)
    expect((await room.as('alice').delete(`/invites/${revoked.id}`)).status).toBe(404)
    ahead += 61_000
    for (const { code } of [timed, revoked]) {
      expect(await look('carol', code)).toMatchObject(missing)
      expect(await join('carol', code)).toMatchObject(missing)
    }
    const wrong = await room.as('alice').post('/invites', { expiresAt: soon })
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/expiresAt' }] } })
    await room.as('alice').delete('')
    expect(await join('carol', left.code)).toMatchObject(missing)
    expect(await host.prisma.chatInvite.count({ where: { roomId: room.id } })).toBe(0)
  })

  it('end for good when who made them goes, or may add nobody any more', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const [ofBob, ofCarol] = [await link(room, 'bob'), await link(room, 'carol')]
    await room.as('bob').delete('/members/me')
    await room.as('alice').patch('/members/carol', { permissions: { canAddUsers: false } })
    for (const { code } of [ofBob, ofCarol]) expect(await join('dave', code)).toMatchObject(missing)
    await room.as('alice').post('/members', { userId: 'bob' })
    await room.as('alice').patch('/members/carol', { permissions: { canAddUsers: true } })
    for (const { code } of [ofBob, ofCarol]) expect(await join('dave', code)).toMatchObject(missing)
  })

  it('are no way in for who is banned, or was removed', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const { code } = await link(room, 'alice')
    await room.as('alice').delete('/members/bob')
    await room.as('alice').put('/bans/carol', {})
    for (const userId of ['bob', 'carol']) {
      expect(await look(userId, code)).toMatchObject(missing)
      expect(await join(userId, code)).toMatchObject(missing)
    }
    // Who went by themselves comes back.
    expect((await join('dave', code)).status).toBe(201)
    await room.as('dave').delete('/members/me')
    expect((await join('dave', code)).status).toBe(201)
    const open = await givenRoom(host, 'alice', { type: 'group', name: 'Open', isPublic: true, userIds: ['bob'] })
    await open.as('alice').delete('/members/bob?ban=false')
    expect((await join('bob', (await link(open, 'alice')).code)).status).toBe(201)
  })

  it('give no more than who made them holds, nor what was taken from who comes', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.as('alice').patch('/members/bob', { permissions: { canCreateMessages: false } })
    const narrow = await join('carol', (await link(room, 'bob')).code)
    expect(narrow.body.me.permissions).toMatchObject({ canCreateMessages: false, canAddUsers: true })
    await room.as('bob').delete('/members/me')
    const back = await join('bob', (await link(room, 'alice')).code)
    expect(back.body.me.permissions).toMatchObject({ canCreateMessages: false, canAddUsers: true })
  })

  it('hold to blocks, to whom their maker may contact, and to the host’s hook', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id, code } = await link(room, 'alice')
    await host.as('carol').put('/users/me/blocks/alice')
    expect(await join('carol', code)).toMatchObject({ status: 403, body: { code: 'blocked' } })
    await host.as('carol').delete('/users/me/blocks/alice')
    expect(await join('erin', code)).toMatchObject(forbidden)
    asked.length = 0
    // Who would have to be asked comes of their own will.
    expect((await join('dave', code)).status).toBe(201)
    expect(asked).toEqual([{ userId: 'dave', invite: { id, createdById: 'alice' } }])
    refusing.add('carol')
    expect(await join('carol', code)).toMatchObject({ status: 422, body: { detail: 'not you' } })
    refusing.clear()
    expect(await inn(room)).toEqual(['alice', 'bob', 'dave'])
    expect((await room.as('alice').get('/invites')).body.items).toMatchObject([{ uses: 1 }])
  })

  it('are a few in a room, of which those that have ended are none', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const once = await link(room, 'alice', { maxUses: 1 })
    const answers = await Promise.all(Array.from({ length: 4 }, () => room.as('alice').post('/invites', {})))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409])
    // Nobody takes the places of all.
    const one = { status: 409, body: { detail: 'a room has 3 invite links of one user at most: revoke one first' } }
    expect(answers.find(({ status }) => status === 409)).toMatchObject(one)
    await link(room, 'bob')
    const all = { status: 409, body: { detail: 'a room has 4 invite links at most: revoke one first' } }
    expect(await room.as('bob').post('/invites', {})).toMatchObject(all)
    await join('carol', once.code)
    expect((await room.as('alice').post('/invites', {})).status).toBe(201)
    const page = (await room.as('bob').get('/invites?limit=3')).body
    expect(page.items).toHaveLength(3)
    expect((await room.as('bob').get(`/invites?limit=3&cursor=${page.nextCursor}`)).body.items).toHaveLength(1)
  })

  it('are made by the host’s own code as many as a room takes', async () => {
    const room = await givenGroup(host, 'alice')
    for (let n = 0; n < 4; n += 1) await host.chat.system.invites.create(room.id)
    await expect(host.chat.system.invites.create(room.id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('are used by people who were never in the room: whoever comes back takes the place of nobody', async () => {
    const room = await givenGroup(host, 'alice')
    const { code } = await link(room, 'alice', { maxUses: 2 })
    for (let n = 0; n < 3; n += 1) {
      expect((await join('bob', code)).status).toBe(201)
      await room.as('bob').delete('/members/me')
    }
    expect((await room.as('alice').get('/invites')).body.items).toMatchObject([{ uses: 1, maxUses: 2 }])
    expect((await join('carol', code)).status).toBe(201)
    expect((await room.as('alice').get('/invites')).body.items).toEqual([])
  })

  it('are revoked by who made them, or by who may remove people, which is audited', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const [own, other] = [await link(room, 'bob'), await link(room, 'bob')]
    expect(await room.as('carol').delete(`/invites/${own.id}`)).toMatchObject(forbidden)
    expect((await room.as('bob').delete(`/invites/${own.id}`)).status).toBe(204)
    expect((await room.as('alice').delete(`/invites/${other.id}`)).status).toBe(204)
    const { items } = await host.chat.system.audit.list({ roomId: room.id, action: 'invite.revoked' })
    expect(items).toMatchObject([{ actorId: 'alice', userId: 'bob' }])
  })

  it('are not for private rooms', async () => {
    const room = await givenRoom(host, 'alice', { type: 'private', userIds: ['bob'] })
    for (const answer of [await room.as('alice').post('/invites', {}), await room.as('alice').get('/invites')]) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
    }
  })

  it('are made and used by the host’s own code, inside its transactions too', async () => {
    const room = await givenGroup(host, 'alice')
    const made = await host.chat.system.invites.create(room.id)
    expect(made).toMatchObject({ createdBy: null })
    const failing = host.chat.transaction(async (_, chat) => {
      expect(await chat.invites.join('bob', made.code)).toMatchObject({ id: room.id })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await inn(room)).toEqual(['alice'])
    expect((await host.chat.system.invites.list(room.id)).items).toMatchObject([{ id: made.id, uses: 0 }])
    expect(await host.chat.invites.get('bob', made.code)).toMatchObject({ name: 'A group' })
    expect(await host.chat.invites.join('bob', made.code)).toMatchObject({ me: { role: 'member' } })
    expect((await room.as('alice').get('/members/bob')).body.addedById).toBeNull()
    await host.chat.system.invites.remove(room.id, made.id)
    await expect(host.chat.invites.join('carol', made.code)).rejects.toMatchObject({ code: 'not_found' })
  })
})
