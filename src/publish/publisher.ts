import type { Notice } from './notice.js'

/** Must not throw. If it does, the error is logged and the other listeners are still called. */
export type Listener = (notices: readonly Notice[]) => void

/**
 * Decouples the rules, which publish what has happened, from the listeners: the sockets, the host's observers, the bus.
 * Listeners are called synchronously, in the order in which they subscribed. So the events of a request are on their way to
 * everybody before the request is answered.
 */
export class Publisher {
  readonly #listeners: Listener[] = []
  readonly #elsewhere: ((roomId: string) => void)[] = []

  constructor(readonly failed: (error: unknown) => void) {}

  subscribe(listener: Listener): void {
    this.#listeners.push(listener)
  }

  publish(notices: readonly Notice[]): void {
    if (notices.length === 0) return
    this.#tell(this.#listeners, notices)
  }

  /** For those who read for themselves what another server did. */
  onMovedElsewhere(listener: (roomId: string) => void): void {
    this.#elsewhere.push(listener)
  }

  /** Another server says that it changed a room, which may not be true. */
  movedElsewhere(roomId: string): void {
    this.#tell(this.#elsewhere, roomId)
  }

  #tell<What>(listeners: ((what: What) => void)[], what: What): void {
    for (const listener of listeners) {
      try {
        listener(what)
      } catch (error) {
        this.failed(error)
      }
    }
  }
}
