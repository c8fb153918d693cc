import { describe, expect, it } from 'vitest'
import { permissionNames, type Role, type RoomType } from '../../src/contract/permissions.js'
import { roomPresets } from '../../src/core/room-presets.js'

const add = 'canAddUsers'
const remove = 'canRemoveUsers'
const create = 'canCreateMessages'
const own = ['canDeleteOwnMessages', 'canEditOwnMessages']

describe('who joins a room', () => {
  it.each<[Role, RoomType, string[]]>([
    ...(['member', 'admin', 'owner'] as const).map((role): [Role, RoomType, string[]] => {
      return [role, 'private', [create, ...own, 'canDeleteRoom']]
    }),
    ['member', 'group', [add, create, ...own]],
    ['admin', 'group', [add, remove, create, 'canDeleteMessages', ...own, 'canEditRoom']],
    ['owner', 'group', [add, remove, create, 'canDeleteMessages', ...own, 'canEditRoom', 'canDeleteRoom']],
    ['member', 'channel', [add, ...own]],
    ['admin', 'channel', permissionNames.filter((name) => name !== 'canDeleteRoom')],
    ['owner', 'channel', [...permissionNames]],
  ])('as %s of a %s may do %j', (role, type, names) => {
    const expected = Object.fromEntries(permissionNames.map((name) => [name, names.includes(name)]))
    expect(roomPresets[type][role]).toEqual(expected)
  })
})
