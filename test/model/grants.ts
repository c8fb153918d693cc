import type { Permission, Permissions, Role, RoomType } from 'express-chat'
import type { ModelMember, Outcome, SomePermissions } from './world.js'

/** Member, admin, owner; both people of a private room are members. */
const presets: Record<Permission, Partial<Record<RoomType, string>>> = {
  canAddUsers: { group: 'mao', channel: 'mao' },
  canRemoveUsers: { group: 'ao', channel: 'ao' },
  canCreateMessages: { private: 'm', group: 'mao', channel: 'ao' },
  canDeleteMessages: { group: 'ao', channel: 'ao' },
  canDeleteOwnMessages: { private: 'm', group: 'mao', channel: 'mao' },
  canEditMessages: { channel: 'ao' },
  canEditOwnMessages: { private: 'm', group: 'mao', channel: 'mao' },
  canEditRoom: { group: 'ao', channel: 'ao' },
  canDeleteRoom: { private: 'm', group: 'o', channel: 'o' },
}
export const permissions = Object.keys(presets) as Permission[]
const roles: Role[] = ['member', 'admin', 'owner']

export const preset = (type: RoomType, role: Role): Permissions =>
  Object.fromEntries(permissions.map((name) => [name, !!presets[name][type]?.includes(role.charAt(0))])) as Permissions

/** Thrown where a deed is refused: nothing of it is done. */
export class Refusal {
  constructor(readonly outcome: Required<Pick<Outcome, 'status' | 'code'>>) {}
}
const codes = {
  400: 'invalid_request',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  422: 'reaction_not_allowed',
  429: 'slow_mode',
}
export const refuse = (status: keyof typeof codes, code = codes[status]): never => {
  throw new Refusal({ status, code })
}
export const holdTo = (isAllowed: unknown, status: keyof typeof codes, code?: string): void =>
  void (isAllowed || refuse(status, code))

/** A role's preset within what the grantor holds, and single permissions on top. */
export function granted(grantor: ModelMember, type: RoomType, role: Role, single: SomePermissions = {}): Permissions {
  holdTo(roles.indexOf(role) <= roles.indexOf(grantor.role), 403)
  const given = preset(type, role)
  const capped = permissions.map((name) => [
    name,
    allowed(grantor, single)[name] ?? (given[name] && grantor.permissions[name]),
  ])
  return Object.fromEntries(capped) as Permissions
}

/** What somebody holds who comes back: no more than when they went. */
export const within = (held: Permissions, former: ModelMember | undefined): Permissions =>
  Object.fromEntries(
    permissions.map((name) => [name, held[name] && former?.permissions[name] !== false]),
  ) as Permissions

export const ranksAbove = (one: Role, other: Role): boolean => roles.indexOf(one) > roles.indexOf(other)

/** Nobody grants a permission that they do not hold; everyone who grants may take. */
export function allowed(grantor: ModelMember, single: SomePermissions = {}): SomePermissions {
  holdTo(
    permissions.every((name) => !single[name] || grantor.permissions[name]),
    403,
  )
  return single
}
