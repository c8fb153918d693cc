import { KeyedMutex } from '../../concurrency/keyed-mutex.js'
import type { User } from '../../contract/users.js'
import type { Core } from '../../core/create-core.js'
import type { Connection } from '../connection.js'
import type { Channels } from './channels.js'
import { frameOf } from './frame.js'

/** How far back the poll looks: further than the clocks of servers are apart. */
const latelyMs = 5 * 60_000
/** How many people one poll finds; who changed before them is shown with what is read next. */
const mostFound = 1_000
/** Who changes all the time, be it because two tokens call them differently, is not to keep all others busy. */
const restMs = 1_000

/** Tells those who are here of people who became others to look at. */
export class UserUpdates {
  /** What was told last of those who changed lately. */
  readonly #delivered = new Map<string, { looks: string; frame: Buffer; at: number }>()
  /** When they had changed whom the poll found. */
  readonly #found = new Map<string, number>()
  /** Who changed, and was not read since. */
  readonly #unread = new Set<string>()
  readonly #mutex = new KeyedMutex()
  #isClosed = false

  constructor(
    readonly core: Core,
    readonly channels: Channels,
    readonly connectionsOf: (userId: string) => Iterable<Connection>,
    readonly failed: (error: unknown) => void,
  ) {}

  /** What is shown of a user changed, here or on another server. */
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

  /** Finds who changed elsewhere without a word: one read by an index, however many people are here. */
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

  /** False where they look as they were told to. */
  async #send(userId: string): Promise<boolean> {
    // Not all who share a room with them may know when they were here.
    const user: User = { ...(await this.core.users.get(userId, null)), lastSeenAt: null }
    const looks = looksOf(user)
    if (this.#delivered.get(userId)?.looks === looks) return false
    const frame = frameOf({ type: 'user.updated', user })
    this.#delivered.set(userId, { looks, frame, at: this.core.context.clock().getTime() })
    const done = new Set<Connection>()
    const send = (connection: Connection) => {
      // What waited for a room longer than the next news of them is too old.
      if (done.has(connection) || this.#delivered.get(userId)?.frame !== frame) return
      done.add(connection)
      connection.sendEphemeral(frame)
    }
    for (const connection of this.connectionsOf(userId)) connection.whenGreeted(() => send(connection))
    // A room is told once it stands where it stood when its people were read: else somebody could hear who was removed.
    const shared = await this.core.users.roomsAmong(userId, this.channels.ids())
    for (const { id, revision } of await this.core.roomStates.revisions(shared)) {
      this.channels.get(id)?.after(revision, () => {
        for (const connection of this.channels.get(id)?.connections() ?? []) send(connection)
      })
    }
    return true
  }
}

/** A picture's URL is signed anew each few minutes, and is the same picture. */
const looksOf = ({ name, description, avatarUrl }: User): string =>
  JSON.stringify([name, description, avatarUrl?.replace(/\?expires=.*$/, '')])
