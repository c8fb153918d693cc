import { holdTo, refuse } from './grants.js'
import { leave, memberOf } from './rooms.js'
import { tell } from './told.js'
import type { ModelMember, ModelRoom, Outcome, World } from './world.js'

// Who is removed, kept out and silenced. What somebody does to themselves, but for leaving, is none of these.

/** Who may do that to somebody; an owner is as good as nobody else's to touch. */
function mayKeepOut(room: ModelRoom, me: ModelMember, userId: string, target?: ModelMember): void {
  holdTo(room.type !== 'private', 409)
  holdTo(me.permissions.canRemoveUsers, 403)
  holdTo(userId !== me.userId, 409)
  holdTo(target?.role !== 'owner', 403)
}

/** Whom somebody else removes from a public room is kept out of it, unless it is said otherwise. */
export function remove(room: ModelRoom, me: ModelMember, asked: { userId: string; ban?: boolean }): Outcome {
  const { userId } = asked
  const member = memberOf(room, userId) ?? refuse(404)
  if (member === me) {
    holdTo(room.type !== 'private', 409)
    leave(room, me, userId)
    return { status: 204 }
  }
  mayKeepOut(room, me, userId, member)
  const isBanned = asked.ban ?? room.isPublic
  if (isBanned) room.banned.push(userId)
  leave(room, member, me.userId, isBanned)
  return { status: 204 }
}

export function ban(world: World, room: ModelRoom, me: ModelMember, userId: string): Outcome {
  const member = memberOf(room, userId)
  mayKeepOut(room, me, userId, member)
  holdTo(world.users.includes(userId), 404)
  if (room.banned.includes(userId)) return { status: 200 }
  room.banned.push(userId)
  if (member) leave(room, member, me.userId, true)
  return { status: 201 }
}

export function unban(room: ModelRoom, me: ModelMember, userId: string): Outcome {
  mayKeepOut(room, me, userId)
  holdTo(room.banned.includes(userId), 404)
  room.banned = room.banned.filter((id) => id !== userId)
  return { status: 204 }
}

/** Also of who left, for when they come back, of which nobody is told. An owner may only be heard again. */
export function silence(
  room: ModelRoom,
  me: ModelMember,
  { userId, until }: { userId: string; until: string | null },
): Outcome {
  const member = memberOf(room, userId)
  mayKeepOut(room, me, userId, until === null ? undefined : member)
  const target = member ?? room.former[userId]?.member ?? refuse(404)
  target.silencedUntil = until
  if (member) member.revision = tell(room, 'member.updated', `member ${userId}`)
  return { status: 200 }
}
