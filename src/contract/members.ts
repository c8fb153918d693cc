import { z } from 'zod'
import { id, inputList, time, whole } from './fields.js'
import { type Permissions, permissions, type Role, role, type SomePermissions, somePermissions } from './permissions.js'
import { type User, user } from './users.js'

/** A person in a room. */
export interface Member {
  roomId: string
  user: User
  role: Role
  permissions: Permissions
  addedById: string | null
  joinedAt: string
  /** Until when they may read and not write, where that is so. */
  silencedUntil: string | null
  lastReadSeq: number
  /** When they last read in this room. */
  lastSeenAt: string | null
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
}) satisfies z.ZodType<Member>

/** A member as the host's own code sees it. */
export interface HostMember extends Member {
  /** They want no notifications from this room. */
  muted: boolean
}

/** The caller's own side of a room. */
export interface Me {
  role: Role
  permissions: Permissions
  /** Until when I may read and not write, where that is so. */
  silencedUntil: string | null
  muted: boolean
  lastReadSeq: number
  /** Messages of people (`kind: 'user'`), by others, not deleted, above `lastReadSeq`. Exact. */
  unreadCount: number
  lastSeenAt: string | null
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
}) satisfies z.ZodType<Me>

/** Rooms that are read, each up to a message. */
export interface ReadMany {
  rooms: { roomId: string; seq: number }[]
}

export const readMany = z.strictObject({
  rooms: inputList(z.strictObject({ roomId: id, seq: whole }), 500),
}) satisfies z.ZodType<ReadMany>

/** The caller's side of the rooms that were named and are the caller's. */
export interface ReadManyAnswer {
  rooms: Record<string, Me>
}

export const readManyAnswer = z.strictObject({ rooms: z.record(id, me) }) satisfies z.ZodType<ReadManyAnswer>

/** Owners and admins may give a role and permissions, never more than they hold; everyone else adds with the preset. */
export interface AddMember {
  userId: string
  role?: Role | undefined
  permissions?: SomePermissions | undefined
}

export const addMember = z.strictObject({
  userId: id,
  role: role.optional(),
  permissions: somePermissions.optional(),
}) satisfies z.ZodType<AddMember>

/**
 * Of oneself `muted` and `lastReadSeq`; of others, for owners, `role` (its preset follows) and `permissions`, and for who
 * holds `canRemoveUsers`, `silencedUntil`: until then they read and do not write.
 */
export interface UpdateMember {
  muted?: boolean | undefined
  lastReadSeq?: number | undefined
  role?: Role | undefined
  permissions?: SomePermissions | undefined
  silencedUntil?: string | null | undefined
}

export const updateMember = z.strictObject({
  muted: z.boolean().optional(),
  lastReadSeq: whole.optional(),
  role: role.optional(),
  permissions: somePermissions.optional(),
  silencedUntil: time.nullable().optional(),
}) satisfies z.ZodType<UpdateMember>

/** Until when somebody reads and does not write; null ends that. */
export interface SilenceMember {
  silencedUntil: string | null
}

export const silenceMember = z.strictObject({ silencedUntil: time.nullable() }) satisfies z.ZodType<SilenceMember>
