import { z } from 'zod'
import { id, inputList, type SchemaOf, time, whole } from './fields.js'
import { type Permissions, permissions, type Role, role, type SomePermissions, somePermissions } from './permissions.js'
import { type User, user } from './users.js'

/** A person in a room. */
export interface Member {
  /** The room that they are in. */
  roomId: string
  /** Who it is. */
  user: User
  /** Their role in the room. */
  role: Role
  /** What they may do there. */
  permissions: Permissions
  /** Who added them; null where they joined by themselves, or the host's own code added them. */
  addedById: string | null
  /** When they came in, ISO 8601 in UTC. */
  joinedAt: string
  /** Until when they may read and not write, where that is so. */
  silencedUntil: string | null
  /** The `seq` of the last message that they have read; 0 for all others where the room has no `readReceipts`. */
  lastReadSeq: number
  /** When they last read in this room; null where that is not told. */
  lastSeenAt: string | null
  /** The room's revision at their last change: of two versions the higher is the newer. */
  revision: number
  /** Only in the answer to adding somebody who is asked first: they are not in the room unless they accept. */
  isAsked?: true
}

export const member = z.strictObject({
  roomId: id,
  user,
  role,
  permissions,
  addedById: id.nullable(),
  joinedAt: time,
  silencedUntil: time.nullable(),
  lastReadSeq: whole,
  lastSeenAt: time.nullable(),
  revision: whole,
  isAsked: z.literal(true).exactOptional(),
}) satisfies SchemaOf<Member>

const notifications = ['all', 'mentions', 'none'] as const

/** Of what in a room somebody wants to be notified: of every message, of those that mention them, or of none. */
export type Notify = (typeof notifications)[number]

export const notify = z.enum(notifications)

/** A member as the host's own code sees it. */
export interface HostMember extends Member {
  /** They want no notifications from this room. */
  muted: boolean
  /** When that ends by itself, ISO 8601 in UTC; null where it does not, and where they have not muted it. */
  mutedUntil: string | null
  /** Of what they want to be notified, unless they have muted the room. */
  notify: Notify
}

/** The caller's own side of a room. */
export interface Me {
  /** My role in the room. */
  role: Role
  /** What I may do there. */
  permissions: Permissions
  /** Until when I may read and not write, where that is so. */
  silencedUntil: string | null
  /** Whether I want no notifications from it now. */
  muted: boolean
  /** When muting ends by itself, ISO 8601 in UTC; null where it does not, and where I have not muted the room. */
  mutedUntil: string | null
  /** Of what I want to be notified, unless the room is muted. */
  notify: Notify
  /** Whether it stands above my other rooms. */
  isPinned: boolean
  /** Whether I put it away: until somebody else writes, and for as long as it is muted. */
  isArchived: boolean
  /** Whether I want it to look unread, until I read or write there. */
  isMarkedUnread: boolean
  /** The `seq` of the last message that I have read. */
  lastReadSeq: number
  /** Messages of people (`kind: 'user'`), by others, not deleted, above `lastReadSeq`. Exact. */
  unreadCount: number
  /** Messages above `lastReadSeq`, by others, not deleted, that mention me or everyone. Exact up to 100, which may be more. */
  mentionCount: number
  /** When I last read there, ISO 8601 in UTC; null where I never did. */
  lastSeenAt: string | null
  /** When I came in, ISO 8601 in UTC. */
  joinedAt: string
  /** The `seq` of the first message that I may read; 1 where that is the first of the room. */
  firstSeq: number
  /** Higher with each change of what I send there later: it is to be read again then. 0 where I never did. */
  scheduledRevision: number
}

export const me = z.strictObject({
  role,
  permissions,
  silencedUntil: time.nullable(),
  muted: z.boolean(),
  mutedUntil: time.nullable(),
  notify,
  isPinned: z.boolean(),
  isArchived: z.boolean(),
  isMarkedUnread: z.boolean(),
  lastReadSeq: whole,
  unreadCount: whole,
  mentionCount: whole,
  lastSeenAt: time.nullable(),
  joinedAt: time,
  firstSeq: whole,
  scheduledRevision: whole,
}) satisfies SchemaOf<Me>

/** Rooms that are read, each up to a message. */
export interface ReadMany {
  /** Up to 500 of them. */
  rooms: {
    /** Which room is read. */
    roomId: string
    /** Up to which message; the marker never moves back. */
    seq: number
  }[]
}

export const readMany = z.strictObject({
  rooms: inputList(z.strictObject({ roomId: id, seq: whole }), 500),
}) satisfies SchemaOf<ReadMany>

/** The caller's side of the rooms that were named and are the caller's. */
export interface ReadManyAnswer {
  /** The caller's side of each room, by its id. */
  rooms: Record<string, Me>
}

export const readManyAnswer = z.strictObject({ rooms: z.record(id, me) }) satisfies SchemaOf<ReadManyAnswer>

/** Owners and admins may give a role and permissions, never more than they hold; everyone else adds with the preset. */
export interface AddMember {
  /** Who comes in; one's own id joins a public room. */
  userId: string
  /** Their role; `member` unless given. */
  role?: Role | undefined
  /** What differs from the role's preset in this type of room. */
  permissions?: SomePermissions | undefined
}

export const addMember = z.strictObject({
  userId: id,
  role: role.optional(),
  permissions: somePermissions.optional(),
}) satisfies SchemaOf<AddMember>

/** What everyone sets for themselves in a room; what is left out stays. */
export interface UpdateMe {
  /** Whether one wants no notifications from the room: for good, unless `mutedUntil` is given too; false ends it. */
  muted?: boolean | undefined
  /** Mutes the room until then, which lies ahead, ISO 8601 in UTC; null ends a muting that would end by itself. */
  mutedUntil?: string | null | undefined
  /** Of what one wants to be notified. */
  notify?: Notify | undefined
  /** Whether the room stands above one's other rooms. */
  isPinned?: boolean | undefined
  /** Puts the room away until somebody else writes, and for as long as it is muted; false brings it back. */
  isArchived?: boolean | undefined
  /** Whether the room looks unread, until one reads or writes there. */
  isMarkedUnread?: boolean | undefined
}

const ownSide = {
  muted: z.boolean().optional(),
  mutedUntil: time.nullable().optional(),
  notify: notify.optional(),
  isPinned: z.boolean().optional(),
  isArchived: z.boolean().optional(),
  isMarkedUnread: z.boolean().optional(),
}

/** The fields of a change that are everyone's own side of a room. */
export const ownSideNames = Object.keys(ownSide) as (keyof UpdateMe)[]

/**
 * Of oneself `muted`, `mutedUntil`, `notify`, `isPinned`, `isArchived`, `isMarkedUnread` and `lastReadSeq`; of others, for
 * owners, `role` (its preset follows) and `permissions`, and for who holds `canRemoveUsers`, `silencedUntil`: until then they
 * read and do not write.
 */
export interface UpdateMember extends UpdateMe {
  /** Up to which message one has read; it never moves back, and ends at the last message. */
  lastReadSeq?: number | undefined
  /** Another role, which brings its preset of permissions. */
  role?: Role | undefined
  /** Permissions that change; the others stay. */
  permissions?: SomePermissions | undefined
  /** Until when they may read and not write, ISO 8601 in UTC; null ends that. */
  silencedUntil?: string | null | undefined
}

export const updateMember = z.strictObject({
  ...ownSide,
  lastReadSeq: whole.optional(),
  role: role.optional(),
  permissions: somePermissions.optional(),
  silencedUntil: time.nullable().optional(),
}) satisfies SchemaOf<UpdateMember>

/** Until when somebody reads and does not write; null ends that. */
export interface SilenceMember {
  silencedUntil: string | null
}

export const silenceMember = z.strictObject({ silencedUntil: time.nullable() }) satisfies SchemaOf<SilenceMember>
