import type { Presence } from '../core/presence.js'
import type { Ground } from '../core/sight.js'
import type { Watch, Watching } from '../core/watching.js'
import type { Whereabouts } from '../core/whereabouts.js'
import type { Connection } from './connection.js'
import { ConnectionsByUser } from './connections-by-user.js'
import { frameOf } from './delivery/frame.js'

/** A connection wants to know whether somebody is here. */
interface Subscription {
  /** Why it may know that, as far as was looked; null while they are strangers. */
  ground: Ground | null
  /** What it was told last. */
  isOnline: boolean
}

/** A subscription that is to be looked at again. */
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
  readonly #subscriptions = new Map<Connection, Map<string, Subscription>>()
  readonly #subscribers = new ConnectionsByUser()
  /** Of the subscribers those who were no strangers at some time. */
  readonly #watchers = new ConnectionsByUser()
  /** Those who are being looked for on behalf of a connection for the first time. */
  readonly #beginning = new Set<Map<string, Subscription>>()
  /** Those who are being looked at again. */
  #underWay: ReadonlyMap<Subscription, Due> = new Map()
  /** How those watched were found last. */
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

  /** Replaces whom a connection watches; gives those of them who are present. Where that cannot be read it watches nobody. */
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

  /** Somebody is no stranger to whoever watches from there. */
  #grant(connection: Connection, userId: string, ground: Ground): void {
    const subscription = this.#subscriptions.get(connection)?.get(userId)
    if (!subscription) return
    subscription.ground = ground
    this.#watchers.add(userId, connection)
  }

  /** Those who have asked for somebody, strangers or not. */
  subscribersOf(userId: string): ReadonlySet<Connection> {
    return this.#subscribers.of(userId)
  }

  /**
   * Something happened that may make strangers of two people, or end that they are: whom a connection has asked for is
   * looked at again, or only `userId`, where the reason for which it may know of them is one that is touched, or is being
   * read: what is read may be older than what happened.
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

  /** Something happened to these: those watched are told where it made a difference. */
  async changed(userIds: Iterable<string>): Promise<void> {
    await this.#look([...userIds].filter((userId) => this.#watchers.has(userId)))
  }

  /** Looks at all of them: the safety net, and the only thing that finds the end of a server that was killed. */
  async poll(): Promise<void> {
    this.#sendSoon()
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
      const subscription = this.#subscriptions.get(connection)?.get(userId)
      if (subscription && !this.#due.has(subscription))
        this.#due.set(subscription, { connection, userId, isMeeting: false })
    }
    this.#sendSoon()
  }

  /** Not at once: those who come and go in the same turn of the event loop are looked up together. */
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

  /** One read for all that came meanwhile. What fails is looked at again with what comes next, or by the next poll. */
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

  /** Of those for whom a connection has only just asked, what began before would be known too late. */
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

  /** Who has become a stranger is gone for who watched them; of one who was, it is not told that they went. */
  #sendOf(subscription: Subscription, { connection, userId, isMeeting }: Due): void {
    const found = subscription.ground ? this.#found.get(userId) : undefined
    if (!found && !isMeeting) return
    const { isPresent = false, lastSeenAt = null } = found ?? {}
    if (subscription.isOnline === isPresent) return
    subscription.isOnline = isPresent
    const seen = isPresent ? null : (lastSeenAt?.toISOString() ?? null)
    connection.sendEphemeral(frameOf({ type: 'presence', userId, online: isPresent, lastSeenAt: seen }))
  }

  /** Why each of those who watch may know of it. */
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
