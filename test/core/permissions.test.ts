import type { Permission, Role, RoomType } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenRoom, roomOf } from './given-room.js'
import { deeds } from './permission-deeds.js'
import { shareHost } from './shared-host.js'

const names = Object.keys(deeds) as Permission[]

// The table of the protocol, column by column: what a private room's two people, and each role, may do.
const presets: [RoomType, Role, Record<Permission, '✓' | '–'>][] = [
  ['private', 'member', may('–', '–', '✓', '–', '✓', '–', '✓', '–', '✓')],
  ['group', 'member', may('✓', '–', '✓', '–', '✓', '–', '✓', '–', '–')],
  ['group', 'admin', may('✓', '✓', '✓', '✓', '✓', '–', '✓', '✓', '–')],
  ['group', 'owner', may('✓', '✓', '✓', '✓', '✓', '–', '✓', '✓', '✓')],
  ['channel', 'member', may('✓', '–', '–', '–', '✓', '–', '✓', '–', '–')],
  ['channel', 'admin', may('✓', '✓', '✓', '✓', '✓', '✓', '✓', '✓', '–')],
  ['channel', 'owner', may('✓', '✓', '✓', '✓', '✓', '✓', '✓', '✓', '✓')],
]

function may(...marks: ('✓' | '–')[]) {
  return Object.fromEntries(names.map((name, n) => [name, marks[n]])) as Record<Permission, '✓' | '–'>
}

/** The one answer that a deed may have where it is allowed, or where it is not. */
const done = { status: expect.toBeOneOf([200, 201, 204]) }
const refused = (permission: Permission) => ({
  status: 403,
  body: { code: 'forbidden', detail: expect.stringContaining(permission) },
})
const impossible = { status: 409, body: { code: 'conflict' } }

describe.each(databases)('permissions on $name', (database) => {
  const host = shareHost(database)

  async function givenMember(type: RoomType, role: Role): Promise<GivenRoom> {
    if (type === 'private') {
      const { body } = await host.as('dave').post('/rooms', { type, userIds: ['bob'] })
      return roomOf(host, body.id)
    }
    if (role === 'owner') return givenRoom(host, 'bob', { type, name: 'Room', userIds: ['carol'] })
    const room = await givenRoom(host, 'alice', { type, name: 'Room' })
    expect((await room.as('alice').post('/members', { userId: 'bob', role })).status).toBe(201)
    return room
  }

  it.each(presets)(
    'lets who joins a %s room as %s do what the table says, and nothing else',
    async (type, role, table) => {
      const room = await givenMember(type, role)
      const { body } = await room.as('bob').get('')
      expect(body.me.role).toBe(role)
      expect(body.me.permissions).toEqual(Object.fromEntries(names.map((name) => [name, table[name] === '✓'])))
      for (const name of names) {
        const answer = await deeds[name](host, room, 'bob')
        // Nobody at all enters or leaves a private room: that is not a question of who asks.
        const isImpossible = type === 'private' && (name === 'canAddUsers' || name === 'canRemoveUsers')
        const expected = table[name] === '✓' ? done : isImpossible ? impossible : refused(name)
        expect(answer, name).toMatchObject(expected)
      }
    },
  )

  it.each(names)('refuses a member who has everything but %s what needs it', async (permission) => {
    const room = await givenRoom(host, 'alice', { type: 'channel', name: 'Room' })
    // Who may edit or delete every message may do so with the own ones.
    const wider = permission.replace('Own', '')
    const permissions = Object.fromEntries(names.map((name) => [name, name !== permission && name !== wider]))
    expect(await room.as('alice').post('/members', { userId: 'bob', permissions })).toMatchObject(done)
    expect(await deeds[permission](host, room, 'bob')).toMatchObject(refused(permission))
  })

  it.each(names)('lets a member who has nothing but %s do what that allows', async (permission) => {
    const room = await givenRoom(host, 'alice', { type: 'channel', name: 'Room' })
    const permissions = Object.fromEntries(names.map((name) => [name, name === permission]))
    await room.as('alice').post('/members', { userId: 'bob', permissions })
    expect(await deeds[permission](host, room, 'bob')).toMatchObject(done)
  })

  it('takes effect with the very next request, in both directions', async () => {
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Room', userIds: ['bob'] })
    for (const canCreateMessages of [false, true, false]) {
      await room.as('alice').patch('/members/bob', { permissions: { canCreateMessages } })
      const sent = await room.as('bob').post('/messages', { text: 'Hello' })
      expect(sent).toMatchObject(canCreateMessages ? done : refused('canCreateMessages'))
    }
  })
})

describe.each(databases)('presets of the host on $name', (database) => {
  const nothing = may('–', '–', '–', '–', '–', '–', '–', '–', '–')
  const off = Object.fromEntries(Object.keys(nothing).map((name) => [name, false])) as Record<Permission, boolean>
  const all = { member: off, admin: off, owner: { ...off, canCreateMessages: true, canAddUsers: true } }
  const host = shareHost(database, { permissions: { private: all, group: all, channel: all } })

  it('stand in for ours', async () => {
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Room', userIds: ['bob'] })
    expect((await room.as('alice').get('')).body.me.permissions).toEqual(all.owner)
    expect(await room.as('bob').post('/messages', { text: 'May I?' })).toMatchObject(refused('canCreateMessages'))
    expect(await room.as('alice').delete('')).toMatchObject(refused('canDeleteRoom'))
    expect(await room.as('alice').post('/messages', { text: 'I may' })).toMatchObject(done)
  })
})
