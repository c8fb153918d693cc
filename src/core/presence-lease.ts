import { newId } from '../store/ids.js'
import { claimDeadNode, createNode, deadNodes, deleteNodes, renewNode, usersAt } from '../store/presence.js'
import { touchUsers } from '../store/users.js'
import type { Context } from './context.js'

/** The users of a server that was killed count as present for up to this time. */
const leaseMs = 30_000

/** The lease that this server holds: its rows of presence count for as long as the lease is renewed. */
export class PresenceLease {
  #id: string | undefined
  /** Leases of this server that are not renewed any more, and whose rows are still stored. */
  #lost: string[] = []

  constructor(readonly context: Context) {}

  get id(): string | undefined {
    return this.#id
  }

  async take(): Promise<string> {
    if (this.#id) return this.#id
    const id = newId()
    // Noted first: whether it was stored is not known if this fails.
    this.#id = id
    await this.context.work.write((db) => createNode(db, id, this.#later(leaseMs)))
    return id
  }

  /** False if the lease had ended: then it is lost. */
  async renew(): Promise<boolean> {
    const id = this.#id
    if (!id || (await this.#extend(id, leaseMs))) return true
    this.lose()
    return false
  }

  lose(): void {
    if (this.#id) this.#lost.push(this.#id)
    this.#id = undefined
  }

  async deleteLost(): Promise<void> {
    const lost = this.#lost
    if (lost.length > 0) await this.context.work.write((db) => deleteNodes(db, lost))
    this.#lost = []
  }

  async shorten(ms: number): Promise<void> {
    if (this.#id) await this.#extend(this.#id, ms)
  }

  #extend(id: string, ms: number): Promise<boolean> {
    const { work, clock } = this.context
    return work.write((db) => renewNode(db, id, clock(), this.#later(ms)))
  }

  #later(ms: number): Date {
    return new Date(this.context.clock().getTime() + ms)
  }

  /** Writes down that the users of killed servers are gone, and gives them one server at a time. */
  async *buryDead(): AsyncGenerator<string[]> {
    const { work, clock } = this.context
    for (const { id, aliveUntil } of await deadNodes(work.db, clock())) yield this.#bury(id, aliveUntil)
  }

  /** One server does it: the one that takes the row. */
  #bury(id: string, aliveUntil: Date): Promise<string[]> {
    return this.context.work.transaction(async ({ tx }) => {
      if (!(await claimDeadNode(tx, id, aliveUntil))) return []
      const userIds = await usersAt(tx, id)
      await touchUsers(tx, userIds, aliveUntil)
      await deleteNodes(tx, [id])
      return userIds
    })
  }
}
