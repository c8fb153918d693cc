import type { Connection } from './connection.js'

const nobody: ReadonlySet<Connection> = new Set()

/** Connections, by people whom something of theirs is about. */
export class ConnectionsByUser {
  readonly #of = new Map<string, Set<Connection>>()

  of(userId: string): ReadonlySet<Connection> {
    return this.#of.get(userId) ?? nobody
  }

  has(userId: string): boolean {
    return this.#of.has(userId)
  }

  userIds(): Iterable<string> {
    return this.#of.keys()
  }

  add(userId: string, connection: Connection): void {
    const connections = this.#of.get(userId)
    if (connections) connections.add(connection)
    else this.#of.set(userId, new Set([connection]))
  }

  delete(userId: string, connection: Connection): void {
    const connections = this.#of.get(userId)
    connections?.delete(connection)
    if (connections?.size === 0) this.#of.delete(userId)
  }
}
