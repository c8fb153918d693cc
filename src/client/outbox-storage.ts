import type { ChatClientOptions } from './api/options.js'
import { browser, delay, newId } from './browser.js'
import { idOf } from './outbox-shift.js'
import type { Pending } from './state/state.js'
import { createStorage, named } from './storage.js'
import { readStored } from './stored-message.js'

/** Without Web Locks: how long another tab has to send what it has just written. */
const courtesyMs = 1_000

/** The storage of one user, from their sign-in to their sign-out. */
interface UserStorage {
  readonly storage: ReturnType<typeof createStorage>
  /** The prefix of all keys of this user, and of no others: its parts are encoded and end in a space. */
  readonly prefix: string
  /** Names this client among the tabs that share a storage. */
  readonly writer: string
  /** The storage key of each message that was added or stored here. */
  readonly keys: Map<string, string>
  /** Writers whose messages this client has taken over, or will once their tab is closed. */
  readonly claimed: Set<string>
  /** Aborted at the end. */
  readonly controller: AbortController
}

/** Gets the messages that were taken over, and those that other tabs have settled. */
export interface OutboxListener {
  /** In no order; `highest` is the highest `order` of all that is stored for this user, other tabs' included. */
  found(entries: Pending[], highest: number): void
  /** Messages that another tab wrote and has settled since. Only where there are no locks. */
  gone(entries: { roomId: string; clientId: string }[]): void
}

/**
 * Stores unsent messages, so that they survive a reload. Each is stored by itself, and its key names the tab that wrote it. A
 * tab holds a lock as long as it lives; the client that gets that lock sends what the tab left. Without locks a client takes
 * over all that it finds, and two clients may send the same message, of which the server makes one.
 */
export function createOutboxStorage(
  { storage: given, storageKey, url }: ChatClientOptions,
  { found, gone }: OutboxListener,
) {
  const storage = given && createStorage(given)
  let session: UserStorage | undefined
  let opening: Promise<void> | undefined
  /** Locks that are being released. */
  let releasing: Promise<unknown>[] = []

  /** The tab that wrote an entry. An older version did not name tabs: each of its messages counts as one of a tab of its own. */
  const writerOf = ({ prefix }: UserStorage, key: string): string => key.slice(prefix.length).split(' ')[0] as string

  async function storedKeys({ storage, prefix }: UserStorage): Promise<string[]> {
    const keys: unknown = await storage.keys()
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string' && key.startsWith(prefix)) : []
  }

  /** Requests the lock of a tab, and resolves with whether it was granted; then it is held until the user signs out. */
  function lock(own: UserStorage, writer: string, ifAvailable: boolean): Promise<boolean> {
    const { locks } = browser.navigator ?? {}
    if (!locks) return Promise.resolve(true)
    const { signal } = own.controller
    // The two options cannot be combined.
    const options = ifAvailable ? { ifAvailable } : { signal }
    return new Promise((resolve) => {
      const request = locks.request(`express-chat ${own.prefix}${writer}`, options, async (lock) => {
        const isOurs = lock !== null && own === session
        resolve(isOurs)
        if (isOurs) await new Promise((release) => signal.addEventListener('abort', release))
      })
      // A page may be forbidden to use locks.
      releasing.push(request.catch(() => resolve(true)))
    })
  }

  async function read({ storage }: UserStorage, keys: string[]): Promise<[key: string, entry: Pending][]> {
    const entries: [string, Pending][] = []
    for (const key of keys) {
      const text: unknown = await storage.get(key)
      if (typeof text !== 'string') continue
      const entry = readStored(text)
      if (entry) entries.push([key, entry])
      // No version could read it.
      else storage.remove(key)
    }
    return entries
  }

  /** Takes over those of these entries that are ours now. */
  function take(own: UserStorage, entries: [key: string, entry: Pending][], highest = 0): void {
    const taken = entries.flatMap(([key, entry]) => {
      const known = own.keys.get(idOf(entry))
      if (known === key) return []
      // Two tabs have written the same.
      if (known) {
        own.storage.remove(key)
        return []
      }
      own.keys.set(idOf(entry), key)
      return [entry]
    })
    found(taken, highest)
  }

  async function takeOf(own: UserStorage, writer: string): Promise<void> {
    const keys = (await storedKeys(own)).filter((key) => writerOf(own, key) === writer)
    const entries = await read(own, keys)
    if (own === session) take(own, entries)
  }

  const claim = (own: UserStorage, writer: string): Promise<void> =>
    lock(own, writer, false).then((isOurs) => (isOurs ? takeOf(own, writer) : undefined))

  /** Takes over, all at once, the messages of closed tabs; those of others as soon as these are closed. */
  async function takeAll(own: UserStorage): Promise<void> {
    const before = releasing
    releasing = []
    await Promise.all(before)
    if (own !== session) return
    void lock(own, own.writer, false)
    const keys = (await storedKeys(own)).filter((key) => writerOf(own, key) !== own.writer)
    const isOurs = new Map<string, boolean>()
    for (const writer of new Set(keys.map((key) => writerOf(own, key)))) {
      own.claimed.add(writer)
      isOurs.set(writer, await lock(own, writer, true))
    }
    const entries = await read(own, keys)
    if (own !== session) return
    const highest = Math.max(0, ...entries.map(([, { order }]) => order))
    take(
      own,
      entries.filter(([key]) => isOurs.get(writerOf(own, key))),
      highest,
    )
    for (const [writer, isTaken] of isOurs) if (!isTaken) void claim(own, writer)
  }

  /** Another tab has stored something, or settled it. */
  async function lookAgain(own: UserStorage): Promise<void> {
    const keys = await storedKeys(own)
    if (own !== session) return
    const hasLocks = Boolean(browser.navigator?.locks)
    for (const writer of new Set(keys.map((key) => writerOf(own, key)))) {
      if (writer === own.writer || (hasLocks && own.claimed.has(writer))) continue
      own.claimed.add(writer)
      void claim(own, writer)
    }
    if (hasLocks) return
    const stored = new Set(keys)
    const settled = [...own.keys].filter(([, key]) => writerOf(own, key) !== own.writer && !stored.has(key))
    for (const [id] of settled) own.keys.delete(id)
    gone(settled.map(([id]) => JSON.parse(id)).map(([roomId, clientId]) => ({ roomId, clientId })))
  }

  function listen(own: UserStorage): void {
    let isDue = false
    const onStorage = async (): Promise<void> => {
      if (isDue) return
      isDue = true
      await delay(courtesyMs)
      isDue = false
      if (own === session) await lookAgain(own)
    }
    browser.addEventListener?.('storage', onStorage)
    own.controller.signal.addEventListener('abort', () => browser.removeEventListener?.('storage', onStorage))
  }

  return {
    /** Opens the storage for a user; resolves once the messages that no other tab sends were found. */
    async open(userId: string): Promise<void> {
      if (!storage || session) return opening
      const prefix = `${named(storageKey ?? `express-chat ${url}`, userId)} `
      const controller = new AbortController()
      const own: UserStorage = { storage, prefix, writer: newId(), keys: new Map(), claimed: new Set(), controller }
      session = own
      listen(own)
      opening = takeAll(own)
      return opening
    },
    /** Leaves all entries stored, for the next client to take over. */
    close(): void {
      session?.controller.abort()
      session = undefined
    },
    /** Stores the current state of a message. */
    put(entry: Pending): void {
      if (!session) return
      const { storage, prefix, writer, keys } = session
      const id = idOf(entry)
      if (!keys.has(id)) keys.set(id, `${prefix}${named(writer, entry.roomId, entry.clientId)}`)
      storage.set(keys.get(id) as string, JSON.stringify(entry))
    },
    remove(entry: Pending): void {
      if (!session) return
      const { storage, keys } = session
      const key = keys.get(idOf(entry))
      if (!key) return
      keys.delete(idOf(entry))
      storage.remove(key)
    },
  }
}
