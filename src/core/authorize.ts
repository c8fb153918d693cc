import { type Permission, permissionNames, type Role, type SomePermissions } from '../contract/permissions.js'
import { ChatError, conflict, forbidden } from '../contract/problems.js'
import type { MemberRow } from '../store/members.js'
import type { RoomRow } from '../store/rooms.js'
import type { AnyActor } from './actor.js'
import { type Context, notInPrivate } from './context.js'
import type { Membership } from './membership.js'
import { checkRole, missingPermission } from './permissions.js'

/** Throws if a member has none of these permissions. The host itself has all. */
export function authorize({ hooks }: Context, { room, member }: Membership, ...anyOf: Permission[]): void {
  if (!member) return
  let refusal: ChatError | undefined
  for (const permission of anyOf) {
    refusal = whyNot(hooks, room, member, permission)
    if (!refusal) return
  }
  throw refusal
}

/** Throws if the grantor gives a role or a permission that they do not hold, or that the host's `can` denies them. */
export function authorizeGrant(
  context: Context,
  room: RoomRow,
  grantor: MemberRow,
  role: Role,
  given: SomePermissions,
): void {
  checkRole(grantor, role)
  for (const name of permissionNames) if (given[name] === true) authorize(context, { room, member: grantor }, name)
}

/** Throws if a member may not write, or is silenced. */
export function authorizeWriting(context: Context, membership: Membership): void {
  authorize(context, membership, 'canCreateMessages')
  checkSilence(context, membership)
}

/** Throws if a member is silenced. */
export function checkSilence({ clock }: Context, { member }: Membership): void {
  const refusal = member && silenceOf(member.silencedUntil, clock())
  if (refusal) throw refusal
}

/** The refusal for a silenced member; undefined once the silence is over. */
export function silenceOf(until: Date | null, now: Date): ChatError | undefined {
  if (until === null || until <= now) return undefined
  return new ChatError('silenced', `silenced until ${until.toISOString()}`, { until })
}

/** Throws if the actor may not remove, ban or silence this user. Nobody may do so to an owner or to themselves. */
export function authorizeKeepingOut(
  context: Context,
  actor: AnyActor,
  { room, member }: Membership,
  { userId, target }: { userId: string; target: MemberRow | undefined },
): void {
  notInPrivate(room, 'nobody is removed, banned or silenced')
  if (typeof actor !== 'string') return
  authorize(context, { room, member }, 'canRemoveUsers')
  if (actor === userId) throw conflict('that is done to others')
  if (target?.role === 'owner') throw forbidden('an owner cannot be removed, banned or silenced')
}

/** Throws if a member may not react. All may, unless the host restricts it to members who may write. */
export function authorizeReacting(context: Context, membership: Membership): void {
  checkSilence(context, membership)
  if (context.canReact === 'writers') authorize(context, membership, 'canCreateMessages')
}

/** The refusal of a member who lacks a permission. It checks the member's own permission first, then the host's `can`. */
export function whyNot<Of extends Permission>(
  { can }: Context['hooks'],
  { id, type }: Pick<RoomRow, 'id' | 'type'>,
  member: Pick<MemberRow, 'userId' | 'role' | Of>,
  permission: Of,
): ChatError | undefined {
  if (!member[permission]) return missingPermission(permission)
  const { userId, role } = member
  if (can?.({ permission, userId, role, room: { id, type } }) !== false) return undefined
  return forbidden(`the application does not allow ${permission} here`)
}
