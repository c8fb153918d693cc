import type { ChatClientOptions } from './api/options.js'
import { idOf } from './outbox-shift.js'
import { createOutboxStorage } from './outbox-storage.js'
import { inOrder, takeUp } from './state/outbox.js'
import type { Pending } from './state/state.js'
import type { Store } from './store.js'

/** What waits to be sent, or has failed, as it is shown and stored. `found` hears what an earlier page or a closed tab left. */
export function createPendingList(store: Store, options: ChatClientOptions, found: (entries: Pending[]) => void) {
  /** The `order` of what was written last. */
  let lastOrder = 0
  const storage = createOutboxStorage(options, {
    found: takeStored,
    gone(entries) {
      for (const entry of entries) drop(entry)
    },
  })

  const entries = (): readonly Pending[] => store.state.outbox
  const without = (id: string) => entries().filter((entry) => idOf(entry) !== id)
  const set = (outbox: readonly Pending[]) => store.set({ outbox: inOrder(outbox) })

  /** Shows and stores the current state of an entry. */
  function replace(entry: Pending): void {
    set([...without(idOf(entry)), entry])
    storage.put(entry)
  }

  /** Stops showing it: another tab sends it, or nobody has to. */
  const drop = (entry: Pick<Pending, 'roomId' | 'clientId'>): void => set(without(idOf(entry)))

  /** Adds what was stored; `highest` is the highest `order` so far. */
  function takeStored(stored: Pending[], highest: number): void {
    const own = entries()
    // They are older than what was written before the storage was read.
    const lowest = Math.min(...own.map(({ order }) => order))
    const shift = lowest <= highest ? highest - lowest + 1 : 0
    lastOrder = Math.max(lastOrder + shift, highest)
    if (shift > 0) {
      for (const entry of own) replace({ ...entry, order: entry.order + shift })
    }
    store.update(takeUp, stored)
    found(stored)
  }

  return {
    entries,
    find: (id: string) => entries().find((entry) => idOf(entry) === id),
    replace,
    remove(entry: Pending): void {
      storage.remove(entry)
      drop(entry)
    },
    nextOrder(): number {
      lastOrder = Math.max(Date.now(), lastOrder + 1)
      return lastOrder
    },
    /** A user is signed in: what waits is stored for them. Resolves once what they left was found. */
    open(userId: string): Promise<void> {
      const opening = storage.open(userId)
      for (const entry of entries()) storage.put(entry)
      return opening
    },
    /** Drops all; it stays stored. */
    close(): void {
      storage.close()
      set([])
    },
  }
}
