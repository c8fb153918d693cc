import type { Permission } from '../contract/permissions.js'
import { type ChatError, forbidden } from '../contract/problems.js'
import type { MemberRow } from '../store/members.js'
import type { RoomRow } from '../store/rooms.js'
import type { Context, Entered } from './context.js'
import { lacks } from './permissions.js'

/** Throws where a member may not, by any of these permissions. The host itself may. */
export function authorize({ hooks }: Context, { room, member }: Entered, ...anyOf: Permission[]): void {
  if (!member) return
  let refusal: ChatError | undefined
  for (const permission of anyOf) {
    refusal = whyNot(hooks, room, member, permission)
    if (!refusal) return
  }
  throw refusal
}

/** First the member's own permission, then the host's last word. */
function whyNot(
  { can }: Context['hooks'],
  { id, type }: RoomRow,
  member: MemberRow,
  permission: Permission,
): ChatError | undefined {
  if (!member[permission]) return lacks(permission)
  const { userId, role } = member
  if (can?.({ permission, userId, role, room: { id, type } }) !== false) return undefined
  return forbidden(`the application does not allow ${permission} here`)
}
