import {
  type Permission,
  type Permissions,
  permissionNames,
  type Role,
  type RoomType,
} from '../contract/permissions.js'

/** What a member may do when it joins, by room type and role. */
export type RoomPresets = Record<RoomType, Record<Role, Permissions>>

const may = (...names: Permission[]): Permissions =>
  Object.fromEntries(permissionNames.map((name) => [name, names.includes(name)])) as Permissions

const both = may('canCreateMessages', 'canDeleteOwnMessages', 'canEditOwnMessages', 'canDeleteRoom')

/** The table of the protocol, as data. */
export const roomPresets: RoomPresets = {
  private: { member: both, admin: both, owner: both },
  group: {
    member: may('canAddUsers', 'canCreateMessages', 'canDeleteOwnMessages', 'canEditOwnMessages'),
    admin: may(
      ...(['canAddUsers', 'canRemoveUsers', 'canCreateMessages', 'canDeleteMessages'] as const),
      ...(['canDeleteOwnMessages', 'canEditOwnMessages', 'canEditRoom'] as const),
    ),
    owner: may(
      ...(['canAddUsers', 'canRemoveUsers', 'canCreateMessages', 'canDeleteMessages'] as const),
      ...(['canDeleteOwnMessages', 'canEditOwnMessages', 'canEditRoom', 'canDeleteRoom'] as const),
    ),
  },
  channel: {
    member: may('canAddUsers', 'canDeleteOwnMessages', 'canEditOwnMessages'),
    admin: may(...permissionNames.filter((name) => name !== 'canDeleteRoom')),
    owner: may(...permissionNames),
  },
}
