import type { ScheduledFailure } from '../contract/scheduled.js'
import type { AppendRequest } from '../store/append/message.js'
import {
  changeScheduled,
  countScheduledChange,
  deleteScheduled,
  dueScheduled,
  type ScheduledRow,
} from '../store/scheduled.js'
import { system } from './actor.js'
import { appendInside } from './append-inside.js'
import type { Context } from './context.js'
import { refusalOf } from './failures.js'
import type { Logger } from './logger.js'
import type { Messages } from './messages.js'
import { draftOf, type Scheduled } from './scheduled.js'
import type { Sent } from './sending.js'

/** How long a server has for one before another takes it to be dead: longer than hooks and commits take. */
const leaseMs = 60_000
const mostAtOnce = 100
/** So many rooms are written to at once; a hook that takes its time makes only its own room wait. */
const lanes = 4

/** It was changed, cancelled, or taken by another server. */
class Gone extends Error {}

/**
 * Sends what is due. A server takes a message for a while, so that the others need not ask the host's hooks about it too. That it
 * is sent once does not depend on that: it is deleted by the transaction that appends it, and only as it was taken.
 */
export class DueMessages {
  constructor(
    readonly context: Context,
    readonly messages: Messages,
    readonly scheduled: Scheduled,
    readonly logger: Logger,
  ) {}

  /** When the first of those is due that are within so many milliseconds. */
  async next(withinMs: number): Promise<Date | undefined> {
    const { work, clock } = this.context
    const [first] = await dueScheduled(work.db, new Date(clock().getTime() + withinMs), undefined, 1)
    return first?.dueAt ?? undefined
  }

  /** Sends what is due, and returns how much of it this server has sent. */
  async send(): Promise<number> {
    const { work, clock } = this.context
    const by = clock()
    let count = 0
    for (let after: ScheduledRow | undefined; ; ) {
      const rows = await dueScheduled(work.db, by, after, mostAtOnce)
      count += await this.#sendAll(rows)
      after = rows.at(-1)
      if (rows.length < mostAtOnce) return count
    }
  }

  /** Those of a room one after the other, in their order: behind one that another server has, the others are left to it as well. */
  async #sendAll(rows: ScheduledRow[]): Promise<number> {
    const rooms = new Map<string, ScheduledRow[]>()
    for (const row of rows) rooms.set(row.roomId, [...(rooms.get(row.roomId) ?? []), row])
    const waiting = rooms.values()
    let count = 0
    const lane = async () => {
      for (const ofRoom of waiting) {
        for (const row of ofRoom) {
          const outcome = await this.#send(row)
          if (outcome === 'left') break
          if (outcome === 'sent') count += 1
        }
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
    return count
  }

  async #send(row: ScheduledRow): Promise<'sent' | 'refused' | 'left'> {
    const { work, clock } = this.context
    const until = new Date(clock().getTime() + leaseMs)
    const taken = await work.write((db) => changeScheduled(db, row, { dueAt: until }))
    if (!taken) return 'left'
    const { userId, roomId, clientId } = taken
    const draft = { ...draftOf(taken), clientId, lenient: true }
    try {
      await this.messages.send(userId ?? system, roomId, draft, 'host', (request) => this.#append(taken, request))
    } catch (error) {
      return error instanceof Gone ? 'left' : this.#refused(taken, error)
    }
    await this.scheduled.tell(taken)
    return 'sent'
  }

  #append(row: ScheduledRow, request: AppendRequest): Promise<Sent> {
    return this.context.work.transaction(async (unit) => {
      if (!(await deleteScheduled(unit.tx, row))) throw new Gone()
      const { sent, notices } = await appendInside(this.context, unit.tx, request)
      await countScheduledChange(unit.tx, row, unit.now)
      for (const notice of notices) unit.publish(notice)
      return sent
    })
  }

  /** What ends by itself is waited for; for anything else it stays, with its reason. */
  async #refused(row: ScheduledRow, error: unknown): Promise<'refused' | 'left'> {
    const { work, clock } = this.context
    const { code, detail = null, retryAfter = 1 } = refusalOf(error, this.logger)
    // It is taken again once this server is taken to be dead.
    if (code === 'unavailable') return 'left'
    if (code === 'slow_mode') {
      const dueAt = new Date(clock().getTime() + retryAfter * 1000)
      await work.write((db) => changeScheduled(db, row, { dueAt }))
      return 'refused'
    }
    const failure: ScheduledFailure = { code, detail }
    await work.transaction(async ({ tx }) => {
      const failed = await changeScheduled(tx, row, { dueAt: null, failure: JSON.stringify(failure) })
      if (failed) await countScheduledChange(tx, row, clock())
    })
    await this.scheduled.tell(row)
    return 'refused'
  }
}
