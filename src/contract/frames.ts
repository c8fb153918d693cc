import { z } from 'zod'
import { id, inputList, type SchemaOf, schemaOfEach, text, time, whole } from './fields.js'
import { type Notify, notify, readMany } from './members.js'
import { editMessageCommand, sendMessageCommand } from './messages.js'
import { type Problem, problem } from './problems.js'
import { type User, user } from './users.js'

/** The subprotocol of the socket. */
export const subprotocol = 'chat.v1'

/** Why a socket was closed: 4000 + the HTTP status of the same meaning. */
export const closeCodes = {
  goingAway: 1001,
  restarting: 1012,
  notTheProtocol: 4400,
  sessionExpired: 4401,
  notAllowed: 4403,
  noHello: 4408,
  replaced: 4409,
  tooSlow: 4413,
  tooMuch: 4429,
} as const

/** The client's first frame, or frames, all but the last with `more`: what it has seen of its rooms. */
export const hello = z.strictObject({
  type: z.literal('hello'),
  rooms: z.record(id, whole).optional(),
  more: z.boolean().optional(),
})

const commandId = text.min(1).max(100)
const ofRoom = { roomId: id }
const ofMessage = { ...ofRoom, messageId: id }
const ofReaction = { ...ofMessage, reaction: text.min(1) }

/** What a client may ask for over the socket, each answered once. */
export const commands = {
  'message.send': z.strictObject({ ...sendMessageCommand, sendAt: time.optional() }),
  'message.edit': editMessageCommand,
  'message.delete': z.strictObject(ofMessage),
  'message.pin': z.strictObject(ofMessage),
  'message.unpin': z.strictObject(ofMessage),
  'reaction.add': z.strictObject(ofReaction),
  'reaction.remove': z.strictObject(ofReaction),
  read: z.strictObject({ ...ofRoom, seq: whole }),
  'read.many': readMany,
  typing: z.strictObject({ ...ofRoom, isTyping: z.boolean() }),
  'presence.watch': z.strictObject({ userIds: inputList(id, 200) }),
  'presence.set': z.strictObject({ inFront: z.boolean() }),
} as const

export type CommandName = keyof typeof commands
export type CommandInput<Name extends CommandName> = z.infer<(typeof commands)[Name]>

/** The envelope: everything else in the frame is the command's own. */
export const envelope = z.looseObject({ type: z.string(), id: commandId })

/** Where a room stood when the socket was welcomed. */
export interface WelcomeRoom {
  /** The room's revision. */
  revision: number
  /** The `seq` of its last message; 0 where there is none. */
  lastMessageSeq: number
  /** How far the user has read. */
  lastReadSeq: number
  /** How many messages the user has not read; exact. */
  unreadCount: number
  /** Whether the user has muted it. */
  muted: boolean
  /** When that ends by itself, ISO 8601 in UTC; absent where it does not. */
  mutedUntil?: string
  /** Of what the user wants to be notified; absent for `all`. */
  notify?: Exclude<Notify, 'all'>
  /** The user has pinned it; absent where that is not so, as in those below. */
  isPinned?: true
  /** The user has put it away. */
  isArchived?: true
  /** The user has marked it as unread. */
  isMarkedUnread?: true
  /** How many of the messages that the user has not read mention the user or everyone, 100 at most; absent for none. */
  mentionCount?: number
  /** Higher with each change of what the user sends there later; absent where they never did. */
  scheduledRevision?: number
}

/** So many in so many seconds. */
export interface Rate {
  /** How many, a whole number above 0. */
  points: number
  /** In how many seconds: a whole number above 0, up to 2147483 (24 days). */
  seconds: number
}

/** What a client has to know to stay within it: what is too large is told before it is sent, and what is too much is paced. */
export interface WelcomeLimits {
  /** Characters (Unicode code points) of a message. */
  textLength: number
  /** Bytes of a frame from the client. */
  frameBytes: number
  /** Media that a message carries at most. */
  mediaPerMessage: number
  /** Of each user, all sockets and HTTP together; `frames` counts every frame but `hello`. */
  rates: {
    /** Every frame but `hello`. */
    frames: Rate
    /** Messages sent. */
    sends: Rate
    /** Reactions added and taken back. */
    reactions: Rate
  }
}

const rate = z.strictObject({ points: whole, seconds: whole })

const welcomeLimits = z.strictObject({
  textLength: whole,
  frameBytes: whole,
  mediaPerMessage: whole,
  rates: z.strictObject({ frames: rate, sends: rate, reactions: rate }),
}) satisfies SchemaOf<WelcomeLimits>

/** The first frame of the server: who is connected, and where their rooms stand. */
export interface Welcome {
  /** Tells it from other frames. */
  type: 'welcome'
  /** Names this socket: the `requestId` of each of its `error` frames begins with it, by which the server's log names what failed. */
  connectionId: string
  /** Who is signed in. */
  user: User
  /**
   * Every so many ms the server pings the socket, which ends it where two pings stay unanswered. Pages of browsers see no
   * pings: who has heard nothing for so long sends a command, and takes the socket for dead where nothing comes back.
   */
  heartbeatMs: number
  /** What the client keeps within. */
  limits: WelcomeLimits
  /** Where each of the user's rooms stands, by its id. */
  rooms: Record<string, WelcomeRoom>
  /** Whom the user blocks: mentions by them do not count. Absent for nobody. */
  blockedIds?: string[]
  /** The server wants to know when nobody looks at the client (`presence.set`), since it notifies people then; absent where it does not. */
  asksInFront?: true
}

export const welcome = z.strictObject({
  type: z.literal('welcome'),
  connectionId: z.string(),
  user,
  heartbeatMs: whole,
  limits: welcomeLimits,
  rooms: z.record(
    id,
    z.strictObject({
      revision: whole,
      lastMessageSeq: whole,
      lastReadSeq: whole,
      unreadCount: whole,
      muted: z.boolean(),
      // A user may be in thousands of rooms, most of which are as they begin.
      mutedUntil: time.exactOptional(),
      notify: notify.exclude(['all']).exactOptional(),
      isPinned: z.literal(true).exactOptional(),
      isArchived: z.literal(true).exactOptional(),
      isMarkedUnread: z.literal(true).exactOptional(),
      mentionCount: whole.exactOptional(),
      scheduledRevision: whole.exactOptional(),
    }),
  ),
  blockedIds: z.array(id).exactOptional(),
  asksInFront: z.literal(true).exactOptional(),
}) satisfies SchemaOf<Welcome>

/** What the server says beside events. */
export type ControlFrame =
  | Welcome
  | {
      /** All that was missed has been told: what follows is live. */
      type: 'ready'
    }
  | {
      /**
       * The room is to be read anew, in place of what was missed: more than 500 changes of it, more than 500 of the rooms that
       * `hello` named have moved, or the revision that it named is ahead of the room's own, as after a backup was restored.
       */
      type: 'room.reset'
      /** Which room it is. */
      roomId: string
      /** Where the room stands: the events of later revisions follow. */
      revision: number
    }
  | {
      /** A command was done. */
      type: 'ok'
      /** The `id` of the command. */
      id: string
      /** What the command gives, by its kind. */
      result: unknown
    }
  | {
      /** A command was refused, or a frame was none. */
      type: 'error'
      /** The `id` of the command; absent where the frame had none. */
      id?: string
      /** Why. */
      problem: Problem
    }

export const controlFrame = schemaOfEach<ControlFrame>()(
  z.discriminatedUnion('type', [
    welcome,
    z.strictObject({ type: z.literal('ready') }),
    z.strictObject({ type: z.literal('room.reset'), roomId: id, revision: whole }),
    z.strictObject({ type: z.literal('ok'), id: z.string(), result: z.unknown() }),
    z.strictObject({ type: z.literal('error'), id: z.string().exactOptional(), problem }),
  ]),
)

/** Opens one socket, once, within 30 s. */
export interface Ticket {
  /** Goes as a subprotocol of the socket that it opens; opaque. */
  ticket: string
  /** Until when it is good, ISO 8601 in UTC: 30 s after it was made. */
  expiresAt: string
}

export const ticket = z.strictObject({
  ticket: z.string(),
  expiresAt: z.iso.datetime({ precision: 3 }),
}) satisfies SchemaOf<Ticket>
