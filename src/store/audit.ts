import type { AuditAction, AuditFilter } from '../contract/audit.js'
import type { Db, Stored } from './client.js'

export type AuditRow = Stored<'chatAuditEntry'>

export const auditColumns = {
  id: true,
  action: true,
  actorId: true,
  roomId: true,
  userId: true,
  messageId: true,
  reason: true,
  /** A JSON text. */
  details: true,
  createdAt: true,
} as const satisfies Record<keyof AuditRow, true>

export const createAuditEntry = (tx: Db, row: AuditRow & { action: AuditAction }): Promise<AuditRow> =>
  tx.chatAuditEntry.create({ data: row, select: auditColumns })

/** Reads entries, newest first. */
export const auditEntries = (
  db: Db,
  { roomId, userId, actorId, action }: AuditFilter,
  before: string | undefined,
  take: number,
): Promise<AuditRow[]> =>
  db.chatAuditEntry.findMany({
    where: {
      ...(roomId === undefined ? {} : { roomId }),
      ...(userId === undefined ? {} : { userId }),
      ...(actorId === undefined ? {} : { actorId }),
      ...(action === undefined ? {} : { action }),
      ...(before === undefined ? {} : { id: { lt: before } }),
    },
    orderBy: { id: 'desc' },
    take,
    select: auditColumns,
  })
