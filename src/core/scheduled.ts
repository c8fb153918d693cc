import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { HostMessage } from '../contract/messages.js'
import { ChatError, conflict, invalid, notFound } from '../contract/problems.js'
import type { EditScheduled, HostScheduleMessage, ScheduledMessage } from '../contract/scheduled.js'
import { refusalOfMentions } from '../store/append/validate.js'
import { lockPeople } from '../store/blocks.js'
import type { Db } from '../store/client.js'
import { newId } from '../store/ids.js'
import { claimUnattached, findAllMedia } from '../store/media.js'
import {
  cancelScheduled,
  changeScheduled,
  countScheduled,
  countScheduledChange,
  createScheduled,
  findScheduled,
  type ScheduledCursor,
  type ScheduledRow,
  scheduledOf,
} from '../store/scheduled.js'
import { type Actor, userIdOf } from './actor.js'
import { authorize, authorizeWriting } from './authorize.js'
import { refuseIn } from './block-rules.js'
import { bodyHash } from './body-hash.js'
import type { Context } from './context.js'
import { acceptData, type Giver } from './data.js'
import { forwarding } from './forwarding.js'
import { type Membership, requireMember } from './membership.js'
import type { Messages } from './messages.js'
import type { ReadMarkers } from './read-markers.js'
import { findReadable } from './readable.js'

const day = 86_400_000
/** How often a change begins anew, since others were in its way. A transaction of the host may go on seeing the row as it was. */
const tries = 5

/** What is stored of a message. */
export type Draft = Omit<HostMessage, 'clientId' | 'lenient'>

export const draftOf = ({ draft }: Pick<ScheduledRow, 'draft'>): Draft => JSON.parse(draft) as Draft

/** Messages that are kept until it is time to send them, which due-messages.ts does. Until then they are their author's alone. */
export class Scheduled {
  constructor(
    readonly context: Context,
    readonly messages: Messages,
    readonly readMarkers: ReadMarkers,
  ) {}

  /** One's own, in a room or in all; also where one is in the room no more, and they could not be sent. */
  async list(
    actor: Actor,
    roomId: string | undefined,
    { limit = pageSize, cursor }: PageRequest,
  ): Promise<Page<ScheduledMessage>> {
    const { work, cursors } = this.context
    const userId = userIdOf(actor)
    const list = `scheduled ${userId ?? ''} ${roomId ?? ''}`
    const whose = { userId, ...(roomId !== undefined && { roomId }) }
    const rows = await scheduledOf(work.db, whose, cursors.read<ScheduledCursor>(list, cursor), limit + 1)
    if (rows.length === 0 && roomId !== undefined) await requireMember(work.db, roomId, actor)
    const page = cursors.page(list, rows, limit, ({ id, sendAt }) => ({ at: sendAt.toISOString(), id }))
    return { items: await this.#show(work.db, page.rows), nextCursor: page.nextCursor }
  }

  /** The same `clientId` again is the same message. */
  async create(actor: Actor, roomId: string, input: HostScheduleMessage, giver: Giver): Promise<ScheduledMessage> {
    const { work, limits, clock } = this.context
    const { sendAt, clientId = newId(), lenient: _, ...given } = input
    const userId = userIdOf(actor)
    this.messages.check(given, giver)
    const membership = await requireMember(work.db, roomId, actor)
    authorizeWriting(this.context, membership)
    refuseIn(membership.room, actor)
    await this.#checkReferences(actor, membership, given)
    const draft = await acceptData(this.context, 'message', given, giver)
    const hash = `${bodyHash(given)} ${sendAt}`
    const { row, isNew } = await work.transaction(async ({ tx }) => {
      if (userId !== null) await lockPeople({ db: tx, dialect: work.dialect }, [userId])
      const existing = await findScheduled(tx, { userId, roomId, clientId })
      if (existing && existing.bodyHash !== hash) throw otherBody()
      if (existing) return { row: existing, isNew: false }
      const at = this.#timeOf(sendAt)
      if (userId !== null && (await countScheduled(tx, userId)) >= limits.scheduledPerUser) {
        throw conflict(`${limits.scheduledPerUser} messages at most are to be sent later: cancel one first`)
      }
      await checkMedia(tx, userId, draft)
      const row = await createScheduled(tx, {
        ...{ id: newId(), roomId, userId, clientId, bodyHash: hash, draft: JSON.stringify(draft) },
        ...{ sendAt: at, dueAt: at, failure: null, revision: 0, createdAt: clock() },
      })
      await countScheduledChange(tx, row, clock())
      return { row, isNew: true }
    })
    if (isNew) await this.tell(row)
    return this.#showOne(row)
  }

  /** What is being sent meanwhile is sent as it is now, or was sent already: then it is there no more. */
  async update(
    actor: Actor,
    roomId: string,
    id: string,
    { sendAt, ...input }: EditScheduled,
    giver: Giver,
  ): Promise<ScheduledMessage> {
    const { work, clock } = this.context
    await this.#require(work.db, actor, roomId, id)
    const changes = await acceptData(this.context, 'message', input, giver)
    const at = sendAt === undefined ? undefined : this.#timeOf(sendAt)
    const row = await work.transaction(async ({ tx }) => {
      for (let n = 0; n < tries; n += 1) {
        const before = await this.#require(tx, actor, roomId, id)
        const { mentions } = draftOf(before)
        const draft = changed(draftOf(before), changes)
        this.messages.check(draft, 'host')
        const refusal = await refusalOfMentions(tx, roomId, changes.mentions ?? [], mentions)
        if (refusal) throw refusal
        // From whoever has taken it to send it, that takes it away again.
        const due = at ? { sendAt: at, dueAt: at, failure: null } : before.failure === null && { dueAt: before.sendAt }
        const row = await changeScheduled(tx, before, { draft: JSON.stringify(draft), ...due })
        if (!row) continue
        await countScheduledChange(tx, row, clock())
        return row
      }
      throw new ChatError('unavailable', 'it is being changed all the time', { retryAfter: 1 })
    })
    await this.tell(row)
    return this.#showOne(row)
  }

  async cancel(actor: Actor, roomId: string, id: string): Promise<void> {
    const { work, clock } = this.context
    // Nobody waits for who asks of what is not theirs.
    const whose = await this.#require(work.db, actor, roomId, id)
    await work.transaction(async ({ tx }) => {
      if (!(await cancelScheduled(tx, id))) throw notFound()
      await countScheduledChange(tx, whose, clock())
    })
    await this.tell(whose)
  }

  /** Tells the author's devices that something changed, if they are in the room. */
  async tell({ userId, roomId }: Pick<ScheduledRow, 'userId' | 'roomId'>): Promise<void> {
    if (userId === null) return
    try {
      const state = await this.readMarkers.state(userId, roomId)
      this.context.work.publish({ type: 'me.changed', userId, roomId, state })
    } catch (error) {
      // They are not in the room, or the poll finds it.
      if (!(error instanceof ChatError)) throw error
    }
  }

  /** What it refers to is there now. What goes until it is sent is left out then, or is why it is not. */
  async #checkReferences(actor: Actor, membership: Membership, draft: Draft): Promise<void> {
    const { db } = this.context.work
    const { replyToId, threadId, mentions = [], mentionsEveryone, forward } = draft
    const find = (id: string) => findReadable(db, membership, id)
    if (replyToId !== undefined && !(await find(replyToId))) throw isNone('/replyToId')
    if (threadId !== undefined && (await find(threadId).then((root) => root?.threadId)) !== null)
      throw isNone('/threadId')
    const { refusal } = forward ? await forwarding(this.context, actor, draft, forward) : { refusal: null }
    const astray = refusal ?? (await refusalOfMentions(db, membership.room.id, mentions))
    if (astray) throw astray
    if (mentionsEveryone) authorize(this.context, membership, 'canEditRoom')
  }

  async #require(db: Db, actor: Actor, roomId: string, id: string): Promise<ScheduledRow> {
    const row = await findScheduled(db, { userId: userIdOf(actor), roomId, id })
    if (!row) throw notFound()
    return row
  }

  #timeOf(sendAt: string): Date {
    const { limits, clock } = this.context
    const [at, now] = [new Date(sendAt), clock().getTime()]
    if (at.getTime() <= now) throw invalid('/sendAt', 'must lie ahead')
    if (at.getTime() > now + limits.scheduledDays * day) {
      throw invalid('/sendAt', `lies more than ${limits.scheduledDays} days ahead`)
    }
    return at
  }

  async #showOne(row: ScheduledRow): Promise<ScheduledMessage> {
    return (await this.#show(this.context.work.db, [row]))[0] as ScheduledMessage
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

/** A draft with what is given of a change; null takes the data away. */
function changed(draft: Draft, changes: Omit<EditScheduled, 'sendAt'>): Draft {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  const { data, ...rest } = { ...draft, ...Object.fromEntries(given) } as Draft
  return data ? { ...rest, data } : rest
}

async function checkMedia(tx: Db, userId: string | null, { mediaIds = [] }: Draft): Promise<void> {
  if (mediaIds.length === 0) return
  const media = userId === null ? [] : await claimUnattached(tx, userId, mediaIds)
  const found = new Set(media.map(({ id }) => id))
  const missing = mediaIds.findIndex((id) => !found.has(id))
  if (missing >= 0) throw invalid(`/mediaIds/${missing}`, 'is not media of yours that is still unattached')
}

const isNone = (pointer: string): ChatError => invalid(pointer, 'there is no such message in this room')

const otherBody = (): ChatError => new ChatError('idempotency_conflict', 'this clientId was used for another message')
