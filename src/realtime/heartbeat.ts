import type { Connection } from './connection.js'

/** How often each socket is pinged; a client hears of it in `welcome`. */
export const heartbeatMs = 25_000
const missedPings = 2
const parts = 25

/**
 * Pings the sockets, and ends those that do not answer. A ping is a write of its own, and its answer a read, so thousands at
 * once would keep everybody else waiting: each second has those that came, or were pinged, so long ago.
 */
export class Heartbeat {
  readonly #parts = Array.from({ length: parts }, () => new Set<Connection>())
  #count = 0
  /** The part that was pinged last. */
  #last = 0
  #timer: NodeJS.Timeout | undefined

  add(connection: Connection): void {
    this.#parts[this.#last]?.add(connection)
    this.#count += 1
    this.#timer ??= setInterval(() => this.#beat(), heartbeatMs / parts).unref()
  }

  remove(connection: Connection): void {
    if (!this.#parts.some((part) => part.delete(connection))) return
    this.#count -= 1
    if (this.#count > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #beat(): void {
    this.#last = (this.#last + 1) % parts
    for (const connection of this.#parts[this.#last] ?? []) {
      if (connection.silence >= missedPings) connection.terminate()
      else connection.ping()
    }
  }
}
