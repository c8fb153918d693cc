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
import { ticketLifeMs } from './tickets.js'

/** How far apart the clocks of servers may be: so much longer than a ticket is a revocation remembered. */
const clocksApartMs = 5 * 60_000
const retryMs = 1_000
/** How often somebody may be signed out during one admission before that is refused. */
const tries = 5
/** Of more than so many only those are read that are about somebody who is here. */
const readAtOnce = 1_000

/** Somebody who is about to be let in. */
interface Admission {
  /** Whether a revocation of theirs was heard of since this was last false: then it is to be looked up again. */
  isStale: boolean
}

/**
 * Who was signed out. The rule, everywhere the same: a socket, a ticket and an admission know the revocation after which
 * they began, or that there was none; whoever finds another one of that user ends them. So no clocks are compared, and what
 * is heard twice, or late, ends nothing that began after it. A row is remembered until the last ticket from before has expired.
 */
export class Revocations {
  /** Those of this server that are on their way to the database. */
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

  /** The id of the one that stands for a user. */
  async of(userId: string): Promise<string | null> {
    const row = await this.#rows.ask(userId)
    return this.#pending.get(userId) ?? row?.id ?? null
  }

  /** Those that stand for these, and maybe those of others. Forgets the ones of which nothing is left to end. */
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

  /** Signs a user out: at once for whoever begins on this server, and resolves once all servers can know. */
  async revoke(userId: string): Promise<void> {
    const id = newId()
    this.#pending.set(userId, id)
    this.invalidate(userId)
    try {
      // In the order in which they were said, or an earlier one would end what began after a later one.
      await this.#mutex.take(userId, () => this.#remember(userId, id))
    } finally {
      if (this.#pending.get(userId) === id) this.#pending.delete(userId)
      // Who read before this was written looks once more, now that it is not found here.
      this.invalidate(userId)
    }
  }

  /** Tried for as long as there may be tickets from before. */
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

  /** Somebody says that a user was signed out. It may not be so, or have been long ago: the database knows. */
  invalidate(userId: string): void {
    for (const admission of this.#admissions.get(userId) ?? []) admission.isStale = true
  }

  /** The one that stands for a user about to be let in, in whose moment it is still so: what follows in the same turn is safe. */
  async #currentRevocation(userId: string, admission: Admission): Promise<string | null> {
    for (;;) {
      admission.isStale = false
      const found = await this.of(userId)
      if (!admission.isStale) return found
    }
  }

  /** Sees to it that a revocation of this user that is heard of meanwhile is noticed. */
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
   * Who was let in by the host, and may have been signed out since: then the host is asked again, until nothing has
   * happened meanwhile. `done` is called at that moment.
   */
  async settle<T>(first: AuthSession, again: () => Promise<AuthSession>, done: (admitted: Admitted) => T): Promise<T> {
    let session = first
    /** What stood before the host was asked. */
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

  /** Who comes with what they were given before. `done` is called in a moment in which nothing has happened since. */
  confirm<T>(admitted: Admitted, done: () => T): Promise<T> {
    const { userId } = admitted.session
    return this.#admitting(userId, async (admission) => {
      const found = await this.#currentRevocation(userId, admission)
      if (found !== null && found !== admitted.revocation) throw unauthenticated()
      return done()
    })
  }

  /** Nothing is tried again from here on. */
  close(): void {
    this.#isClosed = true
  }
}

const byUser = (rows: RevocationRow[]): Map<string, RevocationRow> => new Map(rows.map((row) => [row.userId, row]))
