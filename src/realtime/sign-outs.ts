import { closeCodes } from '../contract/frames.js'
import type { Revocations } from '../core/revocations.js'
import type { Connections } from './connections.js'

/** Closes this server's sockets of users who were signed out on any server. */
export class SignOuts {
  constructor(
    readonly connections: Connections,
    readonly revocations: Revocations,
  ) {}

  /** Closes the user's sockets on this server at once; other servers close theirs once it is stored. */
  async signOut(userId: string): Promise<void> {
    const remembered = this.revocations.revoke(userId)
    this.end(userId, 'signed out')
    await remembered
  }

  end(userId: string, reason: string): void {
    for (const { connection } of this.connections.of(userId)) connection.close(closeCodes.sessionExpired, reason)
  }

  /** Closes sockets that were opened before the sign-out. */
  #endBefore(userId: string, revocation: string): void {
    for (const { connection } of this.connections.of(userId)) {
      if (connection.revocation !== revocation) connection.close(closeCodes.sessionExpired, 'signed out')
    }
  }

  /** Another server says that a user was signed out. Only the database knows whether that is true. */
  async apply(userId: string): Promise<void> {
    this.revocations.invalidate(userId)
    if (this.connections.of(userId).length === 0) return
    const revocation = await this.revocations.of(userId)
    if (revocation !== null) this.#endBefore(userId, revocation)
  }

  /** Finds sign-outs of which no hint came. */
  async poll(): Promise<void> {
    for (const [userId, revocation] of await this.revocations.among(this.connections.users())) {
      this.#endBefore(userId, revocation)
    }
  }
}
