import type { Core } from '../../core/create-core.js'
import type { Connections } from '../connections.js'
import type { MembershipState } from '../membership-state.js'
import type { Watchers } from '../presence.js'
import type { Channels } from './channels.js'
import type { UserUpdates } from './users.js'

/** How many users are looked after in one poll. */
const usersAPoll = 500
/** So many requests are known to have been told; of one that is forgotten is told again. */
const mostRequests = 10_000
/** How often those who are watched are looked up. */
const presencePollMs = 5_000

export interface SafetyPollDependencies {
  core: Core
  channels: Channels
  watchers: Watchers
  membershipState: MembershipState
  userUpdates: UserUpdates
  connections: Connections
  joined(userId: string, roomId: string): void
  requested(userId: string, roomId: string): void
  meChanged(userId: string, roomId: string): void
  pollSignedOut(): Promise<void>
  failed(error: unknown): void
}

/** The safety net: what nobody told, because a bus or another process lost it, is found here. */
export class SafetyPoll {
  readonly #dependencies: SafetyPollDependencies
  #timer: NodeJS.Timeout | undefined
  #everyMs: number
  /** Since the last poll. */
  #waitedMs = 0
  #polling = false
  #presencePolledAt = 0
  /**
   * Whom the poll has not looked after in this round, the next one last. No iterator over who is connected: one that is
   * kept keeps every table that its map has outgrown or shrunk since, one for some who come and go.
   */
  #round: string[] = []
  /** Of whom was told that they are asked into which room. */
  readonly #requests = new Set<string>()

  constructor(
    dependencies: SafetyPollDependencies,
    /** Between two polls, unless `every` says otherwise: no less. */
    readonly leastMs: number,
  ) {
    this.#dependencies = dependencies
    this.#everyMs = leastMs
  }

  /** Goes on until `stop`; started twice, it runs once. */
  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.leastMs).unref()
  }

  /** As often from now on. However often that changes, a poll that is due comes. */
  every(ms: number): void {
    this.#everyMs = ms
  }

  #tick(): void {
    this.#waitedMs += this.leastMs
    if (this.#waitedMs < this.#everyMs) return
    this.#waitedMs = 0
    void this.#poll()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#round = []
  }

  async #poll(): Promise<void> {
    if (this.#polling) return
    this.#polling = true
    try {
      await Promise.all([
        this.#dependencies.channels.poll(),
        this.#pollUsers(),
        this.#pollPresence(),
        this.#dependencies.userUpdates.poll(),
        this.#dependencies.pollSignedOut(),
      ])
    } catch (error) {
      this.#dependencies.failed(error)
    } finally {
      this.#polling = false
    }
  }

  /** What became of users on another server: some of them a poll, all of them in turn. */
  async #pollUsers(): Promise<void> {
    const { core, connections, membershipState, joined, requested, meChanged } = this.#dependencies
    if (this.#round.length === 0) this.#round = connections.users().reverse()
    const userIds = this.#round.splice(-usersAPoll).filter((userId) => connections.has(userId))
    const { since } = membershipState
    for (const row of await core.roomStates.ownChanges(userIds, since)) {
      if (row.joinedAt > since) joined(row.userId, row.roomId)
      if (membershipState.isNews(row)) meChanged(row.userId, row.roomId)
    }
    for (const { userId, roomId } of await core.requests.since(userIds, since)) {
      if (this.#isNewRequest(userId, roomId)) requested(userId, roomId)
    }
    for (const userId of userIds) membershipState.forgetUntil(userId, since)
  }

  /** Each is told once, though it is found again for as long as it is a late one. */
  #isNewRequest(userId: string, roomId: string): boolean {
    const key = JSON.stringify([userId, roomId])
    if (this.#requests.has(key)) return false
    this.#requests.add(key)
    const [oldest = key] = this.#requests
    if (this.#requests.size > mostRequests) this.#requests.delete(oldest)
    return true
  }

  async #pollPresence(): Promise<void> {
    if (performance.now() - this.#presencePolledAt < presencePollMs) return
    this.#presencePolledAt = performance.now()
    await this.#dependencies.watchers.poll()
  }
}
