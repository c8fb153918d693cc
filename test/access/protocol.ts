import type { Permission, Role, RoomType } from '../../src/contract/permissions.js'

/** PROTOCOL, "Who may do what": of groups and channels what member, admin and owner may. */
// biome-ignore format: a table
const protocol: Record<Permission, [both: string, group: string, channel: string]> = {
  canAddUsers:          ['–', '✓✓✓', '✓✓✓'],
  canRemoveUsers:       ['–', '–✓✓', '–✓✓'],
  canCreateMessages:    ['✓', '✓✓✓', '–✓✓'],
  canDeleteMessages:    ['–', '–✓✓', '–✓✓'],
  canDeleteOwnMessages: ['✓', '✓✓✓', '✓✓✓'],
  canEditMessages:      ['–', '–––', '–✓✓'],
  canEditOwnMessages:   ['✓', '✓✓✓', '✓✓✓'],
  canEditRoom:          ['–', '–✓✓', '–✓✓'],
  canDeleteRoom:        ['✓', '––✓', '––✓'],
}

export const roles: Role[] = ['member', 'admin', 'owner']

export function promised(type: RoomType, role: Role, permission: Permission): boolean {
  const [both, group, channel] = protocol[permission]
  if (type === 'private') return both === '✓'
  return (type === 'group' ? group : channel)[roles.indexOf(role)] === '✓'
}
