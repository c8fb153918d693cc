import { AsyncResource } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { Core } from '../core/create-core.js'
import { About, type Logger } from '../core/logger.js'
import { delivering } from '../core/telemetry.js'
import { failureOf } from '../store/failures.js'
import { newId } from '../store/ids.js'
import {
  endNotices,
  failNotice,
  heldAmong,
  holdNotices,
  inFrontAmong,
  markNotified,
  prepareNotices,
  putOffNotices,
  type TakenNotice,
  takeNotices,
  wantNotices,
} from '../store/notices.js'
import { failureAt } from '../subscriptions/attempts.js'
import { defaultBackoff } from '../subscriptions/subscribe-options.js'
import type { Subscriptions } from '../subscriptions/subscriptions.js'
import { type Composed, Composing, type StoredPlace } from './composing.js'
import { type NotifyOptions, notifyDefaults } from './notify-options.js'
import { Wanting } from './wanting.js'

/** The durable subscription by which it is known what was written. */
const subscriptionName = 'express-chat.notify'

/** For so long, in ms, nobody else looks at people of whom their server says nothing more. */
const holdMs = 15_000
/** Who looks at the chat is looked at again after this time, in ms, or after `afterSeconds`, if that is longer. */
const leastAgainMs = 30_000
/** What was found out so long ago, in ms, is found out once more before it is told. */
const freshMs = 3_000
/** So many people are looked at together. A database in this process blocks the event loop meanwhile. */
const atOnce = { sqlite: 25, postgresql: 100, mysql: 100 }
/** So long handlers may take that are running when the server is to stop, in ms. */
const graceMs = 10_000

export interface NotificationsParts {
  core: Core
  subscriptions: Subscriptions
  options: NotifyOptions
  logger: Logger
  pollMs: number
  /** The check at start, which has to pass first. */
  checked(): Promise<void>
}

/** Somebody whom this server has taken, with what they are to be notified of. */
interface Held {
  userId: string
  /** The look that took them. */
  heldBy: string
  attempt: number
  id: string
  places: StoredPlace[]
  composed: Composed
  composedAt: number
  /** Whether there is more than is in the batch. */
  hasMore: boolean
}

/**
 * Notifies people who are away and have not read. Who is to be looked at is in the database, with a time; a server takes some whose
 * time has come, writes down of what each is about to be notified, tells the handler, and marks it. So what a server did not mark before it
 * died comes again, as the same batch.
 */
export class Notifications {
  readonly #parts: NotificationsParts
  readonly #rules: Required<NotifyOptions>
  readonly #composing: Composing
  readonly #stopping = new AbortController()
  readonly #started: Promise<void>
  /** Who waits for a handler, and all whom this server holds. */
  #waiting: Held[] = []
  readonly #held = new Map<string, Held>()
  readonly #running = new Set<Promise<void>>()
  /** Who was notified, which is not noted yet. */
  #done: Held[] = []
  #timers: NodeJS.Timeout[] = []
  #looking: Promise<void> | undefined
  #marking: Promise<void> | undefined
  /** Handlers do not run in the context of whichever request made somebody due. */
  readonly #startLooking = AsyncResource.bind(() => this.#lookAtAll())
  /** The database did not answer lately, which is logged once. */
  #isAway = false

  constructor(parts: NotificationsParts) {
    const { core, options } = parts
    this.#parts = parts
    this.#rules = {
      ...notifyDefaults,
      backoff: defaultBackoff,
      ...given(options),
      handler: delivering(core.context, 'notification', options.handler.bind(options)),
    }
    this.#composing = new Composing(core.context, this.#rules.messages)
    this.#started = this.#start()
    // The check at start logs what it finds.
    this.#started.catch(() => undefined)
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    for (const timer of this.#timers) clearInterval(timer)
    await Promise.race([this.#end(), delay(graceMs, undefined, { ref: false })])
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted
  }

  async #start(): Promise<void> {
    const { core, subscriptions, checked, pollMs } = this.#parts
    const wanting = new Wanting(core.context, this.#rules.afterSeconds * 1_000, () => this.#look())
    // Its failures are of the database, which comes back.
    subscriptions.subscribe(
      subscriptionName,
      (events, { roomId }) => wanting.note(roomId, events),
      { types: ['message.created'], attempts: 1_000 },
      (events) => wanting.wait(events),
    )
    await checked()
    if (this.#isStopped) return
    this.#timers = [setInterval(() => this.#tick(), pollMs), setInterval(() => this.#holdOn(), holdMs / 3)]
    this.#tick()
  }

  #tick(): void {
    this.#look()
    if (this.#done.length > 0) this.#mark()
  }

  #look(): void {
    if (this.#isStopped) return
    this.#looking ??= this.#startLooking()
      .then(() => {
        this.#isAway = false
      })
      .catch((error) => this.#failed('cannot look for who is to be notified', error))
      .finally(() => {
        this.#looking = undefined
      })
  }

  async #lookAtAll(): Promise<void> {
    const { work } = this.#parts.core.context
    const most = atOnce[work.dialect.name]
    while (!this.#isStopped) {
      // A few wait, so that no handler does, and no more, so that what they are told is fresh.
      while (this.#waiting.length >= this.#rules.concurrency && !this.#isStopped) await Promise.race(this.#running)
      if (this.#isStopped) return
      const heldBy = newId()
      const taken = await work.write((db) => takeNotices({ db, dialect: work.dialect }, heldBy, most, holdMs))
      if (taken.length === 0) return
      await this.#take(heldBy, taken)
    }
  }

  async #take(heldBy: string, taken: TakenNotice[]): Promise<void> {
    const { work, clock } = this.#parts.core.context
    const ids = taken.map(({ userId }) => userId)
    const inFront = await inFrontAmong(work.db, ids, clock())
    if (inFront.size > 0) {
      const againMs = Math.max(leastAgainMs, this.#rules.afterSeconds * 1_000)
      await work.write((db) => putOffNotices({ db, dialect: work.dialect }, heldBy, [...inFront], againMs))
    }
    const away = taken.filter(({ userId }) => !inFront.has(userId))
    const asked = away.map(({ userId, batch }) => ({ userId, places: batch === null ? undefined : placesIn(batch) }))
    const composed = await this.#composing.compose(asked)
    const nothing = away.filter(({ userId }) => !composed.has(userId)).map(({ userId }) => userId)
    if (nothing.length > 0)
      await work.transaction(({ tx }) => endNotices({ db: tx, dialect: work.dialect }, heldBy, nothing))
    const held = away.flatMap((row): Held[] => {
      const found = composed.get(row.userId)
      if (!found) return []
      const begun = row.batch === null ? undefined : placesIn(row.batch)
      return [
        {
          ...{ userId: row.userId, heldBy, attempt: row.attempts, id: row.batchId ?? newId() },
          ...{ places: begun ?? found.places, hasMore: found.hasMore },
          ...{ composed: found, composedAt: performance.now() },
        },
      ]
    })
    await this.#prepare(heldBy, held, new Set(away.flatMap(({ userId, batch }) => (batch === null ? [] : [userId]))))
  }

  /** From here on it is this batch that each is told, until it is marked. */
  async #prepare(heldBy: string, held: Held[], begun: Set<string>): Promise<void> {
    const { work } = this.#parts.core.context
    const fresh = held.filter(({ userId }) => !begun.has(userId))
    const rows = fresh.map(({ userId, id, places }) => ({ userId, batchId: id, batch: JSON.stringify(places) }))
    await work.write((db) => prepareNotices({ db, dialect: work.dialect }, heldBy, rows))
    // Should all of this have taken too long, another server has them.
    const ours = await heldAmong(
      work.db,
      heldBy,
      held.map(({ userId }) => userId),
    )
    for (const each of held) {
      if (!ours.has(each.userId)) continue
      this.#held.set(each.userId, each)
      this.#waiting.push(each)
    }
    this.#run()
  }

  #run(): void {
    while (this.#running.size < this.#rules.concurrency && this.#waiting.length > 0 && !this.#isStopped) {
      const next = this.#waiting.shift() as Held
      const told = this.#tell(next)
        .catch((error) => {
          this.#held.delete(next.userId)
          this.#failed(`cannot go on with ${next.userId}`, error)
        })
        .finally(() => {
          this.#running.delete(told)
          this.#run()
        })
      this.#running.add(told)
    }
  }

  async #tell(held: Held): Promise<void> {
    const isRead = performance.now() - held.composedAt > freshMs && !(await this.#isStill(held))
    if (!isRead) {
      const { id, attempt, composed } = held
      try {
        await this.#rules.handler({ id, ...composed.batch }, { attempt, signal: this.#stopping.signal })
      } catch (error) {
        return await this.#putOff(held, error)
      }
    }
    this.#done.push(held)
    this.#mark()
  }

  /** Looks again at somebody who had to wait for the handler, with all who are waiting. False if they have read it by now. */
  async #isStill(held: Held): Promise<boolean> {
    const all = [held, ...this.#waiting]
    const composed = await this.#composing.compose(all)
    const read: Held[] = []
    for (const each of all) {
      const found = composed.get(each.userId)
      each.composedAt = performance.now()
      if (found) each.composed = found
      else if (each !== held) read.push(each)
    }
    this.#waiting = this.#waiting.filter((each) => !read.includes(each))
    this.#done.push(...read)
    return composed.has(held.userId)
  }

  async #putOff(held: Held, cause: unknown): Promise<void> {
    const { core, logger } = this.#parts
    const { work, clock } = core.context
    const { userId, heldBy, attempt } = held
    const failure = failureAt(attempt, cause, this.#rules, { isOver: this.#isStopped, now: clock() })
    await work.write((db) => failNotice({ db, dialect: work.dialect }, heldBy, userId, failure))
    this.#held.delete(userId)
    if (this.#isStopped) return
    const said = `express-chat: \`notify.handler\` failed for ${userId}`
    const about = new About({ userId })
    if (failure.failedAt)
      logger.error(`${said}, as often as it may, so they are put aside: see chat.subscriptions`, cause, about)
    else logger.warn(`${said}; it is tried again in ${failure.ms} ms`, cause, about)
  }

  /** Who was notified while the statement before was running is marked together. */
  #mark(): void {
    this.#marking ??= this.#markAll()
      .catch((error) => this.#failed('cannot note who was notified', error))
      .finally(() => {
        this.#marking = undefined
      })
  }

  async #markAll(): Promise<void> {
    const { work } = this.#parts.core.context
    while (this.#done.length > 0) {
      // They are marked with the next tick if this fails.
      const some = this.#done.slice(0, 200)
      const notified = some.flatMap(({ userId, places }) =>
        places.map(([roomId, threadId, , seq]) => ({ roomId: threadId ?? roomId, userId, seq })),
      )
      await work.transaction(async ({ tx }) => {
        const on = { db: tx, dialect: work.dialect }
        await markNotified(on, notified)
        const more = some.filter(({ hasMore }) => hasMore).map(({ userId }) => ({ userId, ms: 0 }))
        if (more.length > 0) await wantNotices(on, more)
        for (const heldBy of new Set(some.map((held) => held.heldBy))) {
          const userIds = some.filter((held) => held.heldBy === heldBy).map(({ userId }) => userId)
          await endNotices(on, heldBy, userIds)
        }
      })
      for (const { userId } of some) this.#held.delete(userId)
      this.#done = this.#done.filter((held) => !some.includes(held))
    }
  }

  #holdOn(): void {
    if (this.#held.size === 0) return
    const all = [...this.#held.values()]
    const heldBy = [...new Set(all.map((held) => held.heldBy))]
    const userIds = all.map(({ userId }) => userId)
    const { work } = this.#parts.core.context
    work
      .write((db) => holdNotices({ db, dialect: work.dialect }, heldBy, userIds, holdMs))
      .catch((error) => this.#failed('cannot hold on to those who are notified', error))
  }

  /** What runs ends; who only waits is another server's. */
  async #end(): Promise<void> {
    await this.#started.catch(() => undefined)
    await this.#looking
    const { work } = this.#parts.core.context
    for (const heldBy of new Set(this.#waiting.map((held) => held.heldBy))) {
      const userIds = this.#waiting.filter((held) => held.heldBy === heldBy).map(({ userId }) => userId)
      await work.write((db) => putOffNotices({ db, dialect: work.dialect }, heldBy, userIds, 0)).catch(() => undefined)
    }
    await Promise.all(this.#running)
    this.#mark()
    await this.#marking
  }

  #failed(what: string, error: unknown): void {
    if (this.#isAway || this.#isStopped) return
    this.#isAway = failureOf(error) === 'unavailable'
    this.#parts.logger.error(`express-chat: \`notify\` ${what}`, error)
  }
}

const placesIn = (batch: string): StoredPlace[] => JSON.parse(batch) as StoredPlace[]

/** Without what is undefined, which stands for the default. */
const given = (options: NotifyOptions): NotifyOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as unknown as NotifyOptions
