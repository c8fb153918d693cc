import type { SomePermissions } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { givenGroup, givenRoom, roomOf } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

const forbidden = { status: 403, body: { code: 'forbidden' } }

describe.each(databases)('ownership on $name', (database) => {
  const host = shareHost(database)

  const givenOwnerless = async () => {
    const { id } = await host.chat.system.rooms.create({ type: 'group', name: 'Lobby', isPublic: true })
    return roomOf(host, id)
  }

  const roleOf = async (roomId: string, userId: string) => (await host.chat.system.members.get(roomId, userId)).role

  it('does not go to the first stranger who joins a room of the host', async () => {
    const room = await givenOwnerless()
    const joined = await room.as('alice').post('/members', { userId: 'me' })
    expect(joined).toMatchObject({ status: 201, body: { role: 'member', permissions: { canDeleteRoom: false } } })
    expect(await room.as('alice').delete('')).toMatchObject(forbidden)
    expect(await room.as('alice').patch('/members/me', { role: 'owner' })).toMatchObject(forbidden)
  })

  it('of nobody leaves a room standing when its last member goes, and goes to no heir', async () => {
    const room = await givenOwnerless()
    await room.as('alice').post('/members', { userId: 'me' })
    await room.as('bob').post('/members', { userId: 'me' })
    for (const userId of ['alice', 'bob']) expect((await room.as(userId).delete('/members/me')).status).toBe(204)
    expect(await room.as('carol').get('')).toMatchObject({ status: 200, body: { memberCount: 0 } })
    const joined = await room.as('carol').post('/members', { userId: 'me' })
    expect(joined).toMatchObject({ status: 201, body: { role: 'member' } })

    // An owner whom the host gives to such a room has no heir either, and may step down.
    await host.chat.system.members.update(room.id, 'carol', { role: 'owner' })
    await room.as('dave').post('/members', { userId: 'me' })
    expect((await room.as('carol').patch('/members/me', { role: 'member' })).status).toBe(200)
    await host.chat.system.members.update(room.id, 'carol', { role: 'owner' })
    await room.as('carol').delete('/members/me')
    expect(await roleOf(room.id, 'dave')).toBe('member')
  })

  it('stays with its people in rooms that were made with some', async () => {
    const { id } = await host.chat.system.rooms.create({ type: 'group', name: 'Team', userIds: ['alice', 'bob'] })
    const room = roomOf(host, id)
    expect(await roleOf(id, 'alice')).toBe('owner')
    await room.as('alice').delete('/members/me')
    expect(await roleOf(id, 'bob')).toBe('owner')
    await room.as('bob').delete('/members/me')
    await expect(host.chat.system.rooms.get(id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is not taken from the founder by a co-owner, nor any of what it brings', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    for (const userId of ['bob', 'carol']) await room.as('alice').patch(`/members/${userId}`, { role: 'owner' })
    for (const victim of ['alice', 'carol']) {
      const path = `/members/${victim}`
      expect(await room.as('bob').delete(path)).toMatchObject(forbidden)
      for (const wish of [{ role: 'admin' }, { role: 'member' }, { permissions: { canCreateMessages: false } }]) {
        expect(await room.as('bob').patch(path, wish)).toMatchObject(forbidden)
      }
      expect(await roleOf(room.id, victim)).toBe('owner')
    }
    // Who made the room unmakes the owners that are one too many; each steps down by themselves, and the host may all.
    expect((await room.as('alice').patch('/members/bob', { role: 'member' })).status).toBe(200)
    expect((await room.as('carol').patch('/members/me', { role: 'admin' })).status).toBe(200)
    expect((await room.as('alice').delete('/members/bob')).status).toBe(204)
    await host.chat.system.members.update(room.id, 'carol', { role: 'owner' })
    await host.chat.system.members.update(room.id, 'alice', { role: 'member' })
    // A founder who is no owner any more has no more to say than others.
    expect(await room.as('alice').patch('/members/carol', { role: 'member' })).toMatchObject(forbidden)
  })

  it('does not come by removing somebody and adding them again with more', async () => {
    const room = await givenGroup(host, 'alice', 'carol')
    await room.as('alice').post('/members', { userId: 'bob', role: 'admin' })
    await room.as('alice').patch('/members/carol', { permissions: { canCreateMessages: false } })
    expect((await room.as('bob').delete('/members/carol')).status).toBe(204)
    for (const gift of [{ role: 'admin' }, { permissions: { canCreateMessages: true } }]) {
      expect(await room.as('bob').post('/members', { userId: 'carol', ...gift })).toMatchObject(forbidden)
    }
    const back = await room.as('bob').post('/members', { userId: 'carol' })
    expect(back).toMatchObject({ status: 201, body: { role: 'member', permissions: { canCreateMessages: false } } })
    // An owner may raise them, in one step or in two.
    await room.as('bob').delete('/members/carol')
    const raised = await room.as('alice').post('/members', { userId: 'carol', role: 'admin' })
    expect(raised).toMatchObject({ status: 201, body: { role: 'admin', permissions: { canCreateMessages: true } } })
  })

  it('gives an heir nothing back that was taken from them', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.as('alice').patch('/members/bob', { permissions: { canCreateMessages: false } })
    await room.as('alice').delete('/members/me')
    const { role, permissions } = await host.chat.system.members.get(room.id, 'bob')
    expect({ role, permissions }).toMatchObject({
      role: 'owner',
      permissions: { canCreateMessages: false, canDeleteRoom: true, canEditRoom: true },
    })
    expect(await room.as('bob').patch('/members/me', { permissions: { canCreateMessages: true } })).toMatchObject(
      forbidden,
    )
  })

  it('leaves an heir no more than the owner held who left by themselves', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const taken: SomePermissions = { canDeleteRoom: false }
    await host.chat.system.members.update(room.id, 'alice', { permissions: taken })
    await room.as('alice').delete('/members/me')
    expect(await host.chat.system.members.get(room.id, 'bob')).toMatchObject({ role: 'owner', permissions: taken })
    // The host takes away an owner with whatever the host took from them.
    const other = await givenRoom(host, 'alice', { type: 'group', name: 'Other', userIds: ['bob'] })
    await host.chat.system.members.update(other.id, 'alice', { permissions: taken })
    await host.chat.system.members.remove(other.id, 'alice')
    const heir = await host.chat.system.members.get(other.id, 'bob')
    expect(heir).toMatchObject({ role: 'owner', permissions: { canDeleteRoom: true } })
  })
})
