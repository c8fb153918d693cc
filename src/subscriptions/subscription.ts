import { AsyncResource } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { About } from '../core/logger.js'
import { MovedRoomsPoll } from '../core/moved-rooms.js'
import { failureOf } from '../store/failures.js'
import { SetupError } from '../store/setup-error.js'
import {
  type BehindRow,
  behindAmong,
  behindBetween,
  createSubscription,
  dueAmong,
  findSubscription,
  hurryPositions,
  lastOfNext,
} from '../store/subscriptions.js'
import type { Subscription } from './subscribe-options.js'
import { holdMs, Teller, type TellerParts } from './teller.js'

/** How often all rooms are looked through, in ms: for what was committed very late. */
const walkMs = 5 * 60_000
const roomsAWalk = 1_000
/** So many rooms are looked at with one statement. */
const roomsAtOnce = 100
/** So many rooms wait to be looked at; those beyond are found by looking through all. */
const mostNoted = 10_000
/** So long, in ms, a room waits that another server says it changed: most often that one tells it. */
const elsewhereMs = 100
/** So long handlers may take that are running when the server is to stop, in ms. */
const graceMs = 10_000

export interface SubscriptionParts extends Omit<TellerParts, 'stopping'> {
  /** How often it looks for what other servers committed. */
  pollMs: number
  /** The check at start, which has to pass first. */
  checked(): Promise<void>
}

/**
 * Finds the rooms that are behind, and has them told: what is committed here, at once; by a poll, which rooms moved, and whose
 * time has come; and by looking through all, at the start and now and then. Nothing is written with the changes themselves, so
 * they cost what they cost without a subscription.
 */
export class DurableSubscription implements Subscription {
  readonly name: string
  readonly #parts: SubscriptionParts
  readonly #teller: Teller
  readonly #moved: MovedRoomsPoll
  /** Rooms to look at. */
  readonly #noted = new Set<string>()
  /** Rooms to look at with the next poll: another server held them, which may have read before they moved, or the database was away. */
  #later = new Set<string>()
  /** Rooms that other servers say they changed. */
  readonly #elsewhere = new Set<string>()
  /** The rooms that are told here. */
  readonly #telling = new Map<string, Promise<void>>()
  readonly #stopping = new AbortController()
  readonly #started: Promise<void>
  /** Handlers do not run in the context of whichever request has noted a room. */
  readonly #startLooking = AsyncResource.bind(() => this.#lookAtNoted())
  #timers: NodeJS.Timeout[] = []
  #elsewhereTimer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #polling: Promise<void> | undefined
  #walking: Promise<void> | undefined
  #walkedAt = Number.NEGATIVE_INFINITY
  /** The database did not answer lately, which is logged once. */
  #isAway = false

  constructor(parts: SubscriptionParts) {
    const { name, core } = parts
    this.name = name
    this.#parts = parts
    this.#teller = new Teller({ ...parts, stopping: this.#stopping.signal })
    this.#moved = new MovedRoomsPoll({
      movedSince: (clock) => core.roomStates.movedSince(clock),
      moved: (roomId) => this.note(roomId),
      // All rooms are looked through in the database, as most are not behind.
      roomIds: () => [],
      revisions: async () => [],
    })
    this.#started = this.#start()
    // The check at start logs what it finds.
    this.#started.catch(() => undefined)
  }

  ready(): Promise<void> {
    return this.#started
  }

  /** The room may have moved. */
  note(roomId: string): void {
    if (this.#isStopped) return
    if (this.#noted.size < mostNoted) this.#noted.add(roomId)
    else this.lookThrough()
    this.#looking ??= this.#startLooking()
  }

  /** Another server may have moved the room. */
  noteElsewhere(roomId: string): void {
    if (this.#isStopped || this.#elsewhere.size >= mostNoted) return
    this.#elsewhere.add(roomId)
    this.#elsewhereTimer ??= setTimeout(() => {
      this.#elsewhereTimer = undefined
      const roomIds = [...this.#elsewhere]
      this.#elsewhere.clear()
      for (const each of roomIds) this.note(each)
    }, elsewhereMs)
  }

  /** All rooms are to be looked through with the next poll. */
  lookThrough(): void {
    this.#walkedAt = Number.NEGATIVE_INFINITY
  }

  /** Has those rooms told now that are to wait since they failed: what they failed of is over. */
  async hurry(): Promise<void> {
    await this.#parts.core.context.work.write((db) => hurryPositions(db, this.name))
    this.#tick()
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#elsewhereTimer)
    for (const timer of this.#timers) clearInterval(timer)
    await this.#started.catch(() => undefined)
    const all = Promise.all([this.#looking, this.#polling, this.#walking, ...this.#telling.values()])
    await Promise.race([all, delay(graceMs, undefined, { ref: false })])
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted
  }

  get #on() {
    const { db, dialect } = this.#parts.core.context.work
    return { db, dialect }
  }

  async #start(): Promise<void> {
    const { checked, pollMs } = this.#parts
    for (let isStored = false; !isStored && !this.#isStopped; ) {
      try {
        await checked()
        await this.#store()
        isStored = true
      } catch (error) {
        if (error instanceof SetupError) throw error
        this.#failed('cannot begin', error)
        await delay(pollMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
      }
    }
    if (this.#isStopped) return
    this.#isAway = false
    this.#moved.start()
    this.#timers = [setInterval(() => this.#tick(), pollMs), setInterval(() => this.#holdOn(), holdMs / 3)]
    this.#tick()
  }

  async #store(): Promise<void> {
    const { name, rules, core, logger } = this.#parts
    const { work, clock } = core.context
    const found = await findSubscription(work.db, name)
    if (found?.endedAt) {
      const mend = `chat.subscriptions.resume('${name}') has it go on`
      logger.warn(`express-chat: the subscription "${name}" ended at ${found.endedAt.toISOString()}; ${mend}`)
    }
    if (found) return
    try {
      await work.transaction(({ tx, dialect }) =>
        createSubscription({ db: tx, dialect }, { name, createdAt: clock(), endedAt: null }, rules.from === 'now'),
      )
    } catch (error) {
      // Another server was first.
      if (failureOf(error) !== 'unique') throw error
    }
  }

  #tick(): void {
    if (this.#isStopped) return
    this.#polling ??= this.#poll()
      .then(() => {
        this.#isAway = false
      })
      .catch((error) => this.#failed('cannot look for what happened', error))
      .finally(() => {
        this.#polling = undefined
      })
  }

  async #poll(): Promise<void> {
    const { rules } = this.#parts
    if (rules.places() === 0) return
    const later = this.#later
    this.#later = new Set()
    for (const roomId of later) this.note(roomId)
    await this.#moved.poll()
    for (const roomId of await dueAmong(this.#on, this.name, roomsAtOnce)) this.note(roomId)
    const now = performance.now()
    if (this.#walking || now - this.#walkedAt < walkMs) return
    this.#walkedAt = now
    this.#walking = this.#walk()
      .catch((error) => {
        this.lookThrough()
        this.#failed('cannot look through all rooms', error)
      })
      .finally(() => {
        this.#walking = undefined
      })
  }

  async #walk(): Promise<void> {
    for (let after = ''; !this.#isStopped; ) {
      if (this.#parts.rules.places() === 0) return this.lookThrough()
      const last = await lastOfNext(this.#on, after, roomsAWalk)
      if (last === undefined) return
      await this.#lookAt(await behindBetween(this.#on, this.name, after, last))
      after = last
    }
  }

  async #lookAtNoted(): Promise<void> {
    // What is noted in the same turn is looked at together.
    await Promise.resolve()
    for (let roomIds = this.#takeNoted(); roomIds.length > 0; roomIds = this.#takeNoted()) {
      await this.#lookAt(roomIds).catch((error) => {
        for (const roomId of roomIds) this.#later.add(roomId)
        this.#failed('cannot look at rooms', error)
      })
    }
    this.#looking = undefined
  }

  /** Rooms that are being told stay noted, and are looked at after that. */
  #takeNoted(): string[] {
    if (this.#isStopped) return []
    const taken: string[] = []
    for (const roomId of this.#noted) {
      if (taken.length === roomsAtOnce) break
      if (!this.#telling.has(roomId)) taken.push(roomId)
    }
    for (const roomId of taken) this.#noted.delete(roomId)
    return taken
  }

  /** Has those told that are behind. Resolves once the last of them has begun. */
  async #lookAt(roomIds: string[]): Promise<void> {
    const { rules } = this.#parts
    if (roomIds.length === 0) return
    if (rules.places() === 0) return this.lookThrough()
    for (const behind of await behindAmong(this.#on, this.name, roomIds)) {
      while (this.#telling.size > 0 && this.#telling.size >= rules.places()) await Promise.race(this.#telling.values())
      if (this.#isStopped) return
      // Nobody is told for some time. What there is by then is found in the database.
      if (rules.places() === 0) return this.lookThrough()
      this.#take(behind)
    }
  }

  #take(behind: BehindRow): void {
    const { roomId, heldBy, heldUntil, clock } = behind
    if (this.#telling.has(roomId)) this.#noted.add(roomId)
    // What this server holds and does not tell was not released, because the database was away.
    else if (heldUntil <= clock || heldBy === this.#parts.server) this.#tell(behind)
    // What has to wait since it failed is found by the poll, once its time has come.
    else if (heldBy !== null) this.#later.add(roomId)
  }

  #tell(behind: BehindRow): void {
    const { roomId } = behind
    const told = this.#teller
      .tell(behind)
      .catch((error) => {
        this.#later.add(roomId)
        this.#failed(`cannot go on in room ${roomId}`, error)
      })
      .finally(() => {
        this.#telling.delete(roomId)
        if (this.#noted.has(roomId)) this.note(roomId)
      })
    this.#telling.set(roomId, told)
  }

  #holdOn(): void {
    if (this.#telling.size === 0) return
    this.#teller.holdOn([...this.#telling.keys()]).catch((error) => this.#failed('cannot hold on to its rooms', error))
  }

  #failed(what: string, error: unknown): void {
    if (this.#isAway || this.#isStopped) return
    this.#isAway = failureOf(error) === 'unavailable'
    this.#parts.logger.error(
      `express-chat: the subscription "${this.name}" ${what}`,
      error,
      new About({ subscription: this.name }),
    )
  }
}
