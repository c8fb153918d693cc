import { closeCodes } from '../contract/frames.js'
import type { Revocations } from '../core/revocations.js'
import type { Connections } from './connections.js'

/** Ends the sockets here of who was signed out, on whichever server that was said. */
export class SignOuts {
  constructor(
    readonly connections: Connections,
    readonly revocations: Revocations,
  ) {}

  /** Ends the sockets of a user here, at once, and all that began before, everywhere, once that is remembered. */
  async signOut(userId: string): Promise<void> {
    const remembered = this.revocations.revoke(userId)
    this.end(userId, 'signed out')
    await remembered
  }

  end(userId: string, reason: string): void {
    for (const { connection } of this.connections.of(userId)) connection.close(closeCodes.sessionExpired, reason)
  }

  /** Ends those that began before what the user was signed out by. */
  #endBefore(userId: string, revocation: string): void {
    for (const { connection } of this.connections.of(userId)) {
      if (connection.revocation !== revocation) connection.close(closeCodes.sessionExpired, 'signed out')
    }
  }

  /** Another server says that a user was signed out. Only the database knows whether that is so, and since when. */
  async apply(userId: string): Promise<void> {
    this.revocations.invalidate(userId)
    if (this.connections.of(userId).length === 0) return
    const revocation = await this.revocations.of(userId)
    if (revocation !== null) this.#endBefore(userId, revocation)
  }

  /** Finds what nobody said. */
  async poll(): Promise<void> {
    for (const [userId, revocation] of await this.revocations.among(this.connections.users())) {
      this.#endBefore(userId, revocation)
    }
  }
}
