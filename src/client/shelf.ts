import { ChatClientError } from './api/errors.js'
import type { ChatClientOptions } from './api/options.js'
import { browser, pause } from './browser.js'
import type { Pending } from './state/state.js'

/** How long another tab leaves a message to the one that wrote it, which is about to take the lock for it. */
const courtesyMs = 1_000

/**
 * Where messages wait that were not sent yet, so that they survive a reload. Each is stored by itself, and whoever sends it
 * holds a lock for it; so that of several tabs one sends it, and when that one is gone another. Where there are no locks, a
 * client takes up all that it finds.
 */
export class Shelf {
  readonly #prefix: string
  readonly #holds = new Map<string, () => void>()
  #owner: string | undefined
  #adopt: (entry: Pending) => void = () => undefined

  constructor(readonly options: Pick<ChatClientOptions, 'storage' | 'storageKey' | 'url'>) {
    this.#prefix = options.storageKey ?? `express-chat ${options.url}`
    // Another tab stored something; should it go, somebody has to send it.
    browser.addEventListener?.('storage', () => void pause(courtesyMs).then(() => this.#takeAll()))
  }

  /** Opens it for a user, and takes up what nobody else is sending. */
  open(userId: string, adopt: (entry: Pending) => void): void {
    this.#owner = `${this.#prefix} ${encodeURIComponent(userId)} `
    this.#adopt = adopt
    this.#takeAll()
  }

  /** Leaves all where it is, to be taken up by whoever comes. */
  close(): void {
    this.#owner = undefined
    for (const release of this.#holds.values()) release()
    this.#holds.clear()
  }

  /** Stores a message of this client's, as it is now. */
  put(entry: Pending): void {
    const owner = this.#owner
    if (owner === undefined) return
    const { clientId, error } = entry
    const stored = { ...entry, error: error && { code: error.code, problem: error.problem } }
    this.#use((storage) => storage.setItem(owner + clientId, JSON.stringify(stored)))
    this.#take(clientId, true)
  }

  remove(clientId: string): void {
    const owner = this.#owner
    if (owner !== undefined) this.#use((storage) => storage.removeItem(owner + clientId))
    this.#holds.get(clientId)?.()
    this.#holds.delete(clientId)
  }

  /** A storage may be full, or forbidden: then messages live as long as the client. */
  #use<T>(use: (storage: NonNullable<ChatClientOptions['storage']>) => T): T | undefined {
    try {
      return this.options.storage && use(this.options.storage)
    } catch {
      return undefined
    }
  }

  #takeAll(): void {
    const owner = this.#owner
    if (owner === undefined) return
    const keys = this.#use((storage) => Array.from({ length: storage.length }, (_, n) => storage.key(n) ?? '')) ?? []
    for (const key of keys) if (key.startsWith(owner)) this.#take(key.slice(owner.length), false)
  }

  #take(clientId: string, isOurs: boolean): void {
    const owner = this.#owner
    if (this.#holds.has(clientId) || !this.options.storage || owner === undefined) return
    const key = owner + clientId
    this.#holds.set(clientId, () => undefined)
    const taken = (): Promise<void> => {
      const stored = this.#owner === owner && this.#holds.has(clientId) && this.#read(key)
      if (!stored) {
        this.#holds.delete(clientId)
        return Promise.resolve()
      }
      if (!isOurs) this.#adopt(stored)
      return new Promise((resolve) => this.#holds.set(clientId, resolve))
    }
    const { locks } = browser.navigator ?? {}
    void (locks ? locks.request(key, taken) : taken())
  }

  #read(key: string): Pending | undefined {
    const text = this.#use((storage) => storage.getItem(key))
    if (!text) return undefined
    const { error, ...entry } = JSON.parse(text)
    return { ...entry, error: error && new ChatClientError(error.code, error) }
  }
}
