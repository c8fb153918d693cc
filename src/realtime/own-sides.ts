import type { OwnSideRow } from '../store/members.js'

type Known = Pick<OwnSideRow, 'lastReadSeq' | 'muted'>
type Times = Pick<OwnSideRow, 'joinedAt' | 'lastSeenAt'>

/** How far back is lately: further than the clocks of servers are apart. */
const latelyMs = 5 * 60_000

/**
 * What users who are here know of their own side of rooms, so that the safety poll tells what another server changed, and
 * no more. Kept only of rooms that were joined or read lately, which shows when, and of muted ones, of which nothing does.
 */
export class OwnSides {
  readonly #users = new Map<string, Map<string, Known>>()
  /** What the poll has found and told last, be it before whoever changed it has said so. */
  readonly #found = new Map<string, Map<string, Known>>()

  constructor(readonly clock: () => Date) {}

  get since(): Date {
    return new Date(this.clock().getTime() - latelyMs)
  }

  /** A device of theirs was welcomed with all of it; those that came before may not know yet. */
  welcomed(userId: string, rows: Iterable<Times & { roomId: string; welcome: Known }>): void {
    if (this.#users.has(userId)) return
    const { since } = this
    const known = new Map<string, Known>()
    for (const { roomId, welcome, ...times } of rows) {
      const { lastReadSeq, muted } = welcome
      if (isOnMind(muted, times, since)) known.set(roomId, { lastReadSeq, muted })
    }
    this.#users.set(userId, known)
  }

  knows(userId: string, roomId: string, { lastReadSeq, muted }: Known): boolean {
    const known = this.#users.get(userId)?.get(roomId)
    return known?.lastReadSeq === lastReadSeq && known.muted === muted
  }

  told(userId: string, roomId: string, { lastReadSeq, muted }: Known): void {
    this.#users.get(userId)?.set(roomId, { lastReadSeq, muted })
    this.#found.get(userId)?.delete(roomId)
  }

  /** The poll has found something, and told it. */
  found(userId: string, roomId: string, { lastReadSeq, muted }: Known): void {
    const rooms = this.#found.get(userId) ?? new Map<string, Known>()
    this.#found.set(userId, rooms.set(roomId, { lastReadSeq, muted }))
  }

  /** Whether what is to be told now is what the poll has found and told last: it reads what was committed a moment ago. */
  isFound(userId: string, roomId: string, { lastReadSeq, muted }: Known): boolean {
    const found = this.#found.get(userId)?.get(roomId)
    return found?.lastReadSeq === lastReadSeq && found.muted === muted
  }

  /** Who writes has read, which their devices know of themselves. */
  wrote(userId: string, roomId: string, seq: number): void {
    const known = this.#users.get(userId)
    if (known) known.set(roomId, { muted: known.get(roomId)?.muted ?? false, lastReadSeq: seq })
  }

  /** Their next time in the room begins anew. */
  left(userId: string, roomId: string): void {
    this.#users.get(userId)?.delete(roomId)
    this.#found.get(userId)?.delete(roomId)
  }

  forget(userId: string): void {
    this.#users.delete(userId)
    this.#found.delete(userId)
  }

  /** Takes what was read of one user, and returns the rooms in which it is news. */
  compare(userId: string, rows: OwnSideRow[]): string[] {
    const before = this.#users.get(userId)
    // Not welcomed yet.
    if (!before) return []
    const { since } = this
    const now = new Map<string, Known>()
    const justJoined = new Set<string>()
    for (const { roomId, lastReadSeq, muted, ...times } of rows) {
      if (isOnMind(muted, times, since)) now.set(roomId, { lastReadSeq, muted })
      // Of which nothing was told yet: `room.joined`, which is on its way, tells it.
      if (times.joinedAt > since && !before.has(roomId)) justJoined.add(roomId)
    }
    this.#users.set(userId, now)
    const isNews = ([roomId, { lastReadSeq, muted }]: [string, Known]) => {
      const known = before.get(roomId)
      if (justJoined.has(roomId)) return false
      return known?.lastReadSeq !== lastReadSeq || known.muted !== muted
    }
    const unmuted = [...before].filter(([roomId, { muted }]) => muted && !now.has(roomId))
    const news = [...[...now].filter(isNews), ...unmuted].map(([roomId]) => roomId)
    // Known once it was told; by then it may be: what was read here may be older than what was done here meanwhile.
    for (const roomId of news) {
      const known = before.get(roomId)
      if (known) now.set(roomId, known)
      else now.delete(roomId)
    }
    return news
  }
}

const isOnMind = (isMuted: boolean, { joinedAt, lastSeenAt }: Times, since: Date): boolean =>
  isMuted || joinedAt > since || (lastSeenAt !== null && lastSeenAt > since)
