import { z } from 'zod'

/** The nine things that a member may or may not do in a room. */
export const permissionNames = [
  'canAddUsers',
  'canRemoveUsers',
  'canCreateMessages',
  'canDeleteMessages',
  'canDeleteOwnMessages',
  'canEditMessages',
  'canEditOwnMessages',
  'canEditRoom',
  'canDeleteRoom',
] as const

/** One of the nine permissions. */
export type Permission = (typeof permissionNames)[number]

/** A member's nine permissions. */
export type Permissions = Record<Permission, boolean>

const flags = Object.fromEntries(permissionNames.map((name) => [name, z.boolean()])) as Record<Permission, z.ZodBoolean>

export const permissions = z.strictObject(flags)

/** Some of the nine, as a caller gives them; the others stay as they are. */
export const somePermissions = permissions.partial()
/** Some of the nine permissions; those that are left out stay as they are. */
export type SomePermissions = { [name in Permission]?: boolean | undefined }

/** What a member is in a room; `owner` is the most. */
export type Role = 'owner' | 'admin' | 'member'

export const role = z.enum(['owner', 'admin', 'member']) satisfies z.ZodType<Role>

/** `private`: exactly two people. `group`: everybody writes. `channel`: only those who may. */
export type RoomType = 'private' | 'group' | 'channel'

export const roomType = z.enum(['private', 'group', 'channel']) satisfies z.ZodType<RoomType>
