import { z } from 'zod'
import { id, time, whole } from './fields.js'
import { type Me, type Member, me, member } from './members.js'
import { type Message, message } from './messages.js'
import { type Room, room } from './rooms.js'
import { type User, user } from './users.js'

/** Says of a live `message.updated` that a reaction made it. */
export interface ReactionCause {
  type: 'reaction.added' | 'reaction.removed'
  userId: string
  reaction: string
}

interface OfRoom {
  roomId: string
  /** The room's revision that this change took. */
  revision: number
}

/** A change of a room that is never lost: live, or later as the state that it led to. */
export type DurableEvent =
  | (OfRoom & { type: 'message.created' | 'message.deleted'; message: Message })
  | (OfRoom & { type: 'message.updated'; message: Message; cause?: ReactionCause })
  | (OfRoom & { type: 'member.added'; member: Member; memberCount: number })
  | (OfRoom & { type: 'member.removed'; member: Member; memberCount: number; removedById: string | null })
  | (OfRoom & { type: 'member.updated'; member: Member })
  | (OfRoom & { type: 'room.updated'; room: Room })
  | (OfRoom & { type: 'room.deleted' })

export type RoomLeftReason = 'removed' | 'left' | 'deleted'

/** To all sockets of one user. */
export type PersonalEvent =
  | { type: 'room.joined'; room: Room }
  /** Somebody asks me into a room; `room.request` tells who. */
  | { type: 'room.requested'; room: Room }
  | { type: 'room.left'; roomId: string; reason: RoomLeftReason }
  /** The user blocks somebody, or does so no more. The other one is told nothing. */
  | { type: 'block.changed'; userId: string; isBlocked: boolean }
  /** With the room's standing at which `me.unreadCount` was counted. */
  | { type: 'me.updated'; roomId: string; me: Me; revision: number; lastMessageSeq: number }

/** Never replayed. */
export type EphemeralEvent =
  | { type: 'typing'; roomId: string; userIds: string[] }
  | { type: 'read'; roomId: string; userId: string; lastReadSeq: number }
  | { type: 'presence'; userId: string; online: boolean; lastSeenAt: string | null }
  | { type: 'user.updated'; user: User }

const ofRoom = { roomId: id, revision: whole }

const cause = z.strictObject({
  type: z.enum(['reaction.added', 'reaction.removed']),
  userId: id,
  reaction: z.string(),
})

export const durableEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['message.created', 'message.deleted']), ...ofRoom, message }),
  z.strictObject({ type: z.literal('message.updated'), ...ofRoom, message, cause: cause.exactOptional() }),
  z.strictObject({ type: z.literal('member.added'), ...ofRoom, member, memberCount: whole }),
  z.strictObject({
    type: z.literal('member.removed'),
    ...ofRoom,
    member,
    memberCount: whole,
    removedById: id.nullable(),
  }),
  z.strictObject({ type: z.literal('member.updated'), ...ofRoom, member }),
  z.strictObject({ type: z.literal('room.updated'), ...ofRoom, room }),
  z.strictObject({ type: z.literal('room.deleted'), ...ofRoom }),
]) satisfies z.ZodType<DurableEvent>

export const personalEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('room.joined'), room }),
  z.strictObject({ type: z.literal('room.requested'), room }),
  z.strictObject({ type: z.literal('room.left'), roomId: id, reason: z.enum(['removed', 'left', 'deleted']) }),
  z.strictObject({ type: z.literal('block.changed'), userId: id, isBlocked: z.boolean() }),
  z.strictObject({ type: z.literal('me.updated'), ...ofRoom, me, lastMessageSeq: whole }),
]) satisfies z.ZodType<PersonalEvent>

export const ephemeralEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('typing'), roomId: id, userIds: z.array(id) }),
  z.strictObject({ type: z.literal('read'), roomId: id, userId: id, lastReadSeq: whole }),
  z.strictObject({ type: z.literal('presence'), userId: id, online: z.boolean(), lastSeenAt: time.nullable() }),
  z.strictObject({ type: z.literal('user.updated'), user }),
]) satisfies z.ZodType<EphemeralEvent>

/** What changed in a room, in the order of its revisions. */
export interface Changes {
  events: DurableEvent[]
  /** Everything up to here is in `events` or older: the `since` of the next call. */
  revision: number
  hasMore: boolean
}

export const changes = z.strictObject({
  events: z.array(durableEvent),
  revision: whole,
  hasMore: z.boolean(),
}) satisfies z.ZodType<Changes>
