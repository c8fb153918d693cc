import type { OwnChange, OwnChangeRow } from '../store/members.js'

/** How far back the safety poll looks: further than the clocks of servers are apart. */
const latelyMs = 5 * 60_000

/**
 * Of what users who are here changed lately for themselves in a room, what they know: so that the safety poll tells what
 * another server changed, and nobody tells it twice. A change is known by its number, and is forgotten once the poll no
 * longer finds it.
 */
export class MembershipState {
  readonly #users = new Map<string, Map<string, OwnChange>>()

  constructor(readonly clock: () => Date) {}

  /** What was changed at that time or before is not looked for. */
  get since(): Date {
    return new Date(this.clock().getTime() - latelyMs)
  }

  /** A device of theirs was welcomed with all of it. */
  welcomed(userId: string, rows: Iterable<OwnChange & { roomId: string }>): void {
    const known = this.#users.get(userId)
    if (known) {
      // Those that came before may know less than this one. Where it knows less than they do, the poll tells all again.
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
    this.#users.set(userId, lately)
  }

  /** Whether they were told of this change, or of a later one. */
  knows(userId: string, roomId: string, { meRevision }: OwnChange): boolean {
    const known = this.#users.get(userId)?.get(roomId)
    return known !== undefined && known.meRevision >= meRevision
  }

  delivered(userId: string, roomId: string, { meRevision, meChangedAt }: OwnChange): void {
    this.#users.get(userId)?.set(roomId, { meRevision, meChangedAt })
  }

  /** Whether what the poll has found is to be told. */
  isNews(row: OwnChangeRow): boolean {
    const { userId, roomId, joinedAt, meChangedAt } = row
    // Who is not welcomed yet will be with all of it; and `room.joined` tells what somebody is who has just joined.
    if (!this.#users.has(userId) || meChangedAt?.getTime() === joinedAt.getTime()) return false
    return !this.knows(userId, roomId, row)
  }

  /** The poll looks only for what was changed after that. */
  forgetUntil(userId: string, since: Date): void {
    const known = this.#users.get(userId)
    if (!known) return
    for (const [roomId, { meChangedAt }] of known)
      if (meChangedAt === null || meChangedAt <= since) known.delete(roomId)
  }

  forget(userId: string): void {
    this.#users.delete(userId)
  }
}
