import type { Core } from '../core/create-core.js'
import type { OwnSideRow } from '../store/members.js'
import type { Channels } from './channels.js'
import type { OwnSides } from './own-sides.js'
import type { Watchers } from './presence.js'

/** How many users are looked after in one poll. */
const usersAPoll = 500
/** How often those who are watched are looked up. */
const presencePollMs = 5_000

export interface SafetyPollParts {
  core: Core
  channels: Channels
  watchers: Watchers
  ownSides: OwnSides
  /** Who is connected here. */
  users: ReadonlyMap<string, unknown>
  pollMs: number
  joined(userId: string, roomId: string): void
  meChanged(userId: string, roomId: string): void
  failed(error: unknown): void
}

/** The safety net: what nobody told, because a bus or another process lost it, is found here. */
export class SafetyPoll {
  readonly #parts: SafetyPollParts
  #timer: NodeJS.Timeout | undefined
  #polling = false
  #presencePolledAt = 0
  /** Whom the poll has not looked after in this round. */
  #round: Iterator<string>

  constructor(parts: SafetyPollParts) {
    this.#parts = parts
    this.#round = parts.users.keys()
  }

  /** Goes on until `stop`; started twice, it runs once. */
  start(): void {
    this.#timer ??= setInterval(() => void this.#poll(), this.#parts.pollMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #poll(): Promise<void> {
    if (this.#polling) return
    this.#polling = true
    try {
      await Promise.all([this.#parts.channels.poll(), this.#pollUsers(), this.#pollPresence()])
    } catch (error) {
      this.#parts.failed(error)
    } finally {
      this.#polling = false
    }
  }

  /** What became of users on another server: some of them a poll, all of them in turn. */
  async #pollUsers(): Promise<void> {
    const { core, users, ownSides, joined, meChanged } = this.#parts
    const userIds: string[] = []
    while (userIds.length < usersAPoll) {
      const { value, done } = this.#round.next()
      if (done) {
        this.#round = users.keys()
        break
      }
      userIds.push(value)
    }
    const { since } = ownSides
    const read = new Map(userIds.map((userId): [string, OwnSideRow[]] => [userId, []]))
    for (const row of await core.rooms.ownSides(userIds, since)) {
      if (row.joinedAt > since) joined(row.userId, row.roomId)
      read.get(row.userId)?.push(row)
    }
    for (const [userId, rows] of read) {
      for (const roomId of ownSides.compare(userId, rows)) meChanged(userId, roomId)
    }
  }

  async #pollPresence(): Promise<void> {
    if (performance.now() - this.#presencePolledAt < presencePollMs) return
    this.#presencePolledAt = performance.now()
    await this.#parts.watchers.poll()
  }
}
