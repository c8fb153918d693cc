import type { DurableEvent } from '../contract/events.js'
import type { Core } from '../core/create-core.js'
import type { Logger } from '../core/logger.js'
import { type BehindRow, failPosition, holdOn, holdPosition, movePosition } from '../store/subscriptions.js'
import { day, type SubscriptionHandler, type SubscriptionRules } from './subscribe-options.js'

/** For so long, in ms, nobody else tells a room of which its server says nothing more. */
export const holdMs = 15_000
const longestError = 500

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

  async #tellHeld({ roomId, revision, attempts }: BehindRow): Promise<void> {
    const { name, rules, core, server, stopping } = this.#parts
    let told = revision ?? 0
    let attempt = attempts
    for (let isHeld = true; isHeld; ) {
      const changes = await core.changes.read(roomId, told, rules.batch)
      const waitMs = attempt > 0 ? 0 : (rules.wait?.(changes.events) ?? 0)
      if (waitMs > 0) return await this.#letWait(roomId, waitMs)
      try {
        await this.#handle(changes.events, roomId, attempt)
      } catch (error) {
        return await this.#putOff(roomId, attempt, error)
      }
      told = changes.revision
      attempt = 0
      const releases = !changes.hasMore || stopping.aborted
      const moved = await core.context.work.write((db) =>
        movePosition(db, name, roomId, server, { revision: told, releases }),
      )
      isHeld = moved && !releases
    }
  }

  async #handle(events: DurableEvent[], roomId: string, attempt: number): Promise<void> {
    const { rules, handler, stopping: signal } = this.#parts
    const wanted = events.filter(({ type }) => rules.isWanted(type)) as Parameters<SubscriptionHandler>[0]
    if (wanted.length > 0) await handler(wanted, { roomId, attempt, signal })
  }

  /** Lets go of a room until its changes have waited for long enough; then the first server that looks tells them. */
  async #letWait(roomId: string, ms: number): Promise<void> {
    const { name, core, server } = this.#parts
    const { work } = core.context
    const nothing = { attempts: 0, error: null, ms, failedAt: undefined }
    await work.write((db) => failPosition({ db, dialect: work.dialect }, name, roomId, server, nothing))
  }

  async #putOff(roomId: string, attempt: number, cause: unknown): Promise<void> {
    const { name, rules, core, server, logger, stopping } = this.#parts
    const { work, clock } = core.context
    // A handler that gives up because it is to stop has not failed.
    const attempts = stopping.aborted ? attempt : attempt + 1
    const isLast = attempts >= rules.attempts
    const ms = stopping.aborted ? 0 : waitOf(rules.backoff(attempt))
    const error = (cause instanceof Error ? cause.message : String(cause)).slice(0, longestError)
    const failure = { attempts, error, ms, failedAt: isLast ? clock() : undefined }
    await work.write((db) => failPosition({ db, dialect: work.dialect }, name, roomId, server, failure))
    if (stopping.aborted) return
    const said = `express-chat: the handler of the subscription "${name}" failed in room ${roomId}`
    if (isLast) logger.error(`${said}, as often as it may, so the room is put aside: see chat.subscriptions`, cause)
    else logger.warn(`${said}; it is tried again in ${ms} ms`, cause)
  }
}

/** What a host's function returned, as whole ms up to a day. */
const waitOf = (ms: number): number => Math.round(Math.min(Math.max(Number.isNaN(ms) ? 0 : ms, 0), day))
