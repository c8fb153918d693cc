import { KeyedMutex } from '../../concurrency/keyed-mutex.js'
import type { User } from '../../contract/users.js'
import type { Core } from '../../core/create-core.js'
import type { Connection } from '../connection.js'
import type { Channels } from './channels.js'
import { frameOf } from './frame.js'

/** How far back the poll looks: further than the clocks of servers may differ. */
const latelyMs = 5 * 60_000
/** How many users one poll finds; earlier changes show with the next read. */
const mostFound = 1_000
/** The time between two updates of one user: some change all the time, for example because two tokens have different names. */
const restMs = 1_000

/** Sends connections the changed name, description or picture of users. */
export class UserUpdates {
  /** What was sent last about users who changed lately. */
  readonly #delivered = new Map<string, { looks: string; frame: Buffer; at: number }>()
  /** When the users whom the poll found had changed. */
  readonly #found = new Map<string, number>()
  /** Users who have changed and were not read since. */
  readonly #unread = new Set<string>()
  readonly #mutex = new KeyedMutex()
  #isClosed = false

  constructor(
    readonly core: Core,
    readonly channels: Channels,
    readonly connectionsOf: (userId: string) => Iterable<Connection>,
    readonly failed: (error: unknown) => void,
  ) {}

  /** A user's profile has changed, on this server or another. */
  changed(userId: string): void {
    if (this.#unread.has(userId)) return
    this.#unread.add(userId)
    this.#mutex
      .take(userId, async () => {
        this.#unread.delete(userId)
        if (this.#isClosed || !(await this.#send(userId))) return
        await new Promise((resolve) => setTimeout(resolve, restMs).unref())
      })
      .catch((error) => {
        // The next poll tries again.
        this.#delivered.delete(userId)
        this.#found.delete(userId)
        this.failed(error)
      })
  }

  /** Finds users who changed on other servers without a hint: one read by an index, however many users are connected. */
  async poll(): Promise<void> {
    const since = this.core.context.clock().getTime() - latelyMs
    for (const [userId, { at }] of this.#delivered) if (at <= since) this.#delivered.delete(userId)
    for (const [userId, at] of this.#found) if (at <= since) this.#found.delete(userId)
    for (const { id, changedAt } of await this.core.users.changedSince(new Date(since), mostFound)) {
      const at = changedAt.getTime()
      if (this.#found.get(id) === at) continue
      this.#found.set(id, at)
      this.core.users.forget(id)
      this.changed(id)
    }
  }

  close(): void {
    this.#isClosed = true
  }

  /** False if their profile is as it was sent last. */
  async #send(userId: string): Promise<boolean> {
    // Not everybody who shares a room with them may see `lastSeenAt`.
    const user: User = { ...(await this.core.users.get(userId, null)), lastSeenAt: null }
    const looks = looksOf(user)
    if (this.#delivered.get(userId)?.looks === looks) return false
    const frame = frameOf({ type: 'user.updated', user })
    this.#delivered.set(userId, { looks, frame, at: this.core.context.clock().getTime() })
    const done = new Set<Connection>()
    const send = (connection: Connection) => {
      // If a newer change was sent while this one waited for a room, it is outdated.
      if (done.has(connection) || this.#delivered.get(userId)?.frame !== frame) return
      done.add(connection)
      connection.sendEphemeral(frame)
    }
    for (const connection of this.connectionsOf(userId)) connection.whenGreeted(() => send(connection))
    // A room gets it once it has delivered the revision at which its members were read, so that no removed member gets it.
    const shared = await this.core.users.roomsAmong(userId, this.channels.ids())
    for (const { id, revision } of await this.core.roomStates.revisions(shared)) {
      this.channels.get(id)?.after(revision, () => {
        for (const connection of this.channels.get(id)?.connections() ?? []) send(connection)
      })
    }
    return true
  }
}

/** A picture's URL is signed again every few minutes, but it is the same picture. */
const looksOf = ({ name, description, avatarUrl }: User): string =>
  JSON.stringify([name, description, avatarUrl?.replace(/\?expires=.*$/, '')])
