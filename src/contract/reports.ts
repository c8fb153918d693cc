import { z } from 'zod'
import { data, type JsonObject } from './data.js'
import { id, type SchemaOf, text, time, whole } from './fields.js'

const reportStatuses = ['open', 'resolved', 'dismissed'] as const
/** `open` until somebody resolves or dismisses it. */
export type ReportStatus = (typeof reportStatuses)[number]
const reportStatus = z.enum(reportStatuses)

/** Why a message is reported: a word of the application's, as `spam`, `harassment` or `illegal`, and what else there is to say. */
export interface CreateReport {
  /** 1 to 100 characters. */
  reason: string
  /** Up to 2000 characters. */
  text?: string | undefined
}

export const createReport = z.strictObject({
  reason: text.min(1).max(100),
  text: text.max(2000).optional(),
}) satisfies SchemaOf<CreateReport>

/** A report as the one who made it sees it. */
export interface OwnReport {
  /** A UUIDv7. */
  id: string
  /** The room of the message. */
  roomId: string
  /** The message that was reported. */
  messageId: string
  /** Why, in a word of the application's. */
  reason: string
  /** What else was said of it; empty where nothing was. */
  text: string
  /** When it was reported, ISO 8601 in UTC. */
  createdAt: string
}

const ofReport = { id, roomId: id, messageId: id, reason: z.string(), text: z.string(), createdAt: time }

export const ownReport = z.strictObject(ofReport) satisfies SchemaOf<OwnReport>

/** A file that the message carried; it is kept while a report is open that names it. */
export interface ReportedMedia {
  /** The file's id. */
  id: string
  /** What it is called. */
  filename: string
  /** What its bytes say that it is. */
  contentType: string
  /** How many bytes it has. */
  byteSize: number
  /** Signed, and expires. */
  url: string
}

/** The message as it was when it was reported, whatever became of it since. */
export interface ReportedMessage {
  /** Where it stands in the room. */
  seq: number
  /** What its author was called. */
  userName: string
  /** What it said then. */
  text: string
  /** What was kept with it then; null where there was nothing. */
  data: JsonObject | null
  /** The files that it carried. */
  media: ReportedMedia[]
  /** When it was sent, ISO 8601 in UTC. */
  createdAt: string
  /** When it had last been edited; null where it never was. */
  editedAt: string | null
}

/** A report as moderators see it. */
export interface Report extends OwnReport {
  /** Who reported it. */
  reporterId: string
  /** Who wrote the message. */
  authorId: string | null
  /** What was said, whatever became of it since. */
  copy: ReportedMessage
  /** What was made of it. */
  status: ReportStatus
  /** What a moderator noted; null where nobody did. */
  note: string | null
  /** Null where nobody did yet, and where the application did. */
  handledById: string | null
  /** When it was handled, ISO 8601 in UTC; null while it is open. */
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
    data: data.nullable(),
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
}) satisfies SchemaOf<Report>

/** What is made of a report. `open` again, it is as if nobody had handled it; a note that is left out stays. */
export interface UpdateReport {
  /** What is made of it. */
  status: ReportStatus
  /** Up to 2000 characters for other moderators; null takes it away, left out it stays. */
  note?: string | null | undefined
}

export const updateReport = z.strictObject({
  status: reportStatus,
  note: text.max(2000).nullable().optional(),
}) satisfies SchemaOf<UpdateReport>

/** Reports in one state, or of one room. */
export interface ReportFilter {
  /** Reports in this state alone. */
  status?: ReportStatus | undefined
  /** Reports from this room alone. */
  roomId?: string | undefined
}

export const reportFilter = { status: reportStatus.optional(), roomId: id.optional() }
