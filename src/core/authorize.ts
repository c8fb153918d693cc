import { type Permission, permissionNames, type Role, type SomePermissions } from '../contract/permissions.js'
import { ChatError, conflict, forbidden } from '../contract/problems.js'
import type { MemberRow } from '../store/members.js'
import type { RoomRow } from '../store/rooms.js'
import type { AnyActor } from './actor.js'
import { type Context, notInPrivate } from './context.js'
import type { Entered } from './membership.js'
import { checkRole, lacks } from './permissions.js'

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

/** Throws where a role or a permission is given that the giver does not hold, or may not use by the host's last word. */
export function authorizeGrant(
  context: Context,
  room: RoomRow,
  giver: MemberRow,
  role: Role,
  given: SomePermissions,
): void {
  checkRole(giver, role)
  for (const name of permissionNames) if (given[name] === true) authorize(context, { room, member: giver }, name)
}

/** Throws where a member may not write, or is silenced. */
export function authorizeWriting(context: Context, entered: Entered): void {
  authorize(context, entered, 'canCreateMessages')
  checkSilence(context, entered)
}

/** Throws where a member may read and do no more, for now. */
export function checkSilence({ clock }: Context, { member }: Entered): void {
  const refusal = member && silenceOf(member.silencedUntil, clock())
  if (refusal) throw refusal
}

/** Why somebody who is silenced may not write; nothing once that is over. */
export function silenceOf(until: Date | null, now: Date): ChatError | undefined {
  if (until === null || until <= now) return undefined
  return new ChatError('silenced', `silenced until ${until.toISOString()}`, { until })
}

/** Throws where somebody may not be removed, banned or silenced by this one. An owner never is, nor is anybody by themselves. */
export function authorizeKeepingOut(
  context: Context,
  actor: AnyActor,
  { room, member }: Entered,
  { userId, target }: { userId: string; target: MemberRow | undefined },
): void {
  notInPrivate(room, 'nobody is removed, banned or silenced')
  if (typeof actor !== 'string') return
  authorize(context, { room, member }, 'canRemoveUsers')
  if (actor === userId) throw conflict('that is done to others')
  if (target?.role === 'owner') throw forbidden('an owner cannot be removed, banned or silenced')
}

/** Throws where a member may not react: all may, unless the host leaves that to those who may write. */
export function authorizeReacting(context: Context, entered: Entered): void {
  checkSilence(context, entered)
  if (context.canReact === 'writers') authorize(context, entered, 'canCreateMessages')
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
