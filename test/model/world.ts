import type { Notify, Permission, Permissions, Role, RoomType } from 'express-chat'

/** All there is in a chat. No ids: a room is its number in the order of making, a message its `seq`. */
export interface World {
  users: string[]
  /** Whether a reaction takes the place of the same user's one before. */
  isExclusive: boolean
  reactions: string[]
  rooms: ModelRoom[]
  /** What is to be sent later, and what could not be, in the order in which it was written; null of what was sent or cancelled. */
  scheduled: (Scheduled | null)[]
}

/** What somebody sends later in a room. */
export interface Scheduled {
  by: string
  room: number
  text: string
  mentions: string[]
  /** Why it was not sent when it was due. */
  failure: string | null
}

export interface ModelRoom {
  type: RoomType
  name: string | null
  description: string
  data: Data
  isPublic: boolean
  slowModeSeconds: number
  readReceipts: boolean
  createdBy: string
  isDeleted: boolean
  revision: number
  /** The longest-standing first. */
  members: ModelMember[]
  /** Who was here, as they were when they went, and who made them go. */
  former: Record<string, { member: ModelMember; removedBy: string }>
  /** Who is kept out. */
  banned: string[]
  /** Links, in the order in which they were made; null of those that let nobody in any more. */
  invites: ({ by: string; usesLeft: number | null } | null)[]
  /** Who ever wrote here; no run lasts as long as a room is slow. */
  wrote: string[]
  /** By `seq`, the newest pin first. */
  pins: number[]
  /** The message with `seq` 1 first. */
  messages: ModelMessage[]
  /** The replies in the threads of messages, by the `seq` of these; those that are in the room as well stand in both. */
  threads: Record<number, ModelMessage[]>
  /** How often what somebody sends here later has changed. */
  scheduledRevisions: Record<string, number>
  /** Everything that sockets were told of it. */
  told: Told[]
}

export interface ModelMember {
  userId: string
  role: Role
  permissions: Permissions
  /** Null for who came by themselves. */
  addedBy: string | null
  muted: boolean
  /** Far ahead, if ever. */
  mutedUntil: string | null
  notify: Notify
  isPinned: boolean
  isMarkedUnread: boolean
  /** How many messages there were when they put the room away. */
  archivedAt: number | null
  /** Far ahead, if ever. */
  silencedUntil: string | null
  lastReadSeq: number
  /** Whether they read, wrote or came in by themselves or by others since the room was made: not only were in it from the start. */
  hasRead: boolean
  /** The room's revision at which they came. */
  joined: number
  revision: number
}

export interface ModelMessage {
  kind: 'user' | 'system'
  /** Null where nobody of the chat spoke. */
  userId: string | null
  text: string
  data: Data
  /** What a message of the system says happened: what, by whom, to whom, and how the room is called then. */
  system: { type: string; actorId: string | null; userIds?: string[]; name?: string } | null
  replyTo: number | null
  /** Of a reply, the `seq` of the message that its thread is of. */
  thread: number | null
  threadSeq: number | null
  alsoInRoom: boolean
  mentions: string[]
  mentionsEveryone: boolean
  /** The oldest first. */
  reactions: { userId: string; reaction: string }[]
  clientId: string | null
  /** The whole of what was asked for, as the same `clientId` must ask for it again. */
  sent: string
  isEdited: boolean
  /** What it said before, newest first. */
  versions: { text: string; mentions: string[]; data: Data | null }[]
  isDeleted: boolean
  /** Who pinned it, if it is pinned. */
  pinnedBy: string | null
  /** The room's revision at which it was said. */
  created: number
  revision: number
}

/** An event, durable if it has a revision: about a `subject`, to those who were there. */
export interface Told {
  type: string
  subject: string
  revision?: number
  to: string[]
  /** Of a reaction, of leaving, of one's own state: what the event says besides. */
  says?: unknown
}

/** How somebody keeps a room for themselves; what is left out stays. */
export interface Keeping {
  muted?: boolean
  mutedUntil?: string | null
  notify?: Notify
  isPinned?: boolean
  isArchived?: boolean
  isMarkedUnread?: boolean
}

export type SomePermissions = { [name in Permission]?: boolean }

/** What the host's schema takes. */
export type Data = { card: number } | null

/** A message of the room by its `seq`, or a reply that is in the thread of one alone by its place there. */
export interface Ref {
  seq: number
  thread?: number
}

/** What is done to a message. */
export type OfMessage = { by: string; room: number } & Ref &
  (
    | { type: 'edit'; text?: string; data?: Data; mentions?: string[]; mentionsEveryone?: boolean }
    | { type: 'delete' | 'pin' | 'unpin' }
    | { type: 'react'; reaction: string }
    | { type: 'unreact'; reaction: string; userId: string }
  )

/** What is done in a room. */
export type OfRoom = { by: string; room: number } & (
  | {
      type: 'edit room'
      name?: string
      description?: string
      isPublic?: boolean
      slowModeSeconds?: number
      readReceipts?: boolean
      data?: Data
    }
  | { type: 'delete room' }
  | { type: 'add' | 'change'; userId: string; role?: Role; permissions?: SomePermissions }
  | { type: 'remove'; userId: string; ban?: boolean }
  | { type: 'ban' | 'unban'; userId: string }
  | { type: 'silence'; userId: string; until: string | null }
  | { type: 'mute'; muted: boolean }
  | { type: 'make link'; maxUses?: number }
  | { type: 'use link'; link: number }
  | { type: 'revoke link'; link: number }
  | ({ type: 'keep' } & Keeping)
  | { type: 'read'; seq: number }
  | {
      type: 'send'
      text: string
      data?: Data
      clientId?: string
      replyTo?: number
      thread?: number
      alsoInRoom?: boolean
      mentions: string[]
      mentionsEveryone?: boolean
    }
  | { type: 'schedule'; text: string; mentions: string[] }
)

/** What is done to what somebody sends later; `isAgain`: with another time. */
export type OfScheduled = { by: string; room: number; scheduled: number } & (
  | { type: 'reword'; text: string; isAgain: boolean }
  | { type: 'cancel' }
)

export type Creation = { by: string; type: 'create'; room: RoomType; isPublic: boolean; userIds: string[] }

export type Deed = Creation | OfRoom | OfMessage | OfScheduled | { by: string; type: 'due' }

/** What a deed is answered. */
export interface Outcome {
  status: number
  code?: string
  /** The message that the answer shows. */
  message?: Ref
}
