import type { Presence } from '../core/presence.js'
import type { Whereabouts } from '../core/whereabouts.js'
import type { Connection } from './connection.js'
import { frameOf } from './frame.js'

/** Who wants to know of whom whether they are present. Only these are ever looked up, all of them with one read. */
export class Watchers {
  readonly #watchers = new Map<string, Set<Connection>>()
  readonly #watched = new Map<Connection, string[]>()
  /** Of those watched, what was told last. */
  readonly #told = new Map<string, boolean>()
  #wanted = new Set<string>()
  #reading: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  constructor(readonly presence: Presence) {}

  /** Replaces whom a connection watches; gives those of them who are present. Where that cannot be read it watches nobody. */
  async watch(connection: Connection, userIds: string[]): Promise<string[]> {
    this.forget(connection)
    const watched = [...new Set(userIds)]
    if (watched.length === 0 || connection.closed) return []
    this.#watched.set(connection, watched)
    for (const userId of watched) {
      const watchers = this.#watchers.get(userId)
      if (watchers) watchers.add(connection)
      else this.#watchers.set(userId, new Set([connection]))
    }
    try {
      await this.#look(watched)
    } catch (error) {
      if (this.#watched.get(connection) === watched) this.forget(connection)
      throw error
    }
    return watched.filter((userId) => this.#told.get(userId))
  }

  forget(connection: Connection): void {
    for (const userId of this.#watched.get(connection) ?? []) {
      const watchers = this.#watchers.get(userId)
      watchers?.delete(connection)
      if (watchers?.size !== 0) continue
      this.#watchers.delete(userId)
      this.#told.delete(userId)
    }
    this.#watched.delete(connection)
  }

  /** Something happened to these: those watched are told where it made a difference. */
  async changed(userIds: Iterable<string>): Promise<void> {
    await this.#look([...userIds].filter((userId) => this.#watchers.has(userId)))
  }

  /** Looks at all of them: the safety net, and the only thing that finds the end of a server that was killed. */
  poll(): Promise<void> {
    return this.changed(this.#watchers.keys())
  }

  /** Who is here is known at once. The others are read with the next read, which begins when the one under way has ended. */
  #look(userIds: string[]): Promise<void> {
    for (const userId of userIds) {
      if (this.presence.isHere(userId)) this.#tell({ userId, isPresent: true, lastSeenAt: null })
      else this.#wanted.add(userId)
    }
    if (this.#wanted.size === 0) return Promise.resolve()
    this.#next ??= this.#reading.then(() => this.#read())
    return this.#next
  }

  async #read(): Promise<void> {
    const wanted = [...this.#wanted]
    this.#wanted = new Set()
    const reading = this.presence.find(wanted)
    this.#next = undefined
    this.#reading = reading.then(
      () => undefined,
      () => undefined,
    )
    for (const found of await reading) {
      // Who came here meanwhile was told by that.
      if (!this.presence.isHere(found.userId)) this.#tell(found)
    }
  }

  #tell({ userId, isPresent, lastSeenAt }: Whereabouts): void {
    const watchers = this.#watchers.get(userId)
    const before = this.#told.get(userId)
    if (!watchers || before === isPresent) return
    this.#told.set(userId, isPresent)
    // Whoever has just begun to watch is answered, not told.
    if (before === undefined) return
    const seen = isPresent ? null : (lastSeenAt?.toISOString() ?? null)
    const frame = frameOf({ type: 'presence', userId, online: isPresent, lastSeenAt: seen })
    for (const connection of watchers) connection.sendEphemeral(frame)
  }
}
