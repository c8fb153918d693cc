import { z } from 'zod'
import { id, text, time, whole } from './fields.js'

const reportStatuses = ['open', 'resolved', 'dismissed'] as const
export type ReportStatus = (typeof reportStatuses)[number]
const reportStatus = z.enum(reportStatuses)

/** Why a message is reported: a word of the application's, as `spam`, `harassment` or `illegal`, and what else there is to say. */
export interface CreateReport {
  reason: string
  text?: string | undefined
}

export const createReport = z.strictObject({
  reason: text.min(1).max(100),
  text: text.max(2000).optional(),
}) satisfies z.ZodType<CreateReport>

/** A report as the one who made it sees it. */
export interface OwnReport {
  id: string
  roomId: string
  messageId: string
  reason: string
  text: string
  createdAt: string
}

const ofReport = { id, roomId: id, messageId: id, reason: z.string(), text: z.string(), createdAt: time }

export const ownReport = z.strictObject(ofReport) satisfies z.ZodType<OwnReport>

/** A file that the message carried; it is kept while a report is open that names it. */
export interface ReportedMedia {
  id: string
  filename: string
  contentType: string
  byteSize: number
  /** Signed, and expires. */
  url: string
}

/** The message as it was when it was reported, whatever became of it since. */
export interface ReportedMessage {
  seq: number
  /** What its author was called. */
  userName: string
  text: string
  media: ReportedMedia[]
  createdAt: string
  editedAt: string | null
}

/** A report as moderators see it. */
export interface Report extends OwnReport {
  reporterId: string
  /** Who wrote the message. */
  authorId: string | null
  copy: ReportedMessage
  status: ReportStatus
  note: string | null
  /** Null where nobody did yet, and where the application did. */
  handledById: string | null
  handledAt: string | null
}

export const report = z.strictObject({
  ...ofReport,
  reporterId: id,
  authorId: id.nullable(),
  copy: z.strictObject({
    seq: whole,
    userName: z.string(),
    text: z.string(),
    media: z.array(
      z.strictObject({ id, filename: z.string(), contentType: z.string(), byteSize: z.int(), url: z.string() }),
    ),
    createdAt: time,
    editedAt: time.nullable(),
  }),
  status: reportStatus,
  note: z.string().nullable(),
  handledById: id.nullable(),
  handledAt: time.nullable(),
}) satisfies z.ZodType<Report>

/** What is made of a report. `open` again, it is as if nobody had handled it; a note that is left out stays. */
export interface UpdateReport {
  status: ReportStatus
  note?: string | null | undefined
}

export const updateReport = z.strictObject({
  status: reportStatus,
  note: text.max(2000).nullable().optional(),
}) satisfies z.ZodType<UpdateReport>

export interface ReportFilter {
  status?: ReportStatus | undefined
  roomId?: string | undefined
}

export const reportFilter = { status: reportStatus.optional(), roomId: id.optional() }
