import { withTimeout } from '../concurrency/with-timeout.js'
import {
  countSockets,
  createPresences,
  crowdedAmong,
  crowdedAt,
  deletePresences,
  holdingsOf,
  moveOpenedAt,
  type SocketCount,
  turnPresences,
} from '../store/presence.js'
import { touchUsers } from '../store/users.js'
import type { Context } from './context.js'
import type { Logger } from './logger.js'
import { PresenceLease } from './presence-lease.js'
import { surplusAt } from './surplus.js'
import { type Whereabouts, whereaboutsOf } from './whereabouts.js'

const renewMs = 10_000
/** A user who comes back within this time was never gone: the page was reloaded, or the server restarted. */
const graceMs = 2_000
/** The time between two batches: many users who come one by one need few statements. */
const gatherMs = 100
const retryMs = 1_000
const closingMs = 5_000

export interface PresenceListener {
  /** Users came or went, and that is stored. */
  changed(userIds: string[]): void
  /** Users opened one socket more here than they may have on all servers, and that is stored. */
  crowded(userIds: string[]): void
}

/** What is stored about a user who is here. */
interface Stored {
  sockets: number
  inFront: boolean
  /** When they opened their newest socket, if that is not stored: it matters only once they have too many. */
  reopenedAt?: Date
}

/**
 * Stores which users have sockets on which server, as leases in the database: it is right without a bus, and after `kill -9`.
 * Arrivals and departures are written in batches, and sockets never wait for that. After a failure the lease counts as lost
 * and all users are written again under the next one, so that nothing depends on what was stored.
 */
export class Presence {
  readonly #here = new Set<string>()
  /** How many sockets each user has here; no entry while they are gone but may still come back. */
  readonly #sockets = new Map<string, number>()
  /** Users who opened sockets that are not stored yet. */
  #opened = new Set<string>()
  /** Users of whom nobody looks at any of the pages that they have open here. */
  readonly #away = new Set<string>()
  /** When users left who may still come back. */
  readonly #leaving = new Map<string, number>()
  #changed = new Set<string>()
  #stored = new Map<string, Stored>()
  /** Users who once had too many sockets: each one that they open is stored and checked. */
  readonly #suspects = new Set<string>()
  readonly #lease: PresenceLease
  #renewal = false
  #writing: Promise<void> | undefined
  #grace: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  #renewing: NodeJS.Timeout | undefined
  #warned = false
  #closed = false

  constructor(
    readonly context: Context,
    readonly logger: Logger,
    readonly listener: PresenceListener,
  ) {
    this.#lease = new PresenceLease(context)
  }

  isHere(userId: string): boolean {
    return this.#here.has(userId)
  }

  /** A user opened a socket. False if they were here already, or have left only just now. */
  arrive(userId: string): boolean {
    this.#leaving.delete(userId)
    this.#sockets.set(userId, (this.#sockets.get(userId) ?? 0) + 1)
    this.#opened.add(userId)
    this.#note(userId)
    if (this.#here.has(userId)) return false
    this.#here.add(userId)
    this.#renewing ??= setInterval(() => this.#renew(), renewMs).unref()
    return true
  }

  /** A user's socket closed; after the last one they count as gone some time later. */
  leave(userId: string): void {
    const left = (this.#sockets.get(userId) ?? 1) - 1
    if (left > 0) {
      this.#sockets.set(userId, left)
      this.#note(userId)
      return
    }
    this.#sockets.delete(userId)
    this.#leaving.set(userId, performance.now())
    this.#grace ??= setTimeout(() => this.#goodbye(), graceMs).unref()
  }

  /** Somebody looks at one of a user's pages here, or at none of them any more. */
  turn(userId: string, isInFront: boolean): void {
    if (this.#away.has(userId) === !isInFront) return
    if (isInFront) this.#away.delete(userId)
    else this.#away.add(userId)
    this.#note(userId)
  }

  #goodbye(): void {
    this.#grace = undefined
    const now = performance.now()
    for (const [userId, at] of this.#leaving) {
      // In the order in which they left.
      if (at > now - graceMs) {
        this.#grace = setTimeout(() => this.#goodbye(), at + graceMs - now).unref()
        break
      }
      this.#leaving.delete(userId)
      this.#here.delete(userId)
      this.#away.delete(userId)
      this.#note(userId)
    }
  }

  /** Reads from the database where these users are. */
  find(userIds: string[]): Promise<Whereabouts[]> {
    return whereaboutsOf(this.context, userIds)
  }

  #note(userId: string): void {
    this.#changed.add(userId)
    this.#writeSoon()
  }

  #renew(): void {
    this.#renewal = true
    this.#writeSoon()
  }

  #writeSoon(): void {
    if (this.#retry || this.#closed) return
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
  }

  /** Writes one batch after the other; what comes during a write goes into the next batch. */
  async #writeAll(): Promise<void> {
    await new Promise(setImmediate)
    try {
      while (this.#renewal || this.#changed.size > 0) {
        await this.#write()
        if (!this.#closed) await delay(gatherMs)
      }
      this.#warned = false
    } catch (error) {
      this.#lease.lose()
      this.#writeAnew()
      if (!this.#warned) this.logger.warn('express-chat: who is present could not be stored; it is tried again', error)
      this.#warned = true
      if (this.#closed) return
      this.#retry = setTimeout(() => {
        this.#retry = undefined
        this.#writeSoon()
      }, retryMs).unref()
    }
  }

  /** Nothing that was stored counts any more: everybody is written again, under the next lease. */
  #writeAnew(): void {
    this.#stored = new Map()
    for (const userId of this.#here) this.#changed.add(userId)
  }

  async #write(): Promise<void> {
    const { work, clock, limits } = this.context
    if (this.#renewal) await this.#keepAlive()
    const changed = [...this.#changed]
    const opened = this.#opened
    this.#changed = new Set()
    this.#opened = new Set()
    const now = clock()
    const countOf = (userId: string) => ({
      ...{ userId, sockets: this.#sockets.get(userId) ?? 1, inFront: !this.#away.has(userId) },
    })
    const came = changed.filter((userId) => this.#here.has(userId) && !this.#stored.has(userId)).map(countOf)
    const stayed = changed.filter((userId) => this.#sockets.has(userId) && this.#stored.has(userId)).map(countOf)
    // After a cut all come back with as many sockets as before: that needs no statement.
    const isNews = ({ userId, sockets }: SocketCount) => this.#stored.get(userId)?.sockets !== sockets
    const more = stayed.filter((each) => opened.has(each.userId) && (isNews(each) || this.#suspects.has(each.userId)))
    const fewer = stayed.filter((each) => !opened.has(each.userId) && isNews(each))
    const turned = stayed.filter(({ userId, inFront }) => this.#stored.get(userId)?.inFront !== inFront)
    const gone = changed.filter((userId) => !this.#here.has(userId))
    try {
      if (came.length > 0) {
        const lease = await this.#lease.take()
        await work.write((db) => createPresences(db, lease, came, now))
      }
      const lease = this.#lease.id
      if (lease) await work.write((db) => countSockets(db, lease, more, now))
      if (lease) await work.write((db) => countSockets(db, lease, fewer))
      if (lease) await work.write((db) => turnPresences(db, lease, turned))
      // In this order, so that a reader who finds no presence also finds `lastSeenAt`.
      await work.write((db) => touchUsers(db, gone, now))
      if (lease) await work.write((db) => deletePresences(db, lease, gone))
      await this.#lease.deleteLost()
    } catch (error) {
      for (const userId of changed) this.#changed.add(userId)
      for (const userId of opened) this.#opened.add(userId)
      throw error
    }
    for (const { userId, sockets, inFront } of [...stayed, ...came]) {
      const reopenedAt = opened.has(userId) ? now : this.#stored.get(userId)?.reopenedAt
      this.#stored.set(userId, { sockets, inFront, ...(reopenedAt && { reopenedAt }) })
    }
    for (const { userId, sockets, inFront } of [...came, ...more]) this.#stored.set(userId, { sockets, inFront })
    for (const userId of gone) {
      this.#stored.delete(userId)
      this.#suspects.delete(userId)
    }
    const news = [...came.map(({ userId }) => userId), ...gone]
    if (news.length > 0) this.listener.changed(news)
    const risen = [...came, ...more].map(({ userId }) => userId)
    await this.#reportCrowded(crowdedAmong(work.db, risen, limits.socketsPerUser))
  }

  /** A failure does not matter: the next renewal of the lease finds them again. */
  async #reportCrowded(find: Promise<string[]>): Promise<void> {
    const crowded = await find.catch(() => [])
    if (crowded.length > 0) this.listener.crowded(crowded)
  }

  /** How many of a user's sockets on this server have to be closed, given how many are open here: there are too many on all servers. */
  async surplusOf(userId: string, sockets: number): Promise<number> {
    const { work, clock, limits } = this.context
    const nodeId = this.#lease.id
    if (!nodeId) return 0
    this.#suspects.add(userId)
    await this.#storeReopened(nodeId, userId)
    const holdings = await holdingsOf(work.db, userId, clock())
    // The number on this server is known better than the stored one.
    const known = holdings.map((holding) => (holding.nodeId === nodeId ? { ...holding, sockets } : holding))
    return surplusAt(nodeId, known, limits.socketsPerUser)
  }

  /** All servers decide by what is stored, so the others have to check once more. */
  async #storeReopened(nodeId: string, userId: string): Promise<void> {
    const stored = this.#stored.get(userId)
    if (!stored?.reopenedAt) return
    const { reopenedAt, ...rest } = stored
    await this.context.work.write((db) => moveOpenedAt(db, nodeId, userId, reopenedAt))
    if (this.#stored.get(userId) === stored) this.#stored.set(userId, rest)
    this.listener.crowded([userId])
  }

  async #keepAlive(): Promise<void> {
    const { work, limits } = this.context
    this.#renewal = false
    if (!(await this.#lease.renew())) this.#writeAnew()
    for await (const gone of this.#lease.buryDead()) if (gone.length > 0) this.listener.changed(gone)
    const lease = this.#lease.id
    if (lease) await this.#reportCrowded(crowdedAt(work, lease, limits.socketsPerUser))
  }

  /**
   * The server stops. Its users will soon connect to another one, so they count as present a moment longer: the lease is
   * shortened, not deleted.
   */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#renewing)
    clearTimeout(this.#grace)
    clearTimeout(this.#retry)
    if (this.#here.size === 0 && !this.#writing) return
    try {
      await withTimeout(closingMs, this.#leaveAll(), () => new Error('the database did not answer within 5 s'))
    } catch (error) {
      this.logger.warn('express-chat: that users left could not be stored; their lease ends by itself', error)
    }
  }

  async #leaveAll(): Promise<void> {
    const { work, clock } = this.context
    await this.#writing
    const users = [...this.#here]
    await work.write((db) => touchUsers(db, users, clock()))
    await this.#lease.shorten(graceMs)
    this.listener.changed(users)
  }
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())
