import type { SomePermissions } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenChannel, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

const forbidden = { status: 403, body: { code: 'forbidden' } }

describe.each(databases)('giving roles and permissions on $name', (database) => {
  const host = shareHost(database)

  /** Alice owns it, Bob is an admin, Carol a member. */
  async function givenRanks(type: 'group' | 'channel' = 'group'): Promise<GivenRoom> {
    const room = await (type === 'group' ? givenGroup : givenChannel)(host, 'alice', 'carol')
    expect((await room.as('alice').post('/members', { userId: 'bob', role: 'admin' })).status).toBe(201)
    return room
  }

  const permissionsOf = async (room: GivenRoom, userId: string) =>
    (await room.as(userId).get('')).body.me.permissions as Required<SomePermissions>

  it('is not for members: they add with the preset', async () => {
    const room = await givenRanks()
    for (const gift of [{ role: 'member' }, { role: 'admin' }, { permissions: { canAddUsers: true } }]) {
      expect(await room.as('carol').post('/members', { userId: 'dave', ...gift })).toMatchObject(forbidden)
    }
    const added = await room.as('carol').post('/members', { userId: 'dave' })
    expect(added).toMatchObject({ status: 201, body: { role: 'member', addedById: 'carol' } })
  })

  it('by an admin who adds somebody reaches as far as the own role and permissions', async () => {
    const room = await givenRanks()
    const add = (gift: object) => room.as('bob').post('/members', { userId: 'dave', ...gift })
    expect(await add({ role: 'owner' })).toMatchObject(forbidden)
    const beyond = { ...forbidden, body: { detail: expect.stringContaining('canEditMessages') } }
    expect(await add({ permissions: { canEditMessages: true } })).toMatchObject(beyond)
    expect((await room.as('dave').get('')).status).toBe(404)
    const added = await add({ role: 'admin', permissions: { canRemoveUsers: false } })
    expect(added).toMatchObject({ status: 201, body: { role: 'admin', permissions: { canRemoveUsers: false } } })
  })

  it('never raises oneself, whatever one is', async () => {
    const room = await givenRanks()
    for (const userId of ['bob', 'carol']) {
      for (const wish of [{ role: 'owner' }, { role: 'admin' }, { permissions: { canDeleteRoom: true } }]) {
        expect(await room.as(userId).patch('/members/me', wish)).toMatchObject(forbidden)
        expect(await room.as(userId).patch(`/members/${userId}`, wish)).toMatchObject(forbidden)
      }
    }
    // An owner whom the host took a permission from does not take it back.
    await host.chat.system.members.update(room.id, 'alice', { permissions: { canDeleteRoom: false } })
    const regain = { permissions: { canDeleteRoom: true } }
    expect(await room.as('alice').patch('/members/me', regain)).toMatchObject(forbidden)
    expect((await permissionsOf(room, 'alice')).canDeleteRoom).toBe(false)
  })

  it('is for owners alone once somebody is in', async () => {
    const room = await givenRanks()
    for (const userId of ['bob', 'carol']) {
      const other = userId === 'bob' ? 'carol' : 'bob'
      const wish = { permissions: { canCreateMessages: false } }
      expect(await room.as(userId).patch(`/members/${other}`, wish)).toMatchObject(forbidden)
      expect(await room.as(userId).patch(`/members/${other}`, { role: 'member' })).toMatchObject(forbidden)
      expect(await room.as(userId).patch('/members/alice', { role: 'member' })).toMatchObject(forbidden)
    }
    const changed = await room.as('alice').patch('/members/carol', { permissions: { canCreateMessages: false } })
    expect(changed).toMatchObject({ status: 200, body: { role: 'member', permissions: { canCreateMessages: false } } })
  })

  it('brings the preset with a new role, and single permissions on top of it', async () => {
    const room = await givenRanks('channel')
    const raised = await room
      .as('alice')
      .patch('/members/carol', { role: 'admin', permissions: { canEditRoom: false } })
    expect(raised.body).toMatchObject({
      role: 'admin',
      permissions: { canCreateMessages: true, canRemoveUsers: true, canEditRoom: false, canDeleteRoom: false },
    })
    // The role that one has already changes nothing.
    const same = await room.as('alice').patch('/members/carol', { role: 'admin' })
    expect(same.body.permissions).toEqual(raised.body.permissions)
    const lowered = await room.as('alice').patch('/members/carol', { role: 'member' })
    expect(lowered.body).toMatchObject({ role: 'member', permissions: { canCreateMessages: false, canAddUsers: true } })
  })

  it('caps the preset at what the grantor holds, so that nobody who was silenced adds a second self that is not', async () => {
    const room = await givenRanks()
    for (const [grantor, added] of [['carol', 'dave'] as const, ['bob', 'erin'] as const]) {
      await room.as('alice').patch(`/members/${grantor}`, { permissions: { canCreateMessages: false } })
      const answer = await room.as(grantor).post('/members', { userId: added })
      expect(answer).toMatchObject({
        status: 201,
        body: { permissions: { canCreateMessages: false, canAddUsers: true } },
      })
      expect(await room.as(added).post('/messages', { text: 'For a friend' })).toMatchObject(forbidden)
    }
    // The same for an owner who gives a role.
    await room.as('alice').patch('/members/me', { permissions: { canDeleteRoom: false, canEditRoom: false } })
    const raised = await room.as('alice').patch('/members/dave', { role: 'owner' })
    expect(raised.body).toMatchObject({ role: 'owner', permissions: { canDeleteRoom: false, canEditRoom: false } })
  })

  it('is told to everyone in the room', async () => {
    const room = await givenRanks()
    const socket = await host.socket('carol')
    await socket.ready()
    const { body } = await room.as('alice').patch('/members/bob', { permissions: { canRemoveUsers: false } })
    const event = await socket.next('member.updated')
    expect(event).toMatchObject({ roomId: room.id, revision: body.revision, member: { user: { id: 'bob' } } })
    expect(event.member.permissions.canRemoveUsers).toBe(false)
  })

  it('shares ownership, and leaves a room never without an owner', async () => {
    const room = await givenRanks()
    const lastOwner = { status: 409, body: { code: 'conflict' } }
    expect(await room.as('alice').patch('/members/me', { role: 'admin' })).toMatchObject(lastOwner)
    await room.as('alice').patch('/members/bob', { role: 'owner' })
    expect(await room.as('alice').patch('/members/me', { role: 'admin' })).toMatchObject({ status: 200 })
    expect(await room.as('bob').patch('/members/me', { role: 'member' })).toMatchObject(lastOwner)
    expect((await room.as('bob').get('')).body.me.role).toBe('owner')
  })

  it('leaves a room an owner also when both owners step down at once', async () => {
    for (let n = 0; n < 5; n += 1) {
      const room = await givenGroup(host, 'alice', 'bob')
      await room.as('alice').patch('/members/bob', { role: 'owner' })
      const answers = await Promise.all(
        ['alice', 'bob'].map((userId) => room.as(userId).patch('/members/me', { role: 'member' })),
      )
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409])
    }
  })

  it('names nobody who is not in the room', async () => {
    const room = await givenRanks()
    expect(await room.as('alice').patch('/members/dave', { role: 'admin' })).toMatchObject({ status: 404 })
    expect(await room.as('dave').patch('/members/carol', { role: 'admin' })).toMatchObject({ status: 404 })
  })

  it('leaves what is everyone’s own to everyone', async () => {
    const room = await givenRanks()
    for (const wish of [{ muted: true }, { lastReadSeq: 1 }]) {
      const answer = await room.as('alice').patch('/members/carol', wish)
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: `/${Object.keys(wish)[0]}` }] } })
    }
  })
})
