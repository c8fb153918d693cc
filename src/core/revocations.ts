import { Batcher } from '../concurrency/batcher.js'
import { inChunks } from '../concurrency/chunks.js'
import { KeyedMutex } from '../concurrency/keyed-mutex.js'
import { ChatError } from '../contract/problems.js'
import { newId } from '../store/ids.js'
import {
  deleteRevocations,
  type RevocationRow,
  revocationsOf,
  someRevocations,
  writeRevocation,
} from '../store/revocations.js'
import type { Context } from './context.js'
import { type Admitted, type AuthSession, unauthenticated } from './identity.js'
import { clocksApartMs, ticketLifeMs } from './tickets.js'

const retryMs = 1_000
/** How often a user may be signed out during one admission before it is refused. */
const tries = 5
/** If there are more, only the revocations of connected users are read. */
const readAtOnce = 1_000

/** A user who is about to be admitted. */
interface Admission {
  /** A hint about a revocation of theirs came since this was last false: it has to be read again. */
  isStale: boolean
}

/**
 * Signs users out. The rule is the same everywhere: a socket, a ticket and an admission know the revocation after which they
 * began, or that there was none; a server that finds another one for that user ends them. So no clocks are compared, and a
 * duplicate or late hint ends nothing that began after it. A row is kept until the last ticket from before it has expired.
 */
export class Revocations {
  /** Revocations of this server that are being written. */
  readonly #pending = new Map<string, string>()
  readonly #admissions = new Map<string, Set<Admission>>()
  readonly #mutex = new KeyedMutex()
  readonly #rows: Batcher<RevocationRow | undefined>
  #isClosed = false

  constructor(readonly context: Context) {
    this.#rows = new Batcher(
      async (userIds) => byUser(await revocationsOf(context.work.db, userIds)),
      () => undefined,
      true,
    )
  }

  /** The id of a user's current revocation. */
  async of(userId: string): Promise<string | null> {
    const row = await this.#rows.ask(userId)
    return this.#pending.get(userId) ?? row?.id ?? null
  }

  /** The current revocations of these users, and maybe of others. Deletes those that have expired. */
  async among(userIds: readonly string[]): Promise<Map<string, string>> {
    const { work, clock } = this.context
    let rows = await someRevocations(work.db, readAtOnce)
    const now = clock()
    if (rows.some(({ expiresAt }) => expiresAt < now)) await work.write((db) => deleteRevocations(db, now))
    if (rows.length === readAtOnce) {
      rows = (await inChunks([...userIds], (some) => revocationsOf(work.db, some))).flat()
    }
    return new Map(rows.map(({ userId, id }) => [userId, this.#pending.get(userId) ?? id]))
  }

  /** Signs a user out: at once for admissions on this server. Resolves once all servers can read it. */
  async revoke(userId: string): Promise<void> {
    const id = newId()
    this.#pending.set(userId, id)
    this.invalidate(userId)
    try {
      // In the order of the calls; otherwise an earlier one would end what began after a later one.
      await this.#mutex.take(userId, () => this.#remember(userId, id))
    } finally {
      if (this.#pending.get(userId) === id) this.#pending.delete(userId)
      // An admission that read before this was written reads again, because it is no longer pending here.
      this.invalidate(userId)
    }
  }

  /** Tries for as long as there may be tickets from before. */
  async #remember(userId: string, id: string): Promise<void> {
    const until = performance.now() + ticketLifeMs
    for (;;) {
      try {
        const { work, clock } = this.context
        const expiresAt = new Date(clock().getTime() + ticketLifeMs + clocksApartMs)
        return await work.write((db) => writeRevocation(db, { userId, id, expiresAt }))
      } catch (error) {
        if (this.#isClosed || performance.now() >= until) throw error
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  /** A hint says that a user was signed out. It may be wrong or old: the database decides. */
  invalidate(userId: string): void {
    for (const admission of this.#admissions.get(userId) ?? []) admission.isStale = true
  }

  /** The current revocation of a user who is about to be admitted. It is still current when this resolves, so what follows in the same turn is safe. */
  async #currentRevocation(userId: string, admission: Admission): Promise<string | null> {
    for (;;) {
      admission.isStale = false
      const found = await this.of(userId)
      if (!admission.isStale) return found
    }
  }

  /** Makes a hint about a revocation of this user mark the admission as stale meanwhile. */
  async #admitting<T>(userId: string, work: (admission: Admission) => Promise<T>): Promise<T> {
    const admission: Admission = { isStale: false }
    const all = this.#admissions.get(userId) ?? new Set()
    this.#admissions.set(userId, all.add(admission))
    try {
      return await work(admission)
    } finally {
      all.delete(admission)
      if (all.size === 0 && this.#admissions.get(userId) === all) this.#admissions.delete(userId)
    }
  }

  /**
   * Admits a user whom the host has authenticated. If they may have been signed out since, the host is asked again, until no
   * sign-out happened meanwhile. `done` is called at that moment.
   */
  async settle<T>(first: AuthSession, again: () => Promise<AuthSession>, done: (admitted: Admitted) => T): Promise<T> {
    let session = first
    /** The revocation before the host was asked. */
    let known: string | null = null
    for (let n = 0; n < tries; n += 1) {
      const outcome = await this.#admitting(session.userId, async (admission) => {
        const found = await this.#currentRevocation(session.userId, admission)
        if (found === null || found === known) return { result: done({ session, revocation: found }) }
        return { found }
      })
      if ('result' in outcome) return outcome.result
      known = outcome.found
      session = await again()
    }
    throw new ChatError('unavailable', 'the session changes all the time', { retryAfter: 1 })
  }

  /** Admits a user with a ticket. `done` is called at a moment at which they were not signed out since it was issued. */
  confirm<T>(admitted: Admitted, done: () => T): Promise<T> {
    const { userId } = admitted.session
    return this.#admitting(userId, async (admission) => {
      const found = await this.#currentRevocation(userId, admission)
      if (found !== null && found !== admitted.revocation) throw unauthenticated()
      return done()
    })
  }

  /** Failed writes are not retried any more. */
  close(): void {
    this.#isClosed = true
  }
}

const byUser = (rows: RevocationRow[]): Map<string, RevocationRow> => new Map(rows.map((row) => [row.userId, row]))
