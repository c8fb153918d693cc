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

/** A member as the host's own code sees it. */
export interface HostMember extends Member {
  /** They want no notifications from this room. */
  muted: boolean
}

/** The caller's own side of a room. */
export interface Me {
  /** My role in the room. */
  role: Role
  /** What I may do there. */
  permissions: Permissions
  /** Until when I may read and not write, where that is so. */
  silencedUntil: string | null
  /** Whether I want no notifications from it. */
  muted: boolean
  /** The `seq` of the last message that I have read. */
  lastReadSeq: number
  /** Messages of people (`kind: 'user'`), by others, not deleted, above `lastReadSeq`. Exact. */
  unreadCount: number
  /** When I last read there, ISO 8601 in UTC; null where I never did. */
  lastSeenAt: string | null
  /** When I came in, ISO 8601 in UTC. */
  joinedAt: string
}

export const me = z.strictObject({
  role,
  permissions,
  silencedUntil: time.nullable(),
  muted: z.boolean(),
  lastReadSeq: whole,
  unreadCount: whole,
  lastSeenAt: time.nullable(),
  joinedAt: time,
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

/**
 * Of oneself `muted` and `lastReadSeq`; of others, for owners, `role` (its preset follows) and `permissions`, and for who
 * holds `canRemoveUsers`, `silencedUntil`: until then they read and do not write.
 */
export interface UpdateMember {
  /** Whether one wants no notifications from the room. */
  muted?: boolean | undefined
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
  muted: z.boolean().optional(),
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
