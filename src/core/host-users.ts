import { isId, longestId } from '../contract/fields.js'
import type { HostUserRow, UserRow } from '../store/users.js'
import { avatarAddress } from './avatars.js'
import type { HostUser } from './hooks.js'

/** What the host says of a user, as every database takes it. What is no text at all is a mistake of the host's. */
export function rowOf({ id, name, avatarUrl, tenantId }: HostUser): HostUserRow {
  for (const [what, value] of Object.entries({ name, avatarUrl, tenantId })) {
    if (typeof value === 'string' || value === null || value === undefined) continue
    throw new TypeError(`express-chat: the ${what} of the user "${id}" is a ${typeof value}; give a text or null`)
  }
  return {
    id,
    ...(name ? { name: [...storable(name)].slice(0, 191).join('') } : {}),
    ...(avatarUrl === undefined ? {} : { hostAvatarUrl: avatarUrl && avatarAddress(storable(avatarUrl)) }),
    ...(tenantId ? { tenantId: comparable(tenantId, id) } : {}),
  }
}

/** Somebody whom the directory gave and who was never here, as they are shown. */
export function strangerRow(user: HostUser): UserRow {
  const { id, name = id, hostAvatarUrl = null } = rowOf(user)
  return { id, name, description: '', hostAvatarUrl, avatarMediaId: null, lastSeenAt: null }
}

/** It is shown, not compared: what no database takes is left out rather than refused. */
const storable = (shown: string): string => shown.toWellFormed().replaceAll('\0', '')

/** It is compared, not shown: another text is another tenant. */
function comparable(tenantId: string, userId: string): string {
  if (tenantId === '' || isId(tenantId)) return tenantId
  throw new TypeError(
    `express-chat: the tenantId of the user "${userId}" cannot be one: give a text of 1 to ${longestId} characters that does not end in a space`,
  )
}
