import { z } from 'zod'
import { id, type SchemaOf, time } from './fields.js'

/** What is written down of those who may do things to others. */
const auditActions = [
  'member.removed',
  'member.banned',
  'member.unbanned',
  'member.silenced',
  'member.unsilenced',
  'member.role',
  'member.permissions',
  'message.deleted',
  'messages.imported',
  'room.deleted',
  'invite.revoked',
  'report.handled',
  'moderator.read',
  'user.erased',
] as const

/** What was done, as the audit calls it. */
export type AuditAction = (typeof auditActions)[number]

/** Who did what to whom, where, when and why; written in the transaction that did it. */
export interface AuditEntry {
  /** The entry's own id, a UUIDv7. */
  id: string
  /** What was done. */
  action: AuditAction
  /** Null where the application itself did it. */
  actorId: string | null
  /** Where it was done; null for what belongs to no room. */
  roomId: string | null
  /** Whom it was done to. */
  userId: string | null
  /** The message that it was done to, if it was one. */
  messageId: string | null
  /** Why, in the words of who did it; null where they gave none. */
  reason: string | null
  /** What else there is to say of it: `{ from, to }` of a role, for example. */
  details: Record<string, unknown> | null
  /** When it was done, ISO 8601 in UTC. */
  createdAt: string
}

const auditAction = z.enum(auditActions)

export const auditEntry = z.strictObject({
  id,
  action: auditAction,
  actorId: id.nullable(),
  roomId: id.nullable(),
  userId: id.nullable(),
  messageId: id.nullable(),
  reason: z.string().nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
  createdAt: time,
}) satisfies SchemaOf<AuditEntry>

/** Entries of one room, about one person, by one person, or of one kind. */
export interface AuditFilter {
  /** What was done in this room alone. */
  roomId?: string | undefined
  /** What was done to this person alone. */
  userId?: string | undefined
  /** What this person did alone. */
  actorId?: string | undefined
  /** What was done of this kind alone. */
  action?: AuditAction | undefined
}

export const auditFilter = {
  roomId: id.optional(),
  userId: id.optional(),
  actorId: id.optional(),
  action: auditAction.optional(),
}
