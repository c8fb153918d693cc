import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { EditMessage, SendMessage } from '../contract/messages.js'
import { ChatError, conflict, invalid, notFound } from '../contract/problems.js'
import type { EditScheduled, ScheduledFailure, ScheduledMessage, ScheduleMessage } from '../contract/scheduled.js'
import { lockPeople } from '../store/blocks.js'
import type { Db } from '../store/client.js'
import { newId } from '../store/ids.js'
import { claimUnattached, findAllMedia } from '../store/media.js'
import {
  cancelScheduled,
  changeScheduled,
  claimScheduled,
  countScheduled,
  createScheduled,
  deleteScheduled,
  dueScheduled,
  findScheduled,
  findScheduledBy,
  releaseScheduled,
  type ScheduledRow,
  scheduledOf,
} from '../store/scheduled.js'
import { authorizeWriting } from './authorize.js'
import type { Context } from './context.js'
import { acceptData, type Giver } from './data.js'
import { requireMember } from './membership.js'
import type { Messages } from './messages.js'

const day = 86_400_000
/** How long a server has for sending one before another takes it to be dead: longer than any send takes. */
const leaseMs = 60_000
const mostAtOnce = 50

/** What is stored of a message. */
type Draft = Omit<SendMessage, 'clientId' | 'lenient'>

const draftOf = ({ draft }: ScheduledRow): Draft => JSON.parse(draft) as Draft

/**
 * Messages that are kept, and sent when it is time. Each is sent with its `clientId`, by which it becomes one message whoever
 * sends it and however often: a server that dies before it could say that it has sent one leaves it to the next.
 */
export class Scheduled {
  constructor(
    readonly context: Context,
    readonly messages: Messages,
  ) {}

  /** One's own in a room, also where one is in it no more and they could not be sent. */
  async list(
    userId: string,
    roomId: string,
    { limit = pageSize, cursor }: PageRequest,
  ): Promise<Page<ScheduledMessage>> {
    const { work, cursors } = this.context
    const list = `scheduled ${userId} ${roomId}`
    const rows = await scheduledOf(work.db, userId, roomId, cursors.read<string>(list, cursor), limit + 1)
    if (rows.length === 0) await requireMember(work.db, roomId, userId)
    const page = cursors.page(list, rows, limit, ({ id }) => id)
    return { items: await this.#show(work.db, page.rows), nextCursor: page.nextCursor }
  }

  /** One of one's own; undefined once it was sent or cancelled. */
  async find(userId: string, roomId: string, id: string): Promise<ScheduledMessage | undefined> {
    const { db } = this.context.work
    const row = await findScheduled(db, userId, roomId, id)
    return row ? (await this.#show(db, [row]))[0] : undefined
  }

  /** The same `clientId` again is the same message. */
  async create(userId: string, roomId: string, input: ScheduleMessage, giver: Giver): Promise<ScheduledMessage> {
    const { work, limits, clock } = this.context
    const { sendAt, clientId = newId(), lenient: _, ...given } = input
    this.messages.check(given, giver)
    const dueAt = this.#timeOf(sendAt)
    authorizeWriting(this.context, await requireMember(work.db, roomId, userId))
    const draft = await acceptData(this.context, 'message', given, giver)
    return work.transaction(async (unit) => {
      const { tx } = unit
      await lockPeople({ db: tx, dialect: work.dialect }, [userId])
      const existing = await findScheduledBy(tx, userId, roomId, clientId)
      if (existing) return (await this.#show(tx, [existing]))[0] as ScheduledMessage
      if ((await countScheduled(tx, userId)) >= limits.scheduledPerUser) {
        throw conflict(`${limits.scheduledPerUser} messages at most are to be sent later: cancel one first`)
      }
      const { mediaIds = [] } = draft
      const media = mediaIds.length === 0 ? [] : await claimUnattached(tx, userId, mediaIds)
      const found = new Set(media.map(({ id }) => id))
      const missing = mediaIds.findIndex((id) => !found.has(id))
      if (missing >= 0) throw invalid(`/mediaIds/${missing}`, 'is not media of yours that is still unattached')
      const row = await createScheduled(tx, {
        ...{ id: newId(), roomId, userId, clientId, draft: JSON.stringify(draft), sendAt: dueAt, dueAt },
        ...{ claimedAt: null, failure: null, createdAt: clock() },
      })
      unit.publish(changed(row))
      return (await this.#show(tx, [row]))[0] as ScheduledMessage
    })
  }

  async update(
    userId: string,
    roomId: string,
    id: string,
    { sendAt, ...changes }: EditScheduled,
    giver: Giver,
  ): Promise<ScheduledMessage> {
    const { work } = this.context
    const row = await this.#own(userId, roomId, id)
    const before = draftOf(row)
    const edited: Draft = { ...before, ...(given(changes) as EditMessage) }
    this.messages.check(edited, changes.data === undefined ? 'host' : giver)
    const draft = changes.data === undefined ? edited : await acceptData(this.context, 'message', edited, giver)
    const dueAt = sendAt === undefined ? undefined : this.#timeOf(sendAt)
    const isChanged = await work.write((db) =>
      changeScheduled(db, id, {
        draft: JSON.stringify(draft),
        ...(dueAt ? { sendAt: dueAt, dueAt, failure: null } : {}),
      }),
    )
    if (!isChanged) throw tooLate()
    work.publish(changed(row))
    const now = await this.find(userId, roomId, id)
    if (!now) throw notFound()
    return now
  }

  async cancel(userId: string, roomId: string, id: string): Promise<void> {
    const { work } = this.context
    const row = await this.#own(userId, roomId, id)
    if (!(await work.write((db) => cancelScheduled(db, id)))) throw tooLate()
    work.publish(changed(row))
  }

  /** Those that are due within so many milliseconds, and when the first of them is. */
  async nextDue(withinMs: number): Promise<Date | undefined> {
    const { work, clock } = this.context
    const [first] = await dueScheduled(work.db, new Date(clock().getTime() + withinMs), 1)
    return first?.dueAt ?? undefined
  }

  /** Sends what is due, and returns how much of it this server has sent. */
  async sendDue(): Promise<number> {
    const { work, clock } = this.context
    let count = 0
    for (;;) {
      const rows = await dueScheduled(work.db, clock(), mostAtOnce)
      const sent = await Promise.all(rows.map((row) => this.#send(row)))
      count += sent.filter(Boolean).length
      if (rows.length < mostAtOnce) return count
    }
  }

  async #send(row: ScheduledRow): Promise<boolean> {
    const { work, clock } = this.context
    const { id, userId, roomId, clientId } = row
    const now = clock()
    const until = new Date(now.getTime() + leaseMs)
    if (!(await work.write((db) => claimScheduled(db, row, now, until)))) return false
    try {
      await this.messages.send(userId, roomId, { ...draftOf(row), clientId, lenient: true }, 'host')
    } catch (error) {
      await this.#refused(row, error)
      return false
    }
    await work.write((db) => deleteScheduled(db, id))
    work.publish(changed(row))
    return true
  }

  /** What ends by itself is waited for; for anything else it stays, with its reason. */
  async #refused(row: ScheduledRow, error: unknown): Promise<void> {
    const { work, clock } = this.context
    const refusal = error instanceof ChatError ? error : new ChatError('internal', undefined, { cause: error })
    // Whether it was stored may not be known: the next try finds it by its clientId.
    if (refusal.code === 'unavailable') return
    const { code, detail = null, retryAfter } = refusal
    const again = code === 'slow_mode' ? new Date(clock().getTime() + (retryAfter ?? 1) * 1000) : null
    const failure: ScheduledFailure = { code, detail }
    await work.write((db) =>
      releaseScheduled(db, row.id, { dueAt: again, failure: again ? null : JSON.stringify(failure) }),
    )
    if (!again) work.publish(changed(row))
  }

  async #own(userId: string, roomId: string, id: string): Promise<ScheduledRow> {
    const row = await findScheduled(this.context.work.db, userId, roomId, id)
    if (!row) throw notFound()
    if (row.claimedAt !== null) throw tooLate()
    return row
  }

  #timeOf(sendAt: string): Date {
    const { limits, clock } = this.context
    const [at, now] = [new Date(sendAt), clock().getTime()]
    if (at.getTime() <= now) throw invalid('/sendAt', 'must lie ahead')
    if (at.getTime() > now + limits.scheduledDays * day)
      throw invalid('/sendAt', `lies more than ${limits.scheduledDays} days ahead`)
    return at
  }

  async #show(db: Db, rows: ScheduledRow[]): Promise<ScheduledMessage[]> {
    const drafts = rows.map(draftOf)
    const media = await findAllMedia(
      db,
      drafts.flatMap(({ mediaIds = [] }) => mediaIds),
    )
    return rows.map((row, n) => this.context.view.scheduled(row, drafts[n] ?? {}, media))
  }
}

const changed = ({ id, userId, roomId }: ScheduledRow) =>
  ({ type: 'scheduled.changed', userId, roomId, scheduledId: id }) as const

const given = (changes: object): object =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))

const tooLate = (): ChatError => conflict('the message is being sent')
