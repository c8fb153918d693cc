import type { Notice } from './notice.js'

/** Must not throw; what it throws all the same is logged, and the others are told. */
export type Listener = (notices: readonly Notice[]) => void

/**
 * Stands between the rules, which say what has happened, and whoever listens: the sockets, the host's observers, the bus.
 * Neither knows the other. Listeners are told in the order in which they subscribed, all within the call, so what a request
 * changed is on its way to everybody before the request is answered.
 */
export class Publisher {
  readonly #listeners: Listener[] = []

  constructor(readonly failed: (error: unknown) => void) {}

  subscribe(listener: Listener): void {
    this.#listeners.push(listener)
  }

  publish(notices: readonly Notice[]): void {
    if (notices.length === 0) return
    for (const listener of this.#listeners) {
      try {
        listener(notices)
      } catch (error) {
        this.failed(error)
      }
    }
  }
}
