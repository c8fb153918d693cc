import type { Connection } from './connection.js'
import { frameOf } from './frame.js'

/** Who wants to know of whom whether they are here. */
export class Presence {
  readonly #watchers = new Map<string, Set<Connection>>()
  readonly #watched = new Map<Connection, string[]>()

  constructor(readonly isOnline: (userId: string) => boolean) {}

  /** Replaces whom a connection watches; gives those of them who are here. */
  watch(connection: Connection, userIds: string[]): string[] {
    this.forget(connection)
    const wanted = [...new Set(userIds)]
    if (wanted.length > 0) this.#watched.set(connection, wanted)
    for (const userId of wanted) {
      const watchers = this.#watchers.get(userId)
      if (watchers) watchers.add(connection)
      else this.#watchers.set(userId, new Set([connection]))
    }
    return wanted.filter((userId) => this.isOnline(userId))
  }

  forget(connection: Connection): void {
    for (const userId of this.#watched.get(connection) ?? []) {
      const watchers = this.#watchers.get(userId)
      watchers?.delete(connection)
      if (watchers?.size === 0) this.#watchers.delete(userId)
    }
    this.#watched.delete(connection)
  }

  /** Somebody's first socket came, or the last one went at `lastSeenAt`. */
  changed(userId: string, lastSeenAt: string | null): void {
    const watchers = this.#watchers.get(userId)
    if (!watchers) return
    const frame = frameOf({ type: 'presence', userId, online: lastSeenAt === null, lastSeenAt })
    for (const connection of watchers) connection.sendEphemeral(frame)
  }
}
