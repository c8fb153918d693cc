import { z } from 'zod'
import { id, time, whole } from './fields.js'
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
  lastReadSeq: number
  /** When they last read in this room. */
  lastSeenAt: string | null
  revision: number
}

export const member = z.strictObject({
  roomId: id,
  user,
  role,
  permissions,
  addedById: id.nullable(),
  joinedAt: time,
  lastReadSeq: whole,
  lastSeenAt: time.nullable(),
  revision: whole,
}) satisfies z.ZodType<Member>

/** The caller's own side of a room. */
export interface Me {
  role: Role
  permissions: Permissions
  muted: boolean
  lastReadSeq: number
  /** Exact: `room.lastMessageSeq − lastReadSeq`. */
  unreadCount: number
  lastSeenAt: string | null
  joinedAt: string
}

export const me = z.strictObject({
  role,
  permissions,
  muted: z.boolean(),
  lastReadSeq: whole,
  unreadCount: whole,
  lastSeenAt: time.nullable(),
  joinedAt: time,
}) satisfies z.ZodType<Me>

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

/** Of oneself `muted` and `lastReadSeq`; of others, for owners, `role` (its preset follows) and `permissions`. */
export interface UpdateMember {
  muted?: boolean | undefined
  lastReadSeq?: number | undefined
  role?: Role | undefined
  permissions?: SomePermissions | undefined
}

export const updateMember = z.strictObject({
  muted: z.boolean().optional(),
  lastReadSeq: whole.optional(),
  role: role.optional(),
  permissions: somePermissions.optional(),
}) satisfies z.ZodType<UpdateMember>
