import { Batcher } from '../concurrency/batcher.js'
import type { Ticket } from '../contract/frames.js'
import { newId } from '../store/ids.js'
import { forgetTickets, type SpentTicket, spendTickets } from '../store/tickets.js'
import type { Context } from './context.js'
import type { Admitted } from './identity.js'
import { Signer } from './signatures.js'
import type { UpgradesWanted } from './upgrades-wanted.js'

export const ticketLifeMs = 30_000
const forgettingShare = 0.02
/** How far the clocks of servers may differ: what is known of tickets is kept this much longer than they live. */
export const clocksApartMs = 5 * 60_000

type Sealed = [
  id: string,
  userId: string,
  expiresAt: number,
  sessionExpiresAt: number | null,
  /** The one that stood when the ticket was given: with any other it opens nothing. */
  revocation: string | null,
]

/** Tickets for browsers, whose WebSocket sends no headers. Signed, so that a made-up one costs no query. */
export class Tickets {
  readonly #signer: Signer
  /** After a deploy thousands come with a ticket at once. */
  readonly #spending = new Batcher<boolean>(
    (asked) => this.#spend(asked),
    () => false,
    true,
  )
  /** Counts the calls: who comes twice with one ticket asks twice. */
  #calls = 0

  constructor(
    readonly context: Context,
    secret: string,
    readonly upgrades: UpgradesWanted,
  ) {
    this.#signer = new Signer(secret, 'ticket')
  }

  issue({ session, revocation }: Admitted): Ticket {
    this.upgrades.ticket()
    const expiresAt = this.context.clock().getTime() + ticketLifeMs
    const sealed: Sealed = [newId(), session.userId, expiresAt, session.expiresAt, revocation]
    return { ticket: this.#signer.seal(sealed), expiresAt: new Date(expiresAt).toISOString() }
  }

  /**
   * Its holder, the first time; undefined for a ticket that is spent, expired or not one of ours. Whether they were signed
   * out since is for whoever lets them in to see.
   */
  async spend(ticket: string): Promise<Admitted | undefined> {
    const opened = this.#signer.open(ticket)
    if (!Array.isArray(opened)) return undefined
    const [id, userId, expiresAt, sessionExpiresAt, revocation] = opened as Sealed
    const now = this.context.clock()
    if (expiresAt <= now.getTime()) return undefined
    this.#calls += 1
    const isFirst = await this.#spending.ask(JSON.stringify([id, expiresAt, this.#calls]))
    return isFirst ? { session: { userId, expiresAt: sessionExpiresAt }, revocation } : undefined
  }

  async #spend(asked: string[]): Promise<Map<string, boolean>> {
    const { work, clock } = this.context
    const first = await this.#firstOf(asked)
    // A small share of the calls deletes old rows, so the table holds those of a few minutes. Nobody's ticket depends on it.
    if (Math.random() < forgettingShare) {
      const before = new Date(clock().getTime() - clocksApartMs)
      await work.write((db) => forgetTickets(db, before)).catch(() => undefined)
    }
    return new Map(asked.map((each) => [each, first.has(each)]))
  }

  /**
   * Those that are spent now for the first time: by one statement, as a rule. Where one of them was spent before, each half is
   * asked for by itself, and so on, so that it keeps out nobody else, and costs a few statements.
   */
  async #firstOf(asked: string[]): Promise<Set<string>> {
    if (await this.context.work.write((db) => spendTickets(db, asked.map(ticketOf)))) return new Set(asked)
    if (asked.length === 1) return new Set()
    const middle = Math.ceil(asked.length / 2)
    const first = new Set<string>()
    for (const half of [asked.slice(0, middle), asked.slice(middle)]) {
      // The others are spent already, and let in: a failure is that of this half alone.
      for (const each of await this.#firstOf(half).catch(() => new Set<string>())) first.add(each)
    }
    return first
  }
}

function ticketOf(asked: string): SpentTicket {
  const [id, expiresAt] = JSON.parse(asked) as [string, number]
  return { id, expiresAt: new Date(expiresAt) }
}
