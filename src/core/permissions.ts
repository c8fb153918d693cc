import {
  type Permission,
  type Permissions,
  permissionNames,
  type Role,
  type SomePermissions,
} from '../contract/permissions.js'
import { forbidden } from '../contract/problems.js'
import type { MemberRow } from '../store/members.js'

const ranks: Record<Role, number> = { member: 0, admin: 1, owner: 2 }

export const permissionsOf = (row: Permissions): Permissions =>
  Object.fromEntries(permissionNames.map((name) => [name, row[name]])) as Permissions

export const lacks = (permission: Permission) => forbidden(`needs the permission ${permission}`)

/** Throws where a role or a permission is given that the giver does not hold. */
export function checkGrant(giver: MemberRow, role: Role, given: SomePermissions): void {
  if (ranks[role] > ranks[giver.role]) throw forbidden(`only who is ${role} can make others ${role}`)
  const missing = permissionNames.find((name) => given[name] === true && !giver[name])
  if (missing) throw lacks(missing)
}

/** A preset never gives more than the giver holds, or somebody who was silenced could add a second self that is not. */
export const capped = (preset: Permissions, giver: Permissions | undefined): Permissions =>
  giver === undefined
    ? preset
    : (Object.fromEntries(permissionNames.map((name) => [name, preset[name] && giver[name]])) as Permissions)

export const withGiven = (preset: Permissions, given: SomePermissions = {}): Permissions =>
  Object.fromEntries(permissionNames.map((name) => [name, given[name] ?? preset[name]])) as Permissions
