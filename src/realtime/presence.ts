import type { Presence } from '../core/presence.js'
import type { Ground } from '../core/sight.js'
import type { Watch, Watching } from '../core/watching.js'
import type { Whereabouts } from '../core/whereabouts.js'
import type { Connection } from './connection.js'
import { ConnectionsByUser } from './connections-by-user.js'
import { frameOf } from './delivery/frame.js'

/** A connection wants to know whether somebody is here. */
interface Wish {
  /** Why it may know that, as far as was looked; null while they are strangers. */
  ground: Ground | null
  /** What it was told last. */
  isOnline: boolean
}

/** A wish that is to be looked at again. */
interface Due {
  connection: Connection
  userId: string
  /** Not because that one came or went, but because the two may have become strangers, or none any more. */
  isMeeting: boolean
}

/**
 * Who wants to know of whom whether they are present. Only those are ever looked up of whom somebody may know it, all of
 * them with one read; and of those who came or went it is looked whether who watches them may still know, all of them with
 * one read again. So nothing is asked while nothing happens, and nobody is told of whom they may know nothing any more,
 * however they heard of that. Strangers are remembered, too, and looked for again when the two may have met.
 */
export class Watchers {
  readonly #wishes = new Map<Connection, Map<string, Wish>>()
  readonly #wishers = new ConnectionsByUser()
  /** Of the wishers those who were no strangers at some time. */
  readonly #watchers = new ConnectionsByUser()
  /** Those who are being looked for on behalf of a connection for the first time. */
  readonly #beginning = new Set<Map<string, Wish>>()
  /** Those who are being looked at again. */
  #underWay: ReadonlyMap<Wish, Due> = new Map()
  /** How those watched were found last. */
  readonly #found = new Map<string, Whereabouts>()
  #wanted = new Set<string>()
  #reading: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined
  #due = new Map<Wish, Due>()
  #isTelling = false

  constructor(
    readonly presence: Presence,
    readonly watching: Pick<Watching, 'begin' | 'goOn'>,
    readonly failed: (error: unknown) => void,
  ) {}

  /** Replaces whom a connection watches; gives those of them who are present. Where that cannot be read it watches nobody. */
  async watch(connection: Connection, userIds: string[]): Promise<string[]> {
    this.forget(connection)
    if (userIds.length === 0 || connection.closed) return []
    const wishes = new Map(userIds.map((userId): [string, Wish] => [userId, { ground: null, isOnline: false }]))
    this.#wishes.set(connection, wishes)
    for (const userId of userIds) this.#wishers.add(userId, connection)
    this.#beginning.add(wishes)
    try {
      const grounds = await this.watching.begin(connection.userId, userIds)
      if (this.#wishes.get(connection) !== wishes) return []
      for (const [userId, ground] of grounds) this.#grant(connection, userId, ground)
      await this.#look([...grounds.keys()])
      const present = [...grounds.keys()].filter((userId) => this.#found.get(userId)?.isPresent)
      for (const userId of present) (wishes.get(userId) as Wish).isOnline = true
      return present
    } catch (error) {
      if (this.#wishes.get(connection) === wishes) this.forget(connection)
      throw error
    } finally {
      this.#beginning.delete(wishes)
      this.#tellSoon()
    }
  }

  forget(connection: Connection): void {
    const wishes = this.#wishes.get(connection) ?? new Map<string, Wish>()
    for (const [userId, wish] of wishes) {
      this.#due.delete(wish)
      this.#wishers.delete(userId, connection)
      this.#watchers.delete(userId, connection)
      if (!this.#watchers.has(userId)) this.#found.delete(userId)
    }
    this.#wishes.delete(connection)
  }

  /** Somebody is no stranger to whoever watches from there. */
  #grant(connection: Connection, userId: string, ground: Ground): void {
    const wish = this.#wishes.get(connection)?.get(userId)
    if (!wish) return
    wish.ground = ground
    this.#watchers.add(userId, connection)
  }

  /** Those who have asked for somebody, strangers or not. */
  wishersOf(userId: string): ReadonlySet<Connection> {
    return this.#wishers.of(userId)
  }

  /**
   * Something happened that may make strangers of two people, or end that they are: whom a connection has asked for is
   * looked at again, or only `userId`, where the reason for which it may know of them is one that is touched, or is being
   * read: what is read may be older than what happened.
   */
  lookAgain(connection: Connection, isTouched: (ground: Ground | null) => boolean, userId?: string): void {
    const wishes = this.#wishes.get(connection)
    if (!wishes) return
    const isBeginning = this.#beginning.has(wishes)
    for (const id of userId === undefined ? wishes.keys() : [userId]) {
      const wish = wishes.get(id)
      if (!wish) continue
      if (isBeginning || this.#underWay.has(wish) || isTouched(wish.ground))
        this.#due.set(wish, { connection, userId: id, isMeeting: true })
    }
    this.#tellSoon()
  }

  /** Something happened to these: those watched are told where it made a difference. */
  async changed(userIds: Iterable<string>): Promise<void> {
    await this.#look([...userIds].filter((userId) => this.#watchers.has(userId)))
  }

  /** Looks at all of them: the safety net, and the only thing that finds the end of a server that was killed. */
  async poll(): Promise<void> {
    this.#tellSoon()
    await this.changed(this.#watchers.userIds())
  }

  /** Who is here is known at once. The others are read with the next read, which begins when the one under way has ended. */
  #look(userIds: string[]): Promise<void> {
    for (const userId of userIds) {
      if (this.presence.isHere(userId)) this.#take({ userId, isPresent: true, lastSeenAt: null })
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
      if (!this.presence.isHere(found.userId)) this.#take(found)
    }
  }

  #take(found: Whereabouts): void {
    const { userId, isPresent } = found
    const before = this.#found.get(userId)
    if (!this.#watchers.has(userId) || before?.isPresent === isPresent) return
    this.#found.set(userId, found)
    // Whoever has just begun to watch is answered, not told.
    if (!before) return
    for (const connection of this.#watchers.of(userId)) {
      const wish = this.#wishes.get(connection)?.get(userId)
      if (wish && !this.#due.has(wish)) this.#due.set(wish, { connection, userId, isMeeting: false })
    }
    this.#tellSoon()
  }

  /** Not at once: those who come and go in the same turn of the event loop are looked up together. */
  #tellSoon(): void {
    if (this.#isTelling || this.#due.size === 0) return
    this.#isTelling = true
    setImmediate(() => {
      this.#tellAll().then(
        () => (this.#isTelling = false),
        (error) => {
          this.#isTelling = false
          this.failed(error)
        },
      )
    })
  }

  /** One read for all that came meanwhile. What fails is looked at again with what comes next, or by the next poll. */
  async #tellAll(): Promise<void> {
    for (let due = this.#takeDue(); due.size > 0; due = this.#takeDue()) {
      this.#underWay = due
      try {
        await this.#tell([...due])
      } catch (error) {
        for (const [wish, each] of due) if (this.#wishOf(each) === wish) this.#due.set(wish, each)
        throw error
      } finally {
        this.#underWay = new Map()
      }
    }
  }

  /** Of those for whom a connection has only just asked, what began before would be known too late. */
  #takeDue(): Map<Wish, Due> {
    const isBeginning = ({ connection }: Due) => this.#beginning.has(this.#wishes.get(connection) ?? new Map())
    const due = new Map([...this.#due].filter(([, each]) => !isBeginning(each)))
    for (const wish of due.keys()) this.#due.delete(wish)
    return due
  }

  #wishOf({ connection, userId }: Due): Wish | undefined {
    return this.#wishes.get(connection)?.get(userId)
  }

  async #tell(due: [Wish, Due][]): Promise<void> {
    const grounds = await this.#groundsOf(due)
    const standing = due.filter(([wish, each]) => this.#wishOf(each) === wish)
    for (const [wish, { connection, userId }] of standing) {
      const ground = grounds.get(keyOf(connection.userId, userId))
      if (ground) this.#grant(connection, userId, ground)
      else wish.ground = null
    }
    const granted = standing.filter(([{ ground }]) => ground).map(([, { userId }]) => userId)
    await this.#look(granted.filter((userId) => !this.#found.has(userId)))
    for (const [wish, each] of standing) if (this.#wishOf(each) === wish) this.#tellOf(wish, each)
  }

  /** Who has become a stranger is gone for who watched them; of one who was, it is not told that they went. */
  #tellOf(wish: Wish, { connection, userId, isMeeting }: Due): void {
    const found = wish.ground ? this.#found.get(userId) : undefined
    if (!found && !isMeeting) return
    const { isPresent = false, lastSeenAt = null } = found ?? {}
    if (wish.isOnline === isPresent) return
    wish.isOnline = isPresent
    const seen = isPresent ? null : (lastSeenAt?.toISOString() ?? null)
    connection.sendEphemeral(frameOf({ type: 'presence', userId, online: isPresent, lastSeenAt: seen }))
  }

  /** Why each of those who watch may know of it. */
  async #groundsOf(due: [Wish, Due][]): Promise<Map<string, Ground>> {
    const watches = new Map<string, Watch>()
    for (const [{ ground }, { connection, userId }] of due) {
      const { userId: viewerId } = connection
      const key = keyOf(viewerId, userId)
      if (ground || !watches.has(key)) watches.set(key, { viewerId, userId, ground })
    }
    const standing = await this.watching.goOn([...watches.values()], this.failed)
    return new Map(
      standing.flatMap(({ viewerId, userId, ground }) => (ground ? [[keyOf(viewerId, userId), ground] as const] : [])),
    )
  }
}

const keyOf = (viewerId: string, userId: string): string => JSON.stringify([viewerId, userId])
