import type { AuditAction, AuditEntry } from 'express-chat/client'

type Sentence = (actor: string, subject: string, details: Record<string, unknown>) => string

const sentences: Record<AuditAction, Sentence> = {
  'member.removed': (actor, subject) => `${actor} removed ${subject} from a room`,
  'member.banned': (actor, subject) => `${actor} banned ${subject}`,
  'member.unbanned': (actor, subject) => `${actor} lifted the ban of ${subject}`,
  'member.silenced': (actor, subject) => `${actor} silenced ${subject}`,
  'member.unsilenced': (actor, subject) => `${actor} let ${subject} write again`,
  'member.role': (actor, subject) => `${actor} changed the role of ${subject}`,
  'member.permissions': (actor, subject) => `${actor} changed what ${subject} may do`,
  'message.deleted': (actor, subject) => `${actor} deleted a message of ${subject}`,
  'messages.imported': (actor) => `${actor} imported messages into a room`,
  'room.deleted': (actor) => `${actor} deleted a room`,
  'invite.revoked': (actor, subject) => `${actor} revoked an invite link of ${subject}`,
  'report.handled': (actor, subject, { to }) => `${actor} ${handled(to)} a report about ${subject}`,
  'moderator.read': (actor) => `${actor} read a room as a moderator`,
  'user.erased': (actor, subject) => `${actor} erased ${subject}`,
}

const handled = (status: unknown): string =>
  status === 'resolved' ? 'resolved' : status === 'dismissed' ? 'dismissed' : 'reopened'

/** What was done, in one line, and why if that was said. */
export function auditText({ action, reason, details }: AuditEntry, actor: string, subject: string): string {
  // A newer server may write down more than this page knows of.
  const text = sentences[action]?.(actor, subject, details ?? {}) ?? `${actor}: ${action}`
  return reason ? `${text}: ${reason}` : text
}
