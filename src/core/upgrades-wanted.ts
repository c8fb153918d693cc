import type { Logger } from './logger.js'

/** A host that dispatches upgrades itself hands over its first one only after a ticket: about as long as that may take. */
const patienceMs = 10_000

/** Whether what the host hands over are upgrades as well: without them tickets open nothing, and the page tries for ever. */
export class UpgradesWanted {
  #areThere = false
  #firstTicketAt: number | undefined

  constructor(
    readonly logger: Logger,
    readonly clock: () => Date,
  ) {}

  /** The host attaches a server, or hands over an upgrade. */
  handed(): void {
    this.#areThere = true
  }

  /** A ticket was asked for. Says once, after a while, that nothing can come of it. */
  ticket(): void {
    if (this.#areThere) return
    const now = this.clock().getTime()
    this.#firstTicketAt ??= now
    if (now - this.#firstTicketAt < patienceMs) return
    this.#areThere = true
    this.logger.warn(
      'express-chat: sockets are asked for, and no upgrade gets to the chat; call chat.attach(server) on the server that listens, or chat.handleUpgrade, unless another server takes the sockets',
    )
  }
}
