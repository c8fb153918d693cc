import { granted, holdTo, refuse, within } from './grants.js'
import { enter, memberOf, say } from './rooms.js'
import type { ModelMember, ModelRoom, Outcome } from './world.js'

// Links into a room: made by who may add people, used by whoever has one.

export const mostLinks = 2

function mayAdd(room: ModelRoom, me: ModelMember): void {
  holdTo(room.type !== 'private', 409)
  holdTo(me.permissions.canAddUsers, 403)
}

export function makeLink(room: ModelRoom, me: ModelMember, usesLeft: number | null): Outcome {
  mayAdd(room, me)
  // One that is used up makes place for a new one.
  room.invites = room.invites.map((link) => (link?.usesLeft === 0 ? null : link))
  holdTo(room.invites.filter((link) => link !== null).length < mostLinks, 409)
  room.invites.push({ by: me.userId, usesLeft })
  return { status: 201 }
}

export function revokeLink(room: ModelRoom, me: ModelMember, n: number): Outcome {
  mayAdd(room, me)
  const link = room.invites[n] ?? refuse(404)
  holdTo(link.by === me.userId || me.permissions.canRemoveUsers, 403)
  room.invites[n] = null
  return { status: 204 }
}

/** Nobody who was kept out, or made to go from a room that is not public, comes back by a link. */
export function comeByLink(room: ModelRoom, userId: string, n: number): Outcome {
  const link = room.invites[n] ?? refuse(404)
  if (memberOf(room, userId)) return { status: 200 }
  const { member: former, removedBy } = room.former[userId] ?? {}
  holdTo(link.usesLeft !== 0, 404)
  holdTo(!room.banned.includes(userId), 404)
  holdTo(!former || removedBy === userId || room.isPublic, 404)
  const maker = memberOf(room, link.by) ?? refuse(404)
  const held = within(granted(maker, room.type, 'member'), former)
  Object.assign(enter(room, userId, link.by, 'member', held), { lastReadSeq: room.messages.length + 1, hasRead: true })
  say(room, userId, 'member.joined', { userIds: [userId] })
  // Whoever was here before takes the place of nobody.
  if (link.usesLeft !== null && !former) link.usesLeft -= 1
  return { status: 201 }
}
