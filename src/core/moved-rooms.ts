import type { MovedRooms } from '../store/moved-rooms.js'
import { DatabaseClock } from './database-clock.js'

/** How long a change may take from its stamp to its end to be found by the next look: nearly all take some ms. */
const nearMs = 3_000
/** The same for a look that comes less often, since it reads more: longer than a transaction of ours may last. */
const farMs = 40_000
const farEveryMs = 10_000
/** In this time each room is looked at once by its key, for whatever came even later. */
const roundMs = 5 * 60_000

/** Nothing is stamped later. */
const never = Number.MAX_SAFE_INTEGER

export interface MovedRoomsParts {
  /** The rooms that are stamped with that time of the database's clock, or a later one. */
  movedSince(clock: number): Promise<MovedRooms>
  /** Where rooms stand. */
  revisions(roomIds: string[]): Promise<{ id: string; revision: number }[]>
  /** The rooms that somebody here hears of, in an array of its own. */
  roomIds(): string[]
  /** A room may have come to this revision. */
  moved(roomId: string, revision: number): void
}

/**
 * Finds which rooms moved, whoever moved them: by the stamps that changes leave on their rooms, so what is read grows with
 * what happened, and not with the rooms that there are. A change is stamped before it is committed, and seen after, so
 * each look begins some time before the one before.
 */
export class MovedRoomsPoll {
  readonly #parts: MovedRoomsParts
  readonly #clock = new DatabaseClock()
  #lookedAt = 0
  #lookedFarAt = 0
  /** The rooms that this round has not come to yet. */
  #round: string[] = []
  #roundSize = 0

  constructor(parts: MovedRoomsParts) {
    this.#parts = parts
  }

  /** From now on everything is found that moves; what moved before is not looked for. */
  start(): void {
    this.#clock.forget()
    this.#lookedAt = this.#lookedFarAt = performance.now()
    this.#round = []
  }

  async poll(): Promise<void> {
    const at = performance.now()
    const sinceMs = at - this.#lookedAt
    const isFar = at - this.#lookedFarAt >= farEveryMs
    await this.#look(at, isFar ? this.#lookedFarAt - farMs : this.#lookedAt - nearMs)
    this.#lookedAt = at
    if (isFar) this.#lookedFarAt = at
    this.#clock.forgetUntil(this.#lookedFarAt - farMs)
    await this.#lookAtSome(sinceMs)
  }

  async #look(at: number, moment: number): Promise<void> {
    const { movedSince } = this.#parts
    const since = this.#clock.earliestSince(moment) ?? never
    const { clock, rooms } = await movedSince(since)
    this.#tell(rooms)
    this.#clock.read(at, clock)
    // Only now is it known where the clock stands, which may have been put back since the last look.
    const needed = this.#clock.earliestSince(moment) ?? never
    if (needed < since) this.#tell((await movedSince(needed)).rooms)
  }

  async #lookAtSome(sinceMs: number): Promise<void> {
    if (this.#round.length === 0) {
      this.#round = this.#parts.roomIds()
      this.#roundSize = this.#round.length
    }
    const some = this.#round.splice(-Math.ceil((this.#roundSize * sinceMs) / roundMs))
    if (some.length > 0) this.#tell(await this.#parts.revisions(some))
  }

  #tell(rooms: { id: string; revision: number }[]): void {
    for (const { id, revision } of rooms) this.#parts.moved(id, revision)
  }
}
