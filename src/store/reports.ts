import type { ReportFilter } from '../contract/reports.js'
import type { Db, Stored } from './client.js'
import { isKept } from './readable.js'

export type ReportRow = Stored<'chatReport'>

export const reportColumns = {
  id: true,
  roomId: true,
  messageId: true,
  authorId: true,
  reporterId: true,
  reason: true,
  text: true,
  /** A JSON text. */
  copy: true,
  status: true,
  note: true,
  handledById: true,
  handledAt: true,
  createdAt: true,
} as const satisfies Record<keyof ReportRow, true>

export const findReport = (db: Db, id: string): Promise<ReportRow | null> =>
  db.chatReport.findUnique({ where: { id }, select: reportColumns })

/** A user's earlier report of a message. */
export const findReportBy = (db: Db, messageId: string, reporterId: string): Promise<ReportRow | null> =>
  db.chatReport.findUnique({ where: { messageId_reporterId: { messageId, reporterId } }, select: reportColumns })

export const createReport = (db: Db, row: ReportRow): Promise<ReportRow> =>
  db.chatReport.create({ data: row, select: reportColumns })

export const changeReport = (
  db: Db,
  id: string,
  data: Partial<Pick<ReportRow, 'status' | 'note' | 'handledById' | 'handledAt' | 'copy'>>,
): Promise<ReportRow> => db.chatReport.update({ where: { id }, data, select: reportColumns })

/** Reads reports, newest first. */
export const reportsBefore = (
  db: Db,
  { status, roomId }: ReportFilter,
  before: string | undefined,
  take: number,
): Promise<ReportRow[]> =>
  db.chatReport.findMany({
    where: {
      ...(status === undefined ? {} : { status }),
      ...(roomId === undefined ? {} : { roomId }),
      ...(before === undefined ? {} : { id: { lt: before } }),
    },
    orderBy: { id: 'desc' },
    take,
    select: reportColumns,
  })

/** Whether the message that a report is of is there, or its tombstone. */
export async function isReportedKept(db: Db, { messageId }: Pick<ReportRow, 'messageId'>): Promise<boolean> {
  const select = { seq: true, rootSeq: true, room: { select: { purgedSeq: true } } } as const
  const row = await db.chatMessage.findUnique({ where: { id: messageId }, select })
  return row !== null && isKept(row, row.room)
}

/** Whether an open report names a file. There are few open reports at a time. */
export const isUnderReport = async (db: Db, mediaId: string): Promise<boolean> =>
  (await db.chatReport.findFirst({
    where: { status: 'open', copy: { contains: mediaId } },
    select: { id: true },
  })) !== null
