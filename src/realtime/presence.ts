import type { Presence } from '../core/presence.js'
import type { Ground } from '../core/sight.js'
import type { Watch, Watching } from '../core/watching.js'
import type { Whereabouts } from '../core/whereabouts.js'
import type { Connection } from './connection.js'
import { ConnectionsByUser } from './connections-by-user.js'
import { frameOf } from './delivery/frame.js'

/** A connection watches the presence of a user. */
interface Subscription {
  /** Why it may see that, as last checked; null while they are strangers. */
  ground: Ground | null
  /** What it was sent last. */
  isOnline: boolean
}

/** A subscription that has to be checked again. */
interface Due {
  connection: Connection
  userId: string
  /** The reason is not that the user came or went, but that the two may have become strangers, or no longer be. */
  isMeeting: boolean
}

/**
 * The presence subscriptions of connections. Only users whose presence somebody may see are looked up, all with one read. When
 * users come or go, it is checked whether their watchers may still see them, again with one read for all. So nothing is read
 * while nothing happens, and nobody gets the presence of a user whom they may no longer see, even if no event said so.
 * Strangers are remembered, too, and checked again when the two may have met.
 */
export class Watchers {
  readonly #subscriptions = new Map<Connection, Map<string, Subscription>>()
  readonly #subscribers = new ConnectionsByUser()
  /** The subscribers who were no strangers at some time. */
  readonly #watchers = new ConnectionsByUser()
  /** The subscriptions of connections that are being checked for the first time. */
  readonly #beginning = new Set<Map<string, Subscription>>()
  /** The subscriptions that are being checked again. */
  #underWay: ReadonlyMap<Subscription, Due> = new Map()
  /** The presence of watched users, as last read. */
  readonly #found = new Map<string, Whereabouts>()
  #wanted = new Set<string>()
  #reading: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined
  #due = new Map<Subscription, Due>()
  #isSending = false

  constructor(
    readonly presence: Presence,
    readonly watching: Pick<Watching, 'begin' | 'goOn'>,
    readonly failed: (error: unknown) => void,
  ) {}

  /** Replaces the users whom a connection watches, and returns those who are present. If the read fails, it watches nobody. */
  async watch(connection: Connection, userIds: string[]): Promise<string[]> {
    this.forget(connection)
    if (userIds.length === 0 || connection.closed) return []
    const subscriptions = new Map(
      userIds.map((userId): [string, Subscription] => [userId, { ground: null, isOnline: false }]),
    )
    this.#subscriptions.set(connection, subscriptions)
    for (const userId of userIds) this.#subscribers.add(userId, connection)
    this.#beginning.add(subscriptions)
    try {
      const grounds = await this.watching.begin(connection.userId, userIds)
      if (this.#subscriptions.get(connection) !== subscriptions) return []
      for (const [userId, ground] of grounds) this.#grant(connection, userId, ground)
      await this.#look([...grounds.keys()])
      const present = [...grounds.keys()].filter((userId) => this.#found.get(userId)?.isPresent)
      for (const userId of present) (subscriptions.get(userId) as Subscription).isOnline = true
      return present
    } catch (error) {
      if (this.#subscriptions.get(connection) === subscriptions) this.forget(connection)
      throw error
    } finally {
      this.#beginning.delete(subscriptions)
      this.#sendSoon()
    }
  }

  forget(connection: Connection): void {
    const subscriptions = this.#subscriptions.get(connection) ?? new Map<string, Subscription>()
    for (const [userId, subscription] of subscriptions) {
      this.#due.delete(subscription)
      this.#subscribers.delete(userId, connection)
      this.#watchers.delete(userId, connection)
      if (!this.#watchers.has(userId)) this.#found.delete(userId)
    }
    this.#subscriptions.delete(connection)
  }

  /** The connection may see the user's presence. */
  #grant(connection: Connection, userId: string, ground: Ground): void {
    const subscription = this.#subscriptions.get(connection)?.get(userId)
    if (!subscription) return
    subscription.ground = ground
    this.#watchers.add(userId, connection)
  }

  /** The connections that watch a user, strangers or not. */
  subscribersOf(userId: string): ReadonlySet<Connection> {
    return this.#subscribers.of(userId)
  }

  /**
   * Something happened after which two users may be strangers, or no longer be. The users whom a connection watches, or only
   * `userId`, are checked again, if the event concerns the reason of the subscription, or if that is being read: the read may
   * be older than the event.
   */
  lookAgain(connection: Connection, isTouched: (ground: Ground | null) => boolean, userId?: string): void {
    const subscriptions = this.#subscriptions.get(connection)
    if (!subscriptions) return
    const isBeginning = this.#beginning.has(subscriptions)
    for (const id of userId === undefined ? subscriptions.keys() : [userId]) {
      const subscription = subscriptions.get(id)
      if (!subscription) continue
      if (isBeginning || this.#underWay.has(subscription) || isTouched(subscription.ground))
        this.#due.set(subscription, { connection, userId: id, isMeeting: true })
    }
    this.#sendSoon()
  }

  /** These users came or went, perhaps: their watchers are sent what has changed. */
  async changed(userIds: Iterable<string>): Promise<void> {
    await this.#look([...userIds].filter((userId) => this.#watchers.has(userId)))
  }

  /** Checks all watched users: the safety net, and the only way to notice that a server was killed. */
  async poll(): Promise<void> {
    this.#sendSoon()
    await this.changed(this.#watchers.userIds())
  }

  /** Users who are on this server are known at once. The others go into the next read, which begins when the current one has ended. */
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
      // A user who came to this server meanwhile was handled by that.
      if (!this.presence.isHere(found.userId)) this.#take(found)
    }
  }

  #take(found: Whereabouts): void {
    const { userId, isPresent } = found
    const before = this.#found.get(userId)
    if (!this.#watchers.has(userId) || before?.isPresent === isPresent) return
    this.#found.set(userId, found)
    // A new watcher gets it with the answer, not as an event.
    if (!before) return
    for (const connection of this.#watchers.of(userId)) {
      const subscription = this.#subscriptions.get(connection)?.get(userId)
      if (subscription && !this.#due.has(subscription))
        this.#due.set(subscription, { connection, userId, isMeeting: false })
    }
    this.#sendSoon()
  }

  /** Not at once: all who come or go in the same turn of the event loop are read together. */
  #sendSoon(): void {
    if (this.#isSending || this.#due.size === 0) return
    this.#isSending = true
    setImmediate(() => {
      this.#sendAll().then(
        () => (this.#isSending = false),
        (error) => {
          this.#isSending = false
          this.failed(error)
        },
      )
    })
  }

  /** One read for all that is due. After a failure it is tried again with the next change, or by the next poll. */
  async #sendAll(): Promise<void> {
    for (let due = this.#takeDue(); due.size > 0; due = this.#takeDue()) {
      this.#underWay = due
      try {
        await this.#send([...due])
      } catch (error) {
        for (const [subscription, each] of due)
          if (this.#subscriptionOf(each) === subscription) this.#due.set(subscription, each)
        throw error
      } finally {
        this.#underWay = new Map()
      }
    }
  }

  /** Leaves out subscriptions whose first check is still running: they are checked after it. */
  #takeDue(): Map<Subscription, Due> {
    const isBeginning = ({ connection }: Due) => this.#beginning.has(this.#subscriptions.get(connection) ?? new Map())
    const due = new Map([...this.#due].filter(([, each]) => !isBeginning(each)))
    for (const subscription of due.keys()) this.#due.delete(subscription)
    return due
  }

  #subscriptionOf({ connection, userId }: Due): Subscription | undefined {
    return this.#subscriptions.get(connection)?.get(userId)
  }

  async #send(due: [Subscription, Due][]): Promise<void> {
    const grounds = await this.#groundsOf(due)
    const current = due.filter(([subscription, each]) => this.#subscriptionOf(each) === subscription)
    for (const [subscription, { connection, userId }] of current) {
      const ground = grounds.get(keyOf(connection.userId, userId))
      if (ground) this.#grant(connection, userId, ground)
      else subscription.ground = null
    }
    const granted = current.filter(([{ ground }]) => ground).map(([, { userId }]) => userId)
    await this.#look(granted.filter((userId) => !this.#found.has(userId)))
    for (const [subscription, each] of current)
      if (this.#subscriptionOf(each) === subscription) this.#sendOf(subscription, each)
  }

  /** To their watcher, a user who has become a stranger goes offline; that a stranger went is not sent. */
  #sendOf(subscription: Subscription, { connection, userId, isMeeting }: Due): void {
    const found = subscription.ground ? this.#found.get(userId) : undefined
    if (!found && !isMeeting) return
    const { isPresent = false, lastSeenAt = null } = found ?? {}
    if (subscription.isOnline === isPresent) return
    subscription.isOnline = isPresent
    const seen = isPresent ? null : (lastSeenAt?.toISOString() ?? null)
    connection.sendEphemeral(frameOf({ type: 'presence', userId, online: isPresent, lastSeenAt: seen }))
  }

  /** Why each watcher may see the user. */
  async #groundsOf(due: [Subscription, Due][]): Promise<Map<string, Ground>> {
    const watches = new Map<string, Watch>()
    for (const [{ ground }, { connection, userId }] of due) {
      const { userId: viewerId } = connection
      const key = keyOf(viewerId, userId)
      if (ground || !watches.has(key)) watches.set(key, { viewerId, userId, ground })
    }
    const watched = await this.watching.goOn([...watches.values()], this.failed)
    return new Map(
      watched.flatMap(({ viewerId, userId, ground }) => (ground ? [[keyOf(viewerId, userId), ground] as const] : [])),
    )
  }
}

const keyOf = (viewerId: string, userId: string): string => JSON.stringify([viewerId, userId])
