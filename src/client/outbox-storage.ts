import type { ChatClientOptions } from './api/options.js'
import { browser, delay, newId } from './browser.js'
import type { Pending } from './state/state.js'
import { createStorage } from './storage.js'
import { readStored } from './stored-message.js'

/** Where there are no locks: how long another tab is left to send what it has just written. */
const courtesyMs = 1_000

/** From the moment on that it is known who is here until they sign out. */
interface UserStorage {
  readonly storage: ReturnType<typeof createStorage>
  /** Begins the name of all that is stored for who is here, and of nothing else: its parts are encoded and end in a space. */
  readonly prefix: string
  /** Names this client among the tabs that share a storage. */
  readonly writer: string
  /** Under what name each message lies that was taken up or stored here. */
  readonly keys: Map<string, string>
  /** Writers whose messages are ours by now, or will be once their tab is gone. */
  readonly claimed: Set<string>
  /** Aborted when it ends. */
  readonly controller: AbortController
}

const idOf = ({ roomId, clientId }: Pending): string => JSON.stringify([roomId, clientId])
/** What is no Unicode the server refuses anyway. */
const encode = (part: string): string => encodeURIComponent(part.replace(/[\ud800-\udfff]/gu, '\ufffd'))
const named = (...parts: string[]): string => parts.map(encode).join(' ')

/** Gets what came while the messages of others were taken up, and what went that others had written. */
export interface OutboxListener {
  /** In no order; `highest` is the highest `order` of all that is stored for this user, other tabs' included. */
  found(entries: Pending[], highest: number): void
  /** Messages that another tab wrote and has settled since. Only where there are no locks. */
  gone(entries: { roomId: string; clientId: string }[]): void
}

/**
 * Where messages wait that were not sent yet, so that they survive a reload. Each is stored by itself, and its name says
 * which tab wrote it. A tab holds a lock as long as it lives; whoever gets that lock, sends what the tab left. Where there are
 * no locks, a client takes up all that it finds, and the same message may be sent by two, which makes one of it.
 */
export function createOutboxStorage(
  { storage: given, storageKey, url }: ChatClientOptions,
  { found, gone }: OutboxListener,
) {
  const storage = given && createStorage(given)
  let session: UserStorage | undefined
  let opening: Promise<void> | undefined
  /** Locks that are being let go of. */
  let releasing: Promise<unknown>[] = []

  /** The tab that wrote what lies under a name. An older version named no tabs: each message is as if of a tab of its own. */
  const writerOf = ({ prefix }: UserStorage, key: string): string => key.slice(prefix.length).split(' ')[0] as string

  async function storedKeys({ storage, prefix }: UserStorage): Promise<string[]> {
    const keys: unknown = await storage.keys()
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string' && key.startsWith(prefix)) : []
  }

  /** Asks for the lock of a tab, and resolves with whether it was given; once it was, it is kept to the end of the session. */
  function lock(own: UserStorage, writer: string, ifAvailable: boolean): Promise<boolean> {
    const { locks } = browser.navigator ?? {}
    if (!locks) return Promise.resolve(true)
    const { signal } = own.controller
    // The two do not go together.
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
      // Nobody could ever read it.
      else storage.remove(key)
    }
    return entries
  }

  /** Takes up what of this is ours now. */
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

  /** Takes up, all at once, what nobody is there to send; the rest as soon as nobody is. */
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
    /** Opens it for a user; resolves when what nobody else sends was found. */
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
    /** Leaves all where it is, to be taken up by whoever comes. */
    close(): void {
      session?.controller.abort()
      session = undefined
    },
    /** Stores a message as it is now. */
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
