import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Permissions, permissionNames, type Role } from '../../src/contract/permissions.js'
import { authorizeGrant } from '../../src/core/authorize.js'
import type { Context } from '../../src/core/context.js'
import { capped, missingPermission, permissionsOf, withGiven } from '../../src/core/permissions.js'
import type { MemberRow } from '../../src/store/members.js'
import type { RoomRow } from '../../src/store/rooms.js'

const all = (value: boolean) =>
  Object.fromEntries(permissionNames.map((name) => [name, value])) as unknown as Permissions
const grantor = (role: Role, permissions = all(true)) => ({ role, ...permissions }) as MemberRow
const permissions = fc.record(Object.fromEntries(permissionNames.map((name) => [name, fc.boolean()]))) as fc.Arbitrary<
  Record<string, boolean>
> as unknown as fc.Arbitrary<Permissions>

const checkGrant = (member: MemberRow, role: Role, given: Partial<Permissions>) =>
  authorizeGrant({ hooks: {} } as Context, { id: 'room', type: 'group' } as RoomRow, member, role, given)

describe('somebody who gives a role or permissions', () => {
  it.each<[Role, Role[]]>([
    ['owner', ['owner', 'admin', 'member']],
    ['admin', ['admin', 'member']],
    ['member', ['member']],
  ])('as %s makes others %j, and no more', (role, given) => {
    for (const other of ['owner', 'admin', 'member'] as const) {
      const grant = () => checkGrant(grantor(role), other, {})
      if (given.includes(other)) expect(grant()).toBeUndefined()
      else
        expect(grant).toThrow(
          expect.objectContaining({ code: 'forbidden', detail: `only who is ${other} can make others ${other}` }),
        )
    }
  })

  it('gives no permission that they do not hold, and takes any', () => {
    for (const name of permissionNames) {
      const without = grantor('owner', { ...all(true), [name]: false })
      expect(() => checkGrant(without, 'member', { canCreateMessages: false, [name]: true })).toThrow(
        missingPermission(name),
      )
      expect(() => checkGrant(without, 'member', { ...all(true), [name]: undefined } as never)).not.toThrow()
      expect(() => checkGrant(without, 'member', { [name]: false })).not.toThrow()
      expect(() =>
        checkGrant(grantor('member', { ...all(false), [name]: true }), 'member', { [name]: true }),
      ).not.toThrow()
      expect(missingPermission(name)).toMatchObject({ code: 'forbidden', detail: `needs the permission ${name}` })
    }
  })
})

describe('the permissions of who is added', () => {
  it('are those of the preset that the grantor holds too; the host gives all of them', () => {
    fc.assert(
      fc.property(permissions, permissions, (preset, held) => {
        const given = capped(preset, held)
        expect(Object.keys(given)).toEqual([...permissionNames])
        for (const name of permissionNames) expect(given[name]).toBe(preset[name] && held[name])
        expect(capped(preset, undefined)).toEqual(preset)
      }),
      { numRuns: 50 },
    )
  })

  it('are those of the preset, but for what is given expressly', () => {
    fc.assert(
      fc.property(permissions, permissions, fc.subarray([...permissionNames]), (preset, given, named) => {
        const some = Object.fromEntries(named.map((name) => [name, given[name]]))
        expect(withGiven(preset, some)).toEqual({ ...preset, ...some })
        expect(withGiven(preset)).toEqual(preset)
      }),
      { numRuns: 50 },
    )
  })
})

it('permissions of a member are the nine, without what else its row has', () => {
  const row = { ...grantor('admin', { ...all(true), canEditRoom: false }), userId: 'bob' }
  expect(permissionsOf(row)).toEqual({ ...all(true), canEditRoom: false })
})
