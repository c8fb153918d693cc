import type { Changes, DurableEvent } from '../contract/events.js'
import type { Core } from '../core/create-core.js'
import { About, type Logger } from '../core/logger.js'
import {
  type BehindRow,
  endSubscription,
  failPosition,
  holdOn,
  holdPosition,
  movePosition,
} from '../store/subscriptions.js'
import { failureAt } from './attempts.js'
import type { SubscriptionHandler, SubscriptionRules } from './subscribe-options.js'

/** For so long, in ms, nobody else tells a room of which its server says nothing more. */
export const holdMs = 15_000

/** Thrown by a handler to say that whoever it tells wants nothing any more: the subscription ends, on all servers. */
export class NotWanted extends Error {}

export interface TellerParts {
  name: string
  rules: SubscriptionRules
  handler: SubscriptionHandler
  core: Core
  logger: Logger
  /** This server, as it is called in the rows that it holds. */
  server: string
  /** Aborted once this server is to stop. */
  stopping: AbortSignal
}

/**
 * Tells a handler what happened in a room. It takes the room's row first, so no other server tells the same meanwhile, and
 * moves the row on after the handler has returned: what was told before a crash and not noted is told again.
 */
export class Teller {
  readonly #parts: TellerParts

  constructor(parts: TellerParts) {
    this.#parts = parts
  }

  /** Tells a room up to its end, unless another server has taken it first. Rejects where the database is away. */
  async tell(behind: BehindRow): Promise<void> {
    const { name, core, server } = this.#parts
    const { work } = core.context
    const isHeld = await work.write((db) => holdPosition({ db, dialect: work.dialect }, name, behind, server, holdMs))
    if (isHeld) await this.#tellHeld(behind)
  }

  /** Holds rooms for longer that are being told. */
  async holdOn(roomIds: string[]): Promise<void> {
    const { name, core, server } = this.#parts
    const { work } = core.context
    await work.write((db) => holdOn({ db, dialect: work.dialect }, name, roomIds, server, holdMs))
  }

  async #tellHeld(behind: BehindRow): Promise<void> {
    const { rules, core, stopping } = this.#parts
    const { roomId, standing } = behind
    if (!rules.isRoomWanted(behind)) return void (await this.#move(roomId, standing, true))
    let [told, attempt] = [behind.revision ?? 0, behind.attempts]
    for (;;) {
      const changes = await core.changes.read(roomId, told, rules.batch)
      const waitMs = attempt > 0 ? 0 : (rules.wait?.(changes.events) ?? 0)
      if (waitMs > 0) return await this.#letWait(roomId, waitMs)
      const portions = this.#portionsOf(changes)
      for (const [n, { events, upTo }] of portions.entries()) {
        try {
          await this.#handle(events, roomId, attempt)
        } catch (error) {
          return await this.#failed(roomId, attempt, error)
        }
        ;[told, attempt] = [upTo, 0]
        const releases = stopping.aborted || (n === portions.length - 1 && !changes.hasMore)
        const isHeld = await this.#move(roomId, told, releases)
        if (!isHeld || releases) return
      }
    }
  }

  /** What is told at once, and the revision that the room has been told to by then. */
  #portionsOf({ events, revision }: Changes): { events: DurableEvent[]; upTo: number }[] {
    const { rules } = this.#parts
    const wanted = events.filter((event) => rules.isWanted(event))
    if (!rules.oneByOne) return [{ events: wanted, upTo: revision }]
    const portions = wanted.map((event) => ({ events: [event], upTo: event.revision }))
    return wanted.at(-1)?.revision === revision ? portions : [...portions, { events: [], upTo: revision }]
  }

  /** False if this server does not hold the room any more. */
  #move(roomId: string, revision: number, releases: boolean): Promise<boolean> {
    const { name, core, server } = this.#parts
    return core.context.work.write((db) => movePosition(db, name, roomId, server, { revision, releases }))
  }

  async #handle(events: DurableEvent[], roomId: string, attempt: number): Promise<void> {
    const { handler, stopping: signal } = this.#parts
    const told = events as Parameters<SubscriptionHandler>[0]
    if (told.length > 0) await handler(told, { roomId, attempt, signal })
  }

  /** Lets go of a room until its changes have waited for long enough; then the first server that looks tells them. */
  async #letWait(roomId: string, ms: number): Promise<void> {
    const { name, core, server } = this.#parts
    const { work } = core.context
    const nothing = { attempts: 0, error: null, ms, failedAt: undefined }
    await work.write((db) => failPosition({ db, dialect: work.dialect }, name, roomId, server, nothing))
  }

  async #failed(roomId: string, attempt: number, cause: unknown): Promise<void> {
    const { name, core, logger } = this.#parts
    const { work, clock } = core.context
    if (cause instanceof NotWanted) {
      await work.write((db) => endSubscription(db, name, clock()))
      const mend = `chat.subscriptions.resume('${name}') has it go on`
      logger.error(
        `express-chat: the subscription "${name}" has ended, since ${cause.message}; ${mend}`,
        new About({ subscription: name }),
      )
    }
    await this.#putOff(roomId, attempt, cause)
  }

  async #putOff(roomId: string, attempt: number, cause: unknown): Promise<void> {
    const { name, rules, core, server, logger, stopping } = this.#parts
    const { work, clock } = core.context
    const isOver = stopping.aborted || cause instanceof NotWanted
    const failure = failureAt(attempt, cause, rules, { isOver, now: clock() })
    await work.write((db) => failPosition({ db, dialect: work.dialect }, name, roomId, server, failure))
    if (isOver) return
    const said = `express-chat: the handler of the subscription "${name}" failed in room ${roomId}`
    const about = new About({ subscription: name, roomId })
    if (failure.failedAt)
      logger.error(`${said}, as often as it may, so the room is put aside: see chat.subscriptions`, cause, about)
    else logger.warn(`${said}; it is tried again in ${failure.ms} ms`, cause, about)
  }
}
