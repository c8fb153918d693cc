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

export const missingPermission = (permission: Permission) => forbidden(`needs the permission ${permission}`)

/** Throws where a role is given that is above the grantor's own. */
export function checkRole(grantor: MemberRow, role: Role): void {
  if (ranks[role] > ranks[grantor.role]) throw forbidden(`only who is ${role} can make others ${role}`)
}

/** Throws where somebody who was in a room comes back with more than they left with: an owner alone gives that. */
export function checkReturn(former: MemberRow, role: Role, given: SomePermissions): void {
  const isMore =
    ranks[role] > ranks[former.role] || permissionNames.some((name) => given[name] === true && !former[name])
  if (isMore) throw forbidden('they were here with less: only an owner gives them more')
}

/** A preset never gives more than the grantor holds, or somebody who was silenced could add a second self that is not. */
export const capped = (preset: Permissions, grantor: Permissions | undefined): Permissions =>
  grantor === undefined
    ? permissionsOf(preset)
    : (Object.fromEntries(permissionNames.map((name) => [name, preset[name] && grantor[name]])) as Permissions)

/** What comes with a new role, without what the preset of the old one gives and its holder has not: that was taken. */
export const withoutTaken = (preset: Permissions, former: Permissions, current: Permissions): Permissions =>
  Object.fromEntries(
    permissionNames.map((name) => [name, preset[name] && (current[name] || !former[name])]),
  ) as Permissions

export const withGiven = (preset: Permissions, given: SomePermissions = {}): Permissions =>
  Object.fromEntries(permissionNames.map((name) => [name, given[name] ?? preset[name]])) as Permissions
