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

/** Throws if the role is above the grantor's own. */
export function checkRole(grantor: MemberRow, role: Role): void {
  if (ranks[role] > ranks[grantor.role]) throw forbidden(`only who is ${role} can make others ${role}`)
}

/** Throws if a former member would come back with more than they left with: only an owner can give that. */
export function checkReturn(former: MemberRow, role: Role, given: SomePermissions): void {
  const isMore =
    ranks[role] > ranks[former.role] || permissionNames.some((name) => given[name] === true && !former[name])
  if (isMore) throw forbidden('they were here with less: only an owner gives them more')
}

/** A preset never gives more than the grantor holds; otherwise a restricted member could add a second account of theirs without the restriction. */
export const capped = (preset: Permissions, grantor: Permissions | undefined): Permissions =>
  grantor === undefined
    ? permissionsOf(preset)
    : (Object.fromEntries(permissionNames.map((name) => [name, preset[name] && grantor[name]])) as Permissions)

/** The preset of a new role, without permissions that were taken from the member: those that their old preset has and they have not. */
export const withoutTaken = (preset: Permissions, former: Permissions, current: Permissions): Permissions =>
  Object.fromEntries(
    permissionNames.map((name) => [name, preset[name] && (current[name] || !former[name])]),
  ) as Permissions

export const withGiven = (preset: Permissions, given: SomePermissions = {}): Permissions =>
  Object.fromEntries(permissionNames.map((name) => [name, given[name] ?? preset[name]])) as Permissions
