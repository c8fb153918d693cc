import {
  type Permission,
  type Permissions,
  permissionNames,
  type Role,
  type RoomType,
} from '../contract/permissions.js'
import { bool, type Check, type Checks, object, refuse } from './option-checks.js'

/** What a member of a role may do. */
export interface RoomPreset extends Permissions {
  /**
   * Whether they may leave by themselves. It is no permission of a member that is written when it joins,
   * as the nine are: who wants to leave is asked about by the role that they have then. Others, and `chat.system`, may
   * remove them all the same. Where it depends on the room, as for those of an order, refuse in `before.leave`.
   *
   * @default true
   */
  canLeave?: boolean
}

/** What a member may do when it joins, by room type and role. */
export type RoomPresets = Record<RoomType, Record<Role, RoomPreset>>

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

/** The same check for each of some keys, all of which must be there; and what else there may be. */
const complete = <Key extends string>(keys: readonly Key[], check: Check, others: Record<string, Check> = {}): Check =>
  object<Record<Key, unknown>>(
    { ...others, ...Object.fromEntries(keys.map((key) => [key, check])) } as Checks<Record<Key, unknown>>,
    { required: keys, mend: howToPreset },
  )

const howToPreset =
  'give what differs on top of what there is, as { ...roomPresets, group: { ...roomPresets.group, member: { ...roomPresets.group.member, canAddUsers: false } } }'

const flag: Check = (value, name) => {
  if (value === undefined) refuse(name, value, howToPreset)
  bool(value, name)
}

export const checkPresets: Check = complete<RoomType>(
  ['private', 'group', 'channel'],
  complete<Role>(['member', 'admin', 'owner'], complete(permissionNames, flag, { canLeave: bool })),
)
