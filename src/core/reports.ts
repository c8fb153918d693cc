import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { SaidAs } from '../contract/messages.js'
import { conflict, notFound } from '../contract/problems.js'
import type {
  CreateReport,
  OwnReport,
  Report,
  ReportedMessage,
  ReportFilter,
  ReportStatus,
  UpdateReport,
} from '../contract/reports.js'
import type { Db } from '../store/client.js'
import { withNothingSaid } from '../store/erased-messages.js'
import { failureOf } from '../store/failures.js'
import { newId } from '../store/ids.js'
import { mediaOfMessages } from '../store/media.js'
import type { MessageRow } from '../store/messages.js'
import {
  changeReport,
  createReport,
  findReport,
  findReportBy,
  isReportedKept,
  type ReportRow,
  reportsBefore,
} from '../store/reports.js'
import { shownSeq } from '../store/threads.js'
import { findUser } from '../store/users.js'
import { type AnyActor, userIdOf } from './actor.js'
import { writeAudit } from './audit.js'
import type { Context } from './context.js'
import { requireMember } from './membership.js'
import { requireReadable } from './readable.js'

/** What members say of messages that should not be there, and what is made of it. */
export class Reports {
  constructor(readonly context: Context) {}

  /** Once a person and message: said again, it is the first one. */
  async add(
    userId: string,
    roomId: string,
    messageId: string,
    input: CreateReport,
    tries = 2,
  ): Promise<{ report: OwnReport; created: boolean }> {
    const { work } = this.context
    const check = async (db: Db) => {
      const message = await requireReadable(db, await requireMember(db, roomId, userId), messageId)
      const existing = await findReportBy(db, messageId, userId)
      if (existing) return { existing }
      if (message.kind !== 'user') throw conflict('nobody wrote this message')
      if (message.userId === userId) throw conflict('nobody reports what they wrote themselves')
      if (message.deletedAt !== null) throw conflict('the message was deleted')
      return { message }
    }
    // By reads alone: who may not waits for nobody, and nobody waits for them.
    const { existing } = await check(work.db)
    if (existing) return { report: ownOf(existing), created: false }
    try {
      return await work.transaction(async (unit) => {
        const { tx, now } = unit
        const { existing, message } = await check(tx)
        if (existing) return { report: ownOf(existing), created: false }
        const row = await createReport(tx, {
          ...{ id: newId(), roomId, messageId, authorId: message.userId, reporterId: userId },
          ...{ reason: input.reason, text: input.text ?? '', copy: await copyOf(tx, message) },
          ...{ status: 'open', note: null, handledById: null, handledAt: null, createdAt: now },
        })
        unit.publish({ type: 'report.created', report: this.#show(row) })
        return { report: ownOf(row), created: true }
      })
    } catch (error) {
      // Said twice at the same moment.
      if (failureOf(error) !== 'unique' || tries === 1) throw error
      return this.add(userId, roomId, messageId, input, tries - 1)
    }
  }

  /** Newest first. */
  async list({ limit = pageSize, cursor, ...filter }: PageRequest & ReportFilter): Promise<Page<Report>> {
    const { work, cursors } = this.context
    const list = `reports ${JSON.stringify([filter.status, filter.roomId])}`
    const rows = await reportsBefore(work.db, filter, cursors.read<string>(list, cursor), limit + 1)
    const page = cursors.page(list, rows, limit, ({ id }) => id)
    return { items: page.rows.map((row) => this.#show(row)), nextCursor: page.nextCursor }
  }

  async get(reportId: string): Promise<Report> {
    const row = await findReport(this.context.work.db, reportId)
    if (!row) throw notFound()
    return this.#show(row)
  }

  async update(actor: AnyActor, reportId: string, { status, note }: UpdateReport): Promise<Report> {
    const row = await this.context.work.transaction(async ({ tx, now }) => {
      const found = await findReport(tx, reportId)
      if (!found) throw notFound()
      const isOpen = status === 'open'
      // A copy outlives a message that is gone because it was too old for as long as nobody has decided.
      const isGone = !isOpen && !(await isReportedKept(tx, found))
      const changed = await changeReport(tx, reportId, {
        ...{ status, handledById: isOpen ? null : userIdOf(actor), handledAt: isOpen ? null : now },
        ...(note === undefined ? {} : { note }),
        ...(isGone && { copy: withNothingSaid(found.copy) }),
      })
      const { roomId, authorId, messageId } = found
      await writeAudit(tx, now, actor, {
        ...{ action: 'report.handled', roomId, userId: authorId, messageId },
        ...{ reason: note ?? null, details: { reportId, from: found.status, to: status } },
      })
      return changed
    })
    return this.#show(row)
  }

  #show({ copy, status, handledAt, ...row }: ReportRow): Report {
    const { view } = this.context
    const kept = JSON.parse(copy) as Copy
    return {
      ...row,
      createdAt: row.createdAt.toISOString(),
      status: status as ReportStatus,
      copy: { ...kept, media: kept.media.map((file) => ({ ...file, url: view.mediaUrl(file.id, 'content') })) },
      handledAt: handledAt?.toISOString() ?? null,
    }
  }
}

interface Copy extends Omit<ReportedMessage, 'media'> {
  media: Omit<ReportedMessage['media'][number], 'url'>[]
}

/** What was said, as it is kept with a report. */
async function copyOf(tx: Db, row: MessageRow): Promise<string> {
  const { id, userId, saidAs, text, data, createdAt, editedAt } = row
  const [author, media] = [userId === null ? null : await findUser(tx, userId), await mediaOfMessages(tx, [id])]
  const userName = author?.name ?? userId ?? nameIn(saidAs)
  const copy: Copy = {
    ...{ seq: shownSeq(row), userName, text, data: data === null ? null : JSON.parse(data) },
    media: (media.get(id) ?? []).map(({ id, filename, contentType, byteSize }) => {
      return { id, filename, contentType, byteSize }
    }),
    ...{ createdAt: createdAt.toISOString(), editedAt: editedAt?.toISOString() ?? null },
  }
  return JSON.stringify(copy)
}

const nameIn = (saidAs: string | null): string => (saidAs === null ? '' : (JSON.parse(saidAs) as SaidAs).name)

const ownOf = ({ id, roomId, messageId, reason, text, createdAt }: ReportRow): OwnReport => ({
  ...{ id, roomId, messageId, reason, text },
  createdAt: createdAt.toISOString(),
})
