import { z } from 'zod'
import type { AnyData, DataTypes } from './data.js'
import { id, type SchemaOf, schemaOfEach, time, whole } from './fields.js'
import { type Me, type Member, me, member } from './members.js'
import { type Message, message } from './messages.js'
import { type Room, room } from './rooms.js'
import { type ScheduledMessage, scheduledMessage } from './scheduled.js'
import { type ThreadMe, threadMe } from './threads.js'
import { type User, user } from './users.js'

/** Says of a live `message.updated` that only its `thread` changed: a reply came, or was deleted. */
export interface ThreadCause {
  /** Tells it from reactions. */
  type: 'thread.reply'
}

/** Says of a live `message.updated` that a reaction made it. */
export interface ReactionCause {
  /** Whether it came or was taken back. */
  type: 'reaction.added' | 'reaction.removed'
  /** Who reacted. */
  userId: string
  /** What they reacted with. */
  reaction: string
}

/** Says of a live `message.updated` that the message was pinned, or is pinned no more. */
export interface PinCause {
  /** Whether it was pinned. */
  type: 'message.pinned' | 'message.unpinned'
  /** Who did it; null where the host's own code did. */
  userId: string | null
}

/** What made a live `message.updated`, where it was no edit. */
export type MessageCause = ReactionCause | PinCause | ThreadCause

interface OfRoom {
  roomId: string
  /** The room's revision that this change took. */
  revision: number
}

/** A change of a room that is never lost: live, or later as the state that it led to. */
export type DurableEvent<Data extends DataTypes = AnyData> =
  | (OfRoom & {
      /** A message was sent, or deleted: `message` is a tombstone then. */
      type: 'message.created' | 'message.deleted'
      /** The message as it is now, without `myReactions`. */
      message: Message<Data>
    })
  | (OfRoom & {
      /** A message was edited, pinned or unpinned, or its reactions or its thread changed. */
      type: 'message.updated'
      /** The message as it is now, without `myReactions`. */
      message: Message<Data>
      /** What did it; absent for an edit, and in what is read later. */
      cause?: MessageCause
    })
  | (OfRoom & {
      /** A message that I may not read was changed, or a reply came in its thread: there is nothing to show. */
      type: 'message.hidden'
    })
  | (OfRoom & {
      /** Somebody came into the room. */
      type: 'member.added'
      /** Who came. */
      member: Member
      /** How many are in the room now. */
      memberCount: number
    })
  | (OfRoom & {
      /** Somebody left, or was removed. */
      type: 'member.removed'
      /** Who is in the room no more. */
      member: Member
      /** How many are in the room now. */
      memberCount: number
      /** Who removed them; their own id where they left, null where the host's own code did it. */
      removedById: string | null
    })
  | (OfRoom & {
      /** A member's role or permissions changed, or whether they may write. */
      type: 'member.updated'
      /** The member as they are now. */
      member: Member
    })
  | (OfRoom & {
      /** The room's name, description, picture or settings changed. */
      type: 'room.updated'
      /** The room as it is now, without what depends on who looks. */
      room: Room<Data>
    })
  | (OfRoom & {
      /** The room has ended for everyone: nothing comes after it. */
      type: 'room.deleted'
    })

/** Why a room is not one's own any more: one was removed, left, or the room was deleted. */
export type RoomLeftReason = 'removed' | 'left' | 'deleted'

/** To all sockets of one user. */
export type PersonalEvent<Data extends DataTypes = AnyData> =
  | {
      /** The user is in a room from now on. */
      type: 'room.joined'
      /** The room as this user sees it. */
      room: Room<Data>
    }
  /** Somebody asks me into a room; `room.request` tells who. */
  | {
      /** Somebody asks the user into a room. */
      type: 'room.requested'
      /** The room; its `request` tells who asks. */
      room: Room<Data>
    }
  | {
      /** The user is in a room no more. */
      type: 'room.left'
      /** Which room it was. */
      roomId: string
      /** How it came to that. */
      reason: RoomLeftReason
    }
  /** The user blocks somebody, or does so no more. The other one is told nothing. */
  | {
      /** The user blocks somebody, or does so no more; the other one is told nothing. */
      type: 'block.changed'
      /** Whom they block or blocked. */
      userId: string
      /** Whether they do from now on. */
      isBlocked: boolean
    }
  | {
      /** The user follows a thread or does so no more, or has read on in it. */
      type: 'thread.updated'
      /** The room of the thread. */
      roomId: string
      /** The message that the thread is of. */
      messageId: string
      /** Their side of it now. */
      me: ThreadMe
    }
  | {
      /** A message that the user is to send later was written, changed, sent or cancelled, or failed. */
      type: 'scheduled.updated'
      /** The room where it is to be said. */
      roomId: string
      /** Which one it is. */
      scheduledId: string
      /** As it is now; null once it was sent or cancelled. */
      scheduled: ScheduledMessage<Data> | null
    }
  /** With the room's standing at which `me.unreadCount` was counted. */
  | {
      /** The user's own side of a room changed. */
      type: 'me.updated'
      /** Which room it is. */
      roomId: string
      /** Their side of it now. */
      me: Me
      /** The room's revision at which `me.unreadCount` was counted. */
      revision: number
      /** The room's last `seq` at which `me.unreadCount` was counted. */
      lastMessageSeq: number
    }

/** Never replayed. */
export type EphemeralEvent =
  | {
      /** The people who type in a room have changed. */
      type: 'typing'
      /** Where they type. */
      roomId: string
      /** All who are typing there now. */
      userIds: string[]
    }
  | {
      /** Somebody has read on. */
      type: 'read'
      /** Where they read. */
      roomId: string
      /** Who read. */
      userId: string
      /** The `seq` of the last message that they have read. */
      lastReadSeq: number
    }
  | {
      /** Somebody who is watched came or went. */
      type: 'presence'
      /** Who is watched. */
      userId: string
      /** Whether they are here now. */
      online: boolean
      /** When they were last here, ISO 8601 in UTC; null while they are, or where it is not known or not shown. */
      lastSeenAt: string | null
    }
  | {
      /** Somebody's name, description or picture changed. */
      type: 'user.updated'
      /** The person as they are now. */
      user: User
    }

/** Told in a room; only those may hear it who were in the room when it happened. */
export type RoomEphemeralEvent = Extract<EphemeralEvent, { roomId: string }>

const ofRoom = { roomId: id, revision: whole }

const cause = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['reaction.added', 'reaction.removed']), userId: id, reaction: z.string() }),
  z.strictObject({ type: z.enum(['message.pinned', 'message.unpinned']), userId: id.nullable() }),
  z.strictObject({ type: z.literal('thread.reply') }),
])

export const durableEvent = schemaOfEach<DurableEvent>()(
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.enum(['message.created', 'message.deleted']), ...ofRoom, message }),
    z.strictObject({ type: z.literal('message.updated'), ...ofRoom, message, cause: cause.exactOptional() }),
    z.strictObject({ type: z.literal('message.hidden'), ...ofRoom }),
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
  ]),
)

export const personalEvent = schemaOfEach<PersonalEvent>()(
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('room.joined'), room }),
    z.strictObject({ type: z.literal('room.requested'), room }),
    z.strictObject({ type: z.literal('room.left'), roomId: id, reason: z.enum(['removed', 'left', 'deleted']) }),
    z.strictObject({ type: z.literal('block.changed'), userId: id, isBlocked: z.boolean() }),
    z.strictObject({ type: z.literal('thread.updated'), roomId: id, messageId: id, me: threadMe }),
    z.strictObject({
      ...{ type: z.literal('scheduled.updated'), roomId: id, scheduledId: id },
      scheduled: scheduledMessage.nullable(),
    }),
    z.strictObject({ type: z.literal('me.updated'), ...ofRoom, me, lastMessageSeq: whole }),
  ]),
)

export const ephemeralEvent = schemaOfEach<EphemeralEvent>()(
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('typing'), roomId: id, userIds: z.array(id) }),
    z.strictObject({ type: z.literal('read'), roomId: id, userId: id, lastReadSeq: whole }),
    z.strictObject({ type: z.literal('presence'), userId: id, online: z.boolean(), lastSeenAt: time.nullable() }),
    z.strictObject({ type: z.literal('user.updated'), user }),
  ]),
)

/** What changed in a room, in the order of its revisions. */
export interface Changes<Data extends DataTypes = AnyData> {
  /** The changes, by ascending revision; each row comes once, as it is now. */
  events: DurableEvent<Data>[]
  /** Everything up to here is in `events` or older: the `since` of the next call. */
  revision: number
  /** There is more after `revision`. */
  hasMore: boolean
}

export const changes = z.strictObject({
  events: z.array(durableEvent),
  revision: whole,
  hasMore: z.boolean(),
}) satisfies SchemaOf<Changes>
