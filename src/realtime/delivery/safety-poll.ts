import type { Core } from '../../core/create-core.js'
import { MovedRoomsPoll } from '../../core/moved-rooms.js'
import type { Connections } from '../connections.js'
import type { MembershipState } from '../membership-state.js'
import type { Watchers } from '../presence.js'
import type { Channels } from './channels.js'
import type { UserUpdates } from './users.js'

/** How many users one poll checks. */
const usersAPoll = 500
/** How many sent requests are remembered; one that is forgotten is sent again. */
const mostRequests = 10_000
/** What is lost at about the same time is looked for once. */
const soonMs = 50
/** How often watched users are looked up. */
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

/** The safety net: finds changes of which no hint came, because there is no bus or because it lost the hint. */
export class SafetyPoll {
  readonly #dependencies: SafetyPollDependencies
  readonly #movedRooms: MovedRoomsPoll
  #timer: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | undefined
  #everyMs: number
  /** Since the last poll. */
  #waitedMs = 0
  #polling = false
  #presencePolledAt = 0
  /**
   * The users whom the poll has not checked in this round, the next one last. It is no iterator over the connected users: a
   * kept iterator keeps in memory every table of its map that was replaced since, as users come and go.
   */
  #round: string[] = []
  /** The requests that were sent: who was asked into which room. */
  readonly #requests = new Set<string>()

  constructor(
    dependencies: SafetyPollDependencies,
    /** The time between two polls, unless `every` sets a longer one. */
    readonly leastMs: number,
  ) {
    const { core, channels } = dependencies
    this.#dependencies = dependencies
    this.#movedRooms = new MovedRoomsPoll({
      movedSince: (clock) => core.roomStates.movedSince(clock),
      revisions: (roomIds) => core.roomStates.revisions(roomIds),
      roomIds: () => channels.ids(),
      moved: (roomId, revision) => channels.get(roomId)?.hint(revision),
    })
    this.#everyMs = leastMs
  }

  /** Polls until `stop`; if it is started twice, it runs once. */
  start(): void {
    if (this.#timer) return
    this.#timer = setInterval(() => this.#tick(), this.leastMs).unref()
    this.#movedRooms.start()
  }

  /** Something was lost: the next poll comes at once, and not when it is due. */
  soon(): void {
    if (this.#timer) this.#soon ??= setTimeout(() => this.#pollSoon(), soonMs).unref()
  }

  #pollSoon(): void {
    this.#soon = undefined
    if (this.#polling) this.soon()
    else void this.#poll()
  }

  /** Sets the interval from now on. Even if it is set all the time, a poll that is due comes. */
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
    clearTimeout(this.#soon)
    this.#soon = undefined
    this.#timer = undefined
    this.#round = []
  }

  async #poll(): Promise<void> {
    if (this.#polling) return
    this.#polling = true
    this.#dependencies.core.context.meters?.polled()
    try {
      await Promise.all([
        this.#movedRooms.poll(),
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

  /** Finds what happened to users on other servers: each poll checks some of them, all of them in turn. */
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

  /** Each is sent once, although the poll finds it again for as long as it counts as recent. */
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
