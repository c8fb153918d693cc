import type { AuditAction, AuditEntry, AuditFilter } from '../contract/audit.js'
import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import { type AuditRow, auditEntries, createAuditEntry } from '../store/audit.js'
import type { RoomChange } from '../store/change.js'
import type { Db } from '../store/client.js'
import { newId } from '../store/ids.js'
import { type AnyActor, userIdOf } from './actor.js'
import type { Context } from './context.js'

/** What was done, beside by whom and when. */
export interface AuditedAct {
  action: AuditAction
  roomId?: string
  userId?: string | null
  messageId?: string
  reason?: string | null
  details?: Record<string, unknown>
}

/** Writes down what is done, in the transaction that does it: neither is there without the other. */
export async function writeAudit(tx: Db, now: Date, actor: AnyActor, act: AuditedAct): Promise<void> {
  const { action, roomId = null, userId = null, messageId = null, reason = null, details } = act
  await createAuditEntry(tx, {
    ...{ id: newId(), action, actorId: userIdOf(actor), roomId, userId, messageId, reason },
    details: details ? JSON.stringify(details) : null,
    createdAt: now,
  })
}

/** The same of a room that is being changed. */
export const auditIn = (
  { tx, now, room }: RoomChange,
  actor: AnyActor,
  act: Omit<AuditedAct, 'roomId'>,
): Promise<void> => writeAudit(tx, now, actor, { ...act, roomId: room.id })

/** What was written down. It is only ever added to. */
export class Audit {
  constructor(readonly context: Context) {}

  /** Newest first. */
  async list({ limit = pageSize, cursor, ...filter }: PageRequest & AuditFilter): Promise<Page<AuditEntry>> {
    const { work, cursors } = this.context
    const { roomId, userId, actorId, action } = filter
    const list = `audit ${JSON.stringify([roomId, userId, actorId, action])}`
    const rows = await auditEntries(work.db, filter, cursors.read<string>(list, cursor), limit + 1)
    const page = cursors.page(list, rows, limit, ({ id }) => id)
    return { items: page.rows.map(shown), nextCursor: page.nextCursor }
  }
}

const shown = ({ details, createdAt, action, ...row }: AuditRow): AuditEntry => ({
  ...row,
  action: action as AuditAction,
  details: details === null ? null : JSON.parse(details),
  createdAt: createdAt.toISOString(),
})
