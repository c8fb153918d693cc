import { setTimeout as delay } from 'node:timers/promises'
import { holdRoom, roomsToPurge } from '../store/purge.js'
import type { Context } from './context.js'
import type { Logger } from './logger.js'
import type { Sweep } from './media/sweep.js'
import { type RetentionOptions, type TooOld, tooOld } from './retention.js'
import { holdMs, RoomPurge } from './room-purge.js'

/** What was removed because it was too old. */
export interface PurgeResult {
  /** Rooms in which there was something. */
  rooms: number
  /** Messages, with those that were deleted before and those of threads. */
  messages: number
  /** Files that nothing else uses; the sweep takes those that could not be removed. */
  files: number
}

const roomsAtOnce = 20
/** How often it is looked by itself: what is kept for days may be kept for an hour more. */
const everyMs = 3_600_000
/** The first time comes sooner, not on all servers at once. */
const firstMs = 600_000

/**
 * Removes what is too old, a little at a time, with a rest after each little. A room is gone through by one server at a time; one that
 * is killed leaves it to whoever looks a minute later, which goes on with what there still is.
 */
export class Purging {
  readonly #end = new AbortController()
  #last: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(
    readonly context: Context,
    readonly sweep: Sweep,
    readonly retention: RetentionOptions,
    readonly logger: Logger,
  ) {}

  /** One after the other on a server. Ends early once `signal` says so, with what was removed by then. */
  run(signal?: AbortSignal): Promise<PurgeResult> {
    const ends = signal ? AbortSignal.any([signal, this.#end.signal]) : this.#end.signal
    const turn = this.#last.then(() => this.#purge(ends))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Looks now and then, without keeping the process alive. */
  start(): void {
    this.#wait(firstMs * (0.1 + Math.random()))
  }

  /** Resolves once what is under way was put down. */
  async close(): Promise<void> {
    this.#end.abort()
    clearTimeout(this.#timer)
    await this.#last
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.run()
        .catch((error) => this.logger.error('express-chat: old messages could not be removed', error))
        .then(() => {
          if (!this.#end.signal.aborted) this.#wait(everyMs)
        })
    }, ms).unref()
  }

  async #purge(signal: AbortSignal): Promise<PurgeResult> {
    const result: PurgeResult = { rooms: 0, messages: 0, files: 0 }
    if (signal.aborted) return result
    const failures: unknown[] = []
    for await (const some of tooOld(this.context, this.retention)) {
      while (await this.#some(some, signal, result, failures)) if (signal.aborted) return result
      if (signal.aborted) return result
    }
    if (failures.length > 0) throw failures[0]
    return result
  }

  /** Some of the rooms; false once there are none. */
  async #some(
    { rooms, before }: TooOld,
    signal: AbortSignal,
    result: PurgeResult,
    failures: unknown[],
  ): Promise<boolean> {
    const { work, clock } = this.context
    const found = await roomsToPurge(work.db, rooms, { before, now: clock(), take: roomsAtOnce })
    for (const { id } of found) {
      if (signal.aborted) return false
      const begun = performance.now()
      const now = clock()
      const until = new Date(now.getTime() + holdMs)
      if (!(await work.write((db) => holdRoom(db, id, now, until)))) continue
      const purge = new RoomPurge(this.context, this.sweep, { id, before, until, signal })
      try {
        await purge.run()
      } catch (error) {
        // A room that cannot be gone through holds up no other one, and is due again a minute later.
        failures.push(error)
      } finally {
        result.rooms += purge.messages > 0 ? 1 : 0
        result.messages += purge.messages
        result.files += purge.files
      }
      await delay(performance.now() - begun, undefined, { signal }).catch(() => undefined)
    }
    return found.length > 0
  }
}
