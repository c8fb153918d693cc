import type { Ticket } from '../contract/frames.js'
import { newId } from '../store/ids.js'
import { spendTicket } from '../store/tickets.js'
import type { Context } from './context.js'
import type { Admitted } from './identity.js'
import { Signer } from './signatures.js'

export const ticketLifeMs = 30_000

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

  constructor(
    readonly context: Context,
    secret: string,
  ) {
    this.#signer = new Signer(secret, 'ticket')
  }

  issue({ session, revocation }: Admitted): Ticket {
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
    const first = await this.context.work.write((db) => spendTicket(db, id, new Date(expiresAt), now))
    return first ? { session: { userId, expiresAt: sessionExpiresAt }, revocation } : undefined
  }
}
