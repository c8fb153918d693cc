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
} from '../store/presence.js'
import { touchUsers } from '../store/users.js'
import type { Context } from './context.js'
import type { Logger } from './logger.js'
import { PresenceLease } from './presence-lease.js'
import { surplusAt } from './surplus.js'
import { type Whereabouts, whereaboutsOf } from './whereabouts.js'

const renewMs = 10_000
/** Who comes back within it was never gone: a page that is loaded again, a server that is restarted. */
const graceMs = 2_000
/** Between two batches: many who come one by one are few statements all the same. */
const gatherMs = 100
const retryMs = 1_000
const closingMs = 5_000

export interface PresenceListener {
  /** Users came or went, and that is stored. */
  changed(userIds: string[]): void
  /** Users opened one socket more here than they may have on all servers, and that is stored. */
  crowded(userIds: string[]): void
}

/** What the database says of somebody who is here. */
interface Stored {
  sockets: number
  /** When they opened their newest one, where that is not stored: only once they have too many does it matter. */
  reopenedAt?: Date
}

/**
 * Who has a socket on which server, kept in the database by lease: right without a bus, and after `kill -9`. What comes
 * and goes is gathered and written a batch at a time, beside the sockets, which never wait for it. After a failure the
 * lease counts as lost and everybody is written anew under the next one, so that nothing depends on what was stored.
 */
export class Presence {
  readonly #here = new Set<string>()
  /** How many sockets each of them has here; none while they may still come back. */
  readonly #sockets = new Map<string, number>()
  /** Of whom some opened that are not stored. */
  #opened = new Set<string>()
  /** When those left who may still come back. */
  readonly #leaving = new Map<string, number>()
  #changed = new Set<string>()
  #stored = new Map<string, Stored>()
  /** Who had too many once: of them each one that opens is stored and looked at. */
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

  /** Somebody's socket came. False where they were here already, or had hardly gone. */
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

  /** Somebody's socket went; they are gone some time after the last one. */
  leave(userId: string): void {
    const left = (this.#sockets.get(userId) ?? 1) - 1
    if (left > 0) {
      this.#sockets.set(userId, left)
      this.#note(userId)
      return
    }
    this.#sockets.delete(userId)
    this.#leaving.set(userId, Date.now())
    this.#grace ??= setTimeout(() => this.#goodbye(), graceMs).unref()
  }

  #goodbye(): void {
    this.#grace = undefined
    const now = Date.now()
    for (const [userId, at] of this.#leaving) {
      // In the order in which they left.
      if (at > now - graceMs) {
        this.#grace = setTimeout(() => this.#goodbye(), at + graceMs - now).unref()
        break
      }
      this.#leaving.delete(userId)
      this.#here.delete(userId)
      this.#note(userId)
    }
  }

  /** Looks in the database where these are. */
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

  /** One batch after the other; what comes while one is written goes with the next. */
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
    const countOf = (userId: string) => ({ userId, sockets: this.#sockets.get(userId) ?? 1 })
    const came = changed.filter((userId) => this.#here.has(userId) && !this.#stored.has(userId)).map(countOf)
    const stayed = changed.filter((userId) => this.#sockets.has(userId) && this.#stored.has(userId)).map(countOf)
    // After a cut all come back with as many as they had: that costs no statement.
    const isNews = ({ userId, sockets }: SocketCount) => this.#stored.get(userId)?.sockets !== sockets
    const more = stayed.filter((each) => opened.has(each.userId) && (isNews(each) || this.#suspects.has(each.userId)))
    const fewer = stayed.filter((each) => !opened.has(each.userId) && isNews(each))
    const gone = changed.filter((userId) => !this.#here.has(userId))
    try {
      if (came.length > 0) {
        const lease = await this.#lease.take()
        await work.write((db) => createPresences(db, lease, came, now))
      }
      const lease = this.#lease.id
      if (lease) await work.write((db) => countSockets(db, lease, more, now))
      if (lease) await work.write((db) => countSockets(db, lease, fewer))
      // In this order: who finds them nowhere finds since when, too.
      await work.write((db) => touchUsers(db, gone, now))
      if (lease) await work.write((db) => deletePresences(db, lease, gone))
      await this.#lease.deleteLost()
    } catch (error) {
      for (const userId of changed) this.#changed.add(userId)
      for (const userId of opened) this.#opened.add(userId)
      throw error
    }
    for (const { userId, sockets } of [...stayed, ...came]) {
      const reopenedAt = opened.has(userId) ? now : this.#stored.get(userId)?.reopenedAt
      this.#stored.set(userId, { sockets, ...(reopenedAt && { reopenedAt }) })
    }
    for (const { userId, sockets } of [...came, ...more]) this.#stored.set(userId, { sockets })
    for (const userId of gone) {
      this.#stored.delete(userId)
      this.#suspects.delete(userId)
    }
    const news = [...came.map(({ userId }) => userId), ...gone]
    if (news.length > 0) this.listener.changed(news)
    const risen = [...came, ...more].map(({ userId }) => userId)
    await this.#reportCrowded(crowdedAmong(work.db, risen, limits.socketsPerUser))
  }

  /** Nothing depends on it: who is not found now is found with the next renewal of the lease. */
  async #reportCrowded(find: Promise<string[]>): Promise<void> {
    const crowded = await find.catch(() => [])
    if (crowded.length > 0) this.listener.crowded(crowded)
  }

  /** How many of somebody's sockets here, of which so many are open, have to go: there are too many on all servers. */
  async surplusOf(userId: string, sockets: number): Promise<number> {
    const { work, clock, limits } = this.context
    const nodeId = this.#lease.id
    if (!nodeId) return 0
    this.#suspects.add(userId)
    await this.#storeReopened(nodeId, userId)
    const holdings = await holdingsOf(work.db, userId, clock())
    // What is here is known better than it is stored.
    const known = holdings.map((holding) => (holding.nodeId === nodeId ? { ...holding, sockets } : holding))
    return surplusAt(nodeId, known, limits.socketsPerUser)
  }

  /** All decide by what is stored, so the others are to look once more. */
  async #storeReopened(nodeId: string, userId: string): Promise<void> {
    const stored = this.#stored.get(userId)
    if (!stored?.reopenedAt) return
    const { sockets, reopenedAt } = stored
    await this.context.work.write((db) => moveOpenedAt(db, nodeId, userId, reopenedAt))
    if (this.#stored.get(userId) === stored) this.#stored.set(userId, { sockets })
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
   * The server goes. Its people are expected on another one at once, so they count as present a moment longer: the lease
   * is made short, not taken back.
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
