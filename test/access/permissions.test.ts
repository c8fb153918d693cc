import type { PermissionCheck } from 'express-chat'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Permission, permissionNames, type Role, type RoomType } from '../../src/contract/permissions.js'
import { roomPresets } from '../../src/core/room-presets.js'
import { databases } from '../databases.js'
import { type Answered, ask } from './ask.js'
import { askers, type Kind, type Somebody } from './askers.js'
import { promised, roles } from './protocol.js'
import { commandRows, isGranted, type Row, routeRows, statusesOf } from './table.js'
import { World } from './world.js'

const promisedAll = (type: RoomType, role: Role) =>
  Object.fromEntries(permissionNames.map((name) => [name, promised(type, role, name)]))

/** Of the table, the rows whose answer is a matter of one permission: what it guards. */
const guarded = [...routeRows, ...commandRows].filter((row): row is Row & { needs: Permission } => {
  const [, statuses] = statusesOf(row).find(([kind]) => kind === 'group') ?? []
  return row.needs !== undefined && isGranted(statuses?.[askers.indexOf('with')])
})

const isAllowed = ({ status }: Answered): boolean => status < 300

/** In a private room both people pin, whatever they hold. */
const isForBoth = (kind: string, { on }: Row): boolean => kind === 'private' && /\/pins\/|^message\.(un)?pin$/.test(on)

describe('the presets', () => {
  it.each(['private', 'group', 'channel'] as const)('of a %s room are those of the protocol', (type) => {
    for (const role of roles) expect(roomPresets[type][role], role).toEqual(promisedAll(type, role))
  })

  it('are about permissions that each guard something', () => {
    expect(new Set(guarded.map((row) => row.needs))).toEqual(new Set(permissionNames))
  })
})

const people: [kind: Kind, type: RoomType, role: Role, who: Somebody][] = [
  ['private', 'private', 'member', 'owner'],
  ['group', 'group', 'member', 'bystander'],
  ['group', 'group', 'admin', 'admin'],
  ['group', 'group', 'owner', 'owner'],
  ['channel', 'channel', 'member', 'bystander'],
  ['channel', 'channel', 'admin', 'admin'],
  ['channel', 'channel', 'owner', 'owner'],
]

// What the rules make of a permission is no matter of the database; that it is kept there is in the table's test.
describe.each(databases.slice(0, 1))('on $name', (database) => {
  let world: World
  let can: ((question: PermissionCheck) => boolean) | undefined
  const asked: PermissionCheck[] = []
  beforeAll(async () => {
    world = await World.on(database, {
      can(question) {
        asked.push(question)
        return can?.(question)
      },
    })
  })
  afterEach(async () => {
    can = undefined
    asked.length = 0
    await world.settle()
  })
  afterAll(() => world?.close())

  const askAs = (who: Somebody, row: Row, kind: Kind = 'group') =>
    ask(world, who, row, world.target(kind, who, row.whose ?? 'others'))

  describe.each(people)('in a %s room', (kind, type, role, who) => {
    it(`the ${role} ${who} may do what the protocol promises, and nothing else`, async () => {
      const { body } = await world.host.as(who).get(`/rooms/${world.room(kind, who)}`)
      expect(body.me.permissions).toEqual(promisedAll(type, role))
      for (const row of guarded) {
        const answer = await askAs(who, row, kind)
        const name = `${row.on} ${row.what ?? ''}`
        expect(isAllowed(answer), name).toBe(promised(type, role, row.needs) || isForBoth(kind, row))
        if (isAllowed(answer)) await world.settle()
        else if (answer.status !== 409) expect(answer.body.detail, name).toContain(row.needs)
        else expect([kind, row.on], name).toEqual(['private', expect.stringMatching(/\/(members|bans|invites)/)])
      }
    })
  })

  describe.each(guarded.map((row) => [`${row.on} ${row.what ?? ''}`, row] as const))('%s', (_, row) => {
    it('can be refused by the host, whose word is asked for each time and is the last', async () => {
      await world.grant(row.needs)
      can = ({ permission }) => permission !== row.needs
      const refused = await askAs('with', row)
      expect(refused).toMatchObject({
        status: 403,
        body: { code: 'forbidden', detail: expect.stringContaining(row.needs) },
      })
      expect(await world.settle()).toEqual([])
      const room = { id: world.room('group', 'with'), type: 'group' }
      expect(asked).toEqual([{ permission: row.needs, userId: 'with', role: 'member', room }])

      can = ({ permission }) => permission === row.needs
      expect(isAllowed(await askAs('with', row))).toBe(true)
    })

    it('is not given by the host’s word to one without the permission', async () => {
      await world.grant(row.needs)
      can = () => true
      expect(await askAs('without', row)).toMatchObject({ status: 403 })
    })
  })

  const aboutOwn = guarded.filter((row) => row.whose === 'own' && row.needs.includes('Own'))
  it.each(aboutOwn.map((row) => [row.on, row] as const))(
    '%s: one’s own takes one of two permissions, also where the host refuses the other',
    async (_, row) => {
      await world.grant(undefined)
      for (const refused of [row.needs, row.needs.replace('Own', '')]) {
        can = ({ permission }) => permission !== refused
        expect(isAllowed(await askAs('with', row)), refused).toBe(true)
        await world.settle()
      }
      can = ({ permission }) => permission !== row.needs && permission !== row.needs.replace('Own', '')
      expect(await askAs('with', row)).toMatchObject({ status: 403 })
    },
  )

  describe.each(permissionNames)('%s', (permission) => {
    const others = permissionNames.filter((name) => name !== permission)
    const path = () => `/rooms/${world.room('group', 'owner')}/members`

    it('is not given to others by an owner or an admin who lacks it', async () => {
      await world.hold({ owner: others, admin: others })
      const given = { permissions: { [permission]: true } }
      const refusals = [
        await world.host.as('owner').patch(`${path()}/bystander`, given),
        await world.host.as('owner').post(path(), { userId: 'newcomer', ...given }),
        await world.host.as('admin').post(path(), { userId: 'newcomer', ...given }),
      ]
      for (const { status, body } of refusals.slice(0, permission === 'canAddUsers' ? 1 : undefined)) {
        expect([status, body.detail]).toEqual([403, `needs the permission ${permission}`])
      }
      expect(await world.settle()).toEqual([])
    })

    it('is given, and taken, by an owner who holds it', async () => {
      await world.hold({ owner: permissionNames })
      for (const value of [true, false]) {
        const { status, body } = await world.host
          .as('owner')
          .patch(`${path()}/bystander`, { permissions: { [permission]: value } })
        expect([status, body.permissions?.[permission]]).toEqual([200, value])
      }
    })
  })

  it('An owner is removed by nobody, whatever permissions they hold', async () => {
    await world.hold({ admin: permissionNames, with: permissionNames })
    for (const who of ['admin', 'with']) {
      const { status } = await world.host.as(who).delete(`/rooms/${world.room('group', 'owner')}/members/owner`)
      expect(status).toBe(403)
    }
    expect(await world.settle()).toEqual([])
  })
})
