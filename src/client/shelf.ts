import { ChatClientError } from './api/errors.js'
import type { ChatClientOptions, ChatClientStorage } from './api/options.js'
import { browser, ignore, pause } from './browser.js'
import type { Pending } from './state/state.js'

/** How long another tab leaves a message to the one that wrote it, which is about to take the lock for it. */
const courtesyMs = 1_000

/**
 * Where messages wait that were not sent yet, so that they survive a reload. Each is stored by itself, and whoever sends it
 * holds a lock for it; so that of several tabs one sends it, and when that one is gone another. Where there are no locks, a
 * client takes up all that it finds.
 */
export function createShelf({ storage, storageKey, url }: ChatClientOptions, adopt: (entry: Pending) => void) {
  /** What lets go of the lock of a message. */
  const holds = new Map<string, () => void>()
  /** Names what is stored for who is signed in. */
  let owner = ''

  /** A storage may be full, or forbidden: then messages live as long as the client. */
  function use<T>(action: (storage: ChatClientStorage) => T): T | undefined {
    try {
      return storage && owner ? action(storage) : undefined
    } catch {
      return undefined
    }
  }

  function read(key: string): Pending | undefined {
    const text = use((all) => all.getItem(key))
    if (!text) return undefined
    const entry = JSON.parse(text)
    return { ...entry, error: entry.error && new ChatClientError(entry.error.code, entry.error) }
  }

  function take(clientId: string): void {
    const key = owner + clientId
    if (holds.has(clientId) || !storage || !owner) return
    holds.set(clientId, ignore)
    const taken = async (): Promise<void> => {
      const stored = owner + clientId === key && holds.has(clientId) && read(key)
      if (!stored) return void holds.delete(clientId)
      const held = new Promise<void>((resolve) => holds.set(clientId, resolve))
      adopt(stored)
      return held
    }
    const { locks } = browser.navigator ?? {}
    void (locks ? locks.request(key, taken) : taken())
  }

  function takeAll(): void {
    use((all) => {
      for (let n = 0; n < all.length; n += 1) {
        const key = all.key(n) ?? ''
        if (key.startsWith(owner)) take(key.slice(owner.length))
      }
    })
  }

  // Another tab stored something; should it go, somebody has to send it.
  if (storage) browser.addEventListener?.('storage', () => void pause(courtesyMs).then(takeAll))

  return {
    /** Opens it for a user, and takes up what nobody else is sending. */
    open(userId: string): void {
      owner = `${storageKey ?? `express-chat ${url}`} ${encodeURIComponent(userId)} `
      takeAll()
    },
    /** Leaves all where it is, to be taken up by whoever comes. */
    close(): void {
      owner = ''
      for (const release of holds.values()) release()
      holds.clear()
    },
    /** Stores a message of this client's, as it is now. */
    put(entry: Pending): void {
      const { clientId } = entry
      use((all) => all.setItem(owner + clientId, JSON.stringify(entry)))
      take(clientId)
    },
    remove(clientId: string): void {
      use((all) => all.removeItem(owner + clientId))
      holds.get(clientId)?.()
      holds.delete(clientId)
    },
  }
}
