import type { OwnChange, OwnChangeRow } from '../store/members.js'

/** How far back the safety poll looks: further than the clocks of servers may differ. */
const latelyMs = 5 * 60_000

/**
 * Remembers which recent changes of their own state in rooms the connected users have been sent. So the safety poll sends what
 * another server changed, and nothing is sent twice. A change is identified by its number, and is forgotten once the poll no
 * longer finds it.
 */
export class MembershipState {
  /** The users who were welcomed; most have changed nothing lately. */
  readonly #users = new Map<string, Map<string, OwnChange> | undefined>()

  constructor(readonly clock: () => Date) {}

  /** The poll looks only for later changes. */
  get since(): Date {
    return new Date(this.clock().getTime() - latelyMs)
  }

  /** One of the user's devices was welcomed with the state in all rooms. */
  welcomed(userId: string, rows: Iterable<OwnChange & { roomId: string }>): void {
    if (this.#users.has(userId)) {
      const known = this.#users.get(userId)
      if (!known) return
      // Earlier devices may know less than this one. If this one knows less, the poll sends the change to all of them again.
      for (const { roomId, meRevision } of rows) {
        const delivered = known.get(roomId)
        if (delivered && delivered.meRevision > meRevision) known.delete(roomId)
      }
      return
    }
    const { since } = this
    const lately = new Map<string, OwnChange>()
    for (const { roomId, meRevision, meChangedAt } of rows) {
      if (meChangedAt !== null && meChangedAt > since) lately.set(roomId, { meRevision, meChangedAt })
    }
    this.#users.set(userId, lately.size > 0 ? lately : undefined)
  }

  /** Whether the user's devices were sent this change, or a later one. */
  knows(userId: string, roomId: string, { meRevision }: OwnChange): boolean {
    const known = this.#users.get(userId)?.get(roomId)
    return known !== undefined && known.meRevision >= meRevision
  }

  delivered(userId: string, roomId: string, { meRevision, meChangedAt }: OwnChange): void {
    if (!this.#users.has(userId)) return
    const known = this.#users.get(userId) ?? new Map<string, OwnChange>()
    this.#users.set(userId, known.set(roomId, { meRevision, meChangedAt }))
  }

  /** Whether a row that the poll has found has to be sent. */
  isNews(row: OwnChangeRow): boolean {
    const { userId, roomId, joinedAt, meChangedAt } = row
    // A user who is not welcomed yet gets it all with the welcome, and `room.joined` has the state of a new member.
    if (!this.#users.has(userId) || meChangedAt?.getTime() === joinedAt.getTime()) return false
    return !this.knows(userId, roomId, row)
  }

  /** Forgets what the poll no longer finds. */
  forgetUntil(userId: string, since: Date): void {
    const known = this.#users.get(userId)
    if (!known) return
    for (const [roomId, { meChangedAt }] of known)
      if (meChangedAt === null || meChangedAt <= since) known.delete(roomId)
    if (known.size === 0) this.#users.set(userId, undefined)
  }

  forget(userId: string): void {
    this.#users.delete(userId)
  }
}
