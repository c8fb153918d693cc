import type { Presence } from '../core/presence.js'
import type { Ground } from '../core/sight.js'
import type { Watch, Watching } from '../core/watching.js'
import type { Whereabouts } from '../core/whereabouts.js'
import type { Connection } from './connection.js'
import { frameOf } from './frame.js'

/** Somebody came or went, and those are to be told who watched them then. */
interface News {
  userId: string
  frame: Buffer
  watchers: Connection[]
  /** As it was told before. */
  before: boolean
}

/**
 * Who wants to know of whom whether they are present. Only these are ever looked up, all of them with one read; and of
 * those who came or went it is looked whether who watches them may still know, all of them with one read again. So nothing
 * is asked while nothing happens, and nobody is told of whom they may know nothing any more, however they heard of that.
 */
export class Watchers {
  readonly #watchers = new Map<string, Set<Connection>>()
  readonly #watched = new Map<Connection, Map<string, Ground>>()
  /** Of those watched, what was told last. */
  readonly #told = new Map<string, boolean>()
  #wanted = new Set<string>()
  #reading: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined
  #news: News[] = []
  #isTelling = false

  constructor(
    readonly presence: Presence,
    readonly watching: Pick<Watching, 'goOn'>,
    readonly failed: (error: unknown) => void,
  ) {}

  /** Replaces whom a connection watches; gives those of them who are present. Where that cannot be read it watches nobody. */
  async watch(connection: Connection, watched: Map<string, Ground>): Promise<string[]> {
    this.forget(connection)
    if (watched.size === 0 || connection.closed) return []
    this.#watched.set(connection, watched)
    const userIds = [...watched.keys()]
    for (const userId of userIds) {
      const watchers = this.#watchers.get(userId)
      if (watchers) watchers.add(connection)
      else this.#watchers.set(userId, new Set([connection]))
    }
    try {
      await this.#look(userIds)
    } catch (error) {
      if (this.#watched.get(connection) === watched) this.forget(connection)
      throw error
    }
    return userIds.filter((userId) => this.#told.get(userId))
  }

  forget(connection: Connection): void {
    for (const userId of this.#watched.get(connection)?.keys() ?? []) {
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
      if (this.presence.isHere(userId)) this.#found({ userId, isPresent: true, lastSeenAt: null })
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
      if (!this.presence.isHere(found.userId)) this.#found(found)
    }
  }

  #found({ userId, isPresent, lastSeenAt }: Whereabouts): void {
    const watchers = this.#watchers.get(userId)
    const before = this.#told.get(userId)
    if (!watchers || before === isPresent) return
    this.#told.set(userId, isPresent)
    // Whoever has just begun to watch is answered, not told.
    if (before === undefined) return
    const seen = isPresent ? null : (lastSeenAt?.toISOString() ?? null)
    const frame = frameOf({ type: 'presence', userId, online: isPresent, lastSeenAt: seen })
    this.#news.push({ userId, frame, watchers: [...watchers], before })
    if (this.#isTelling) return
    this.#isTelling = true
    // Not at once: those who come and go in the same turn of the event loop are looked up together.
    setImmediate(() => void this.#tellAll())
  }

  /** In the order in which it happened: one read for all that came meanwhile. */
  async #tellAll(): Promise<void> {
    while (this.#news.length > 0) {
      const news = this.#news.splice(0)
      try {
        const grounds = await this.#groundsOf(news)
        for (const { userId, frame, watchers } of news) {
          for (const connection of watchers) {
            const ground = grounds.get(keyOf(connection.userId, userId))
            const watched = this.#watched.get(connection)
            if (!ground || !watched?.has(userId)) continue
            watched.set(userId, ground)
            connection.sendEphemeral(frame)
          }
        }
      } catch (error) {
        this.failed(error)
        this.#forgetTold(news)
      }
    }
    this.#isTelling = false
  }

  /** Why each of those who watch may still know of it. */
  async #groundsOf(news: News[]): Promise<Map<string, Ground>> {
    const watches = new Map<string, Watch>()
    for (const { userId, watchers } of news) {
      for (const connection of watchers) {
        const { userId: viewerId } = connection
        const ground = this.#watched.get(connection)?.get(userId)
        if (ground) watches.set(keyOf(viewerId, userId), { viewerId, userId, ground })
      }
    }
    const standing = await this.watching.goOn([...watches.values()], this.failed)
    return new Map(standing.map(({ viewerId, userId, ground }) => [keyOf(viewerId, userId), ground]))
  }

  /** Nobody was told, so the next look finds that it made a difference. */
  #forgetTold(news: News[]): void {
    for (const { userId, before } of news.reverse()) {
      if (this.#watchers.has(userId)) this.#told.set(userId, before)
    }
  }
}

const keyOf = (viewerId: string, userId: string): string => JSON.stringify([viewerId, userId])
