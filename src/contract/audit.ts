import { z } from 'zod'
import { id, time } from './fields.js'

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
  'room.deleted',
  'report.handled',
  'moderator.read',
  'user.erased',
] as const

export type AuditAction = (typeof auditActions)[number]

/** Who did what to whom, where, when and why; written in the transaction that did it. */
export interface AuditEntry {
  id: string
  action: AuditAction
  /** Null where the application itself did it. */
  actorId: string | null
  roomId: string | null
  /** Whom it was done to. */
  userId: string | null
  messageId: string | null
  reason: string | null
  /** What else there is to say of it: `{ from, to }` of a role, for example. */
  details: Record<string, unknown> | null
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
}) satisfies z.ZodType<AuditEntry>

/** Entries of one room, about one person, by one person, or of one kind. */
export interface AuditFilter {
  roomId?: string | undefined
  userId?: string | undefined
  actorId?: string | undefined
  action?: AuditAction | undefined
}

export const auditFilter = {
  roomId: id.optional(),
  userId: id.optional(),
  actorId: id.optional(),
  action: auditAction.optional(),
}
