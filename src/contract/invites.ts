import { z } from 'zod'
import { id, type SchemaOf, time, whole } from './fields.js'
import { type User, user } from './users.js'

/** A link that lets people into a room. Its code is told once, to who makes it. */
export interface Invite {
  /** A UUIDv7, by which it is revoked. */
  id: string
  /** The room that it leads into. */
  roomId: string
  /** Who made it; null where the host's own code did. */
  createdBy: User | null
  /** When it ends by itself, ISO 8601 in UTC; null where it does not. */
  expiresAt: string | null
  /** How many people it lets in who were never in the room; null where there is no end to them. */
  maxUses: number | null
  /** How many of those have come in by it. */
  uses: number
  /** When it was made, ISO 8601 in UTC. */
  createdAt: string
}

const fields = {
  id,
  roomId: id,
  createdBy: user.nullable(),
  expiresAt: time.nullable(),
  maxUses: whole.nullable(),
  uses: whole,
  createdAt: time,
}

export const invite = z.strictObject(fields) satisfies SchemaOf<Invite>

/** A link that was just made. */
export interface NewInvite extends Invite {
  /** What the link says: 22 letters, told this once. */
  code: string
}

export const newInvite = z.strictObject({ ...fields, code: z.string() }) satisfies SchemaOf<NewInvite>

/** How long a link is good, and for how many; without end unless given. */
export interface CreateInvite {
  /** When it ends by itself, ISO 8601 in UTC; null or left out, it does not. */
  expiresAt?: string | null | undefined
  /** How many people it lets in, 1 to 1000000; null or left out, there is no end to them. */
  maxUses?: number | null | undefined
}

export const createInvite = z.strictObject({
  expiresAt: time.nullable().optional(),
  maxUses: z.int().min(1).max(1_000_000).nullable().optional(),
}) satisfies SchemaOf<CreateInvite>

/** What somebody sees of a room who has a link into it. */
export interface InvitedRoom {
  /** What it is called. */
  name: string | null
  /** Its picture, signed and expiring; null where it has none. */
  avatarUrl: string | null
  /** How many are in it. */
  memberCount: number
}

export const invitedRoom = z.strictObject({
  name: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  memberCount: whole,
}) satisfies SchemaOf<InvitedRoom>
