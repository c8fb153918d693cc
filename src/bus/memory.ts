import type { Bus } from '../core/bus.js'

/** A bus inside one process: for two chats on one database there, and for tests. */
export function memoryBus(): Bus {
  const listeners = new Set<(hint: string) => void>()
  return {
    publish(hint) {
      for (const listen of listeners) setImmediate(() => listeners.has(listen) && listen(hint))
    },
    subscribe(listen) {
      // A wrapper of its own, so that the same function given twice is two subscriptions.
      const own = (hint: string) => listen(hint)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}
