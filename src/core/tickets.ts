import type { Ticket } from '../contract/frames.js'
import { newId } from '../store/ids.js'
import { spendTicket } from '../store/tickets.js'
import type { Context } from './context.js'
import { Signer } from './signatures.js'

const lifeMs = 30_000

/** Whose socket a ticket opens, and until when that person's session lasts. */
export interface TicketHolder {
  userId: string
  sessionExpiresAt: number | null
}

type Sealed = [id: string, userId: string, expiresAt: number, sessionExpiresAt: number | null]

/** Tickets for browsers, whose WebSocket sends no headers. Signed, so that a made-up one costs no query. */
export class Tickets {
  readonly #signer: Signer

  constructor(
    readonly context: Context,
    secret: string,
  ) {
    this.#signer = new Signer(secret, 'ticket')
  }

  issue({ userId, sessionExpiresAt }: TicketHolder): Ticket {
    const expiresAt = this.context.clock().getTime() + lifeMs
    const sealed: Sealed = [newId(), userId, expiresAt, sessionExpiresAt]
    return { ticket: this.#signer.seal(sealed), expiresAt: new Date(expiresAt).toISOString() }
  }

  /** The holder, the first time; undefined for a ticket that is spent, expired or not one of ours. */
  async spend(ticket: string): Promise<TicketHolder | undefined> {
    const opened = this.#signer.open(ticket)
    if (!Array.isArray(opened)) return undefined
    const [id, userId, expiresAt, sessionExpiresAt] = opened as Sealed
    const now = this.context.clock()
    if (expiresAt <= now.getTime()) return undefined
    const first = await this.context.work.write((db) => spendTicket(db, id, new Date(expiresAt), now))
    return first ? { userId, sessionExpiresAt } : undefined
  }
}
