import type { Core } from '../core/create-core.js'
import type { Channels } from './channels.js'
import type { Watchers } from './presence.js'

/** How many users are looked after in one poll, and how far it looks back: further than clocks are apart. */
const usersAPoll = 500
const lookBackMs = 5 * 60_000
/** How often those who are watched are looked up. */
const presencePollMs = 5_000

export interface SafetyPollParts {
  core: Core
  channels: Channels
  watchers: Watchers
  /** Who is connected here. */
  users: ReadonlyMap<string, unknown>
  pollMs: number
  joined(userId: string, roomId: string): void
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
      await Promise.all([this.#parts.channels.poll(), this.#pollJoins(), this.#pollPresence()])
    } catch (error) {
      this.#parts.failed(error)
    } finally {
      this.#polling = false
    }
  }

  /** Rooms that another server added somebody to who is here: some users a poll, all of them in turn. */
  async #pollJoins(): Promise<void> {
    const { core, users, joined } = this.#parts
    const userIds: string[] = []
    while (userIds.length < usersAPoll) {
      const { value, done } = this.#round.next()
      if (done) {
        this.#round = users.keys()
        break
      }
      userIds.push(value)
    }
    const since = new Date(core.context.clock().getTime() - lookBackMs)
    for (const { userId, roomId } of await core.rooms.joinedSince(userIds, since)) joined(userId, roomId)
  }

  async #pollPresence(): Promise<void> {
    if (performance.now() - this.#presencePolledAt < presencePollMs) return
    this.#presencePolledAt = performance.now()
    await this.#parts.watchers.poll()
  }
}
