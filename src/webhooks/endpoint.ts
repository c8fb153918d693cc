/** After so many rooms that failed, and none that did not, it is the receiver that is away, and no matter of a room. */
const mostFailedRooms = 3
const [shortestPauseMs, longestPauseMs] = [1_000, 5 * 60_000]
/** Rooms that wait are told at once after a receiver was away for so long; after less, their own waits are short. */
const longAwayMs = 60_000

export interface EndpointOptions {
  /** How many rooms are told at once while the receiver answers. */
  concurrency: number
  /** The time, in ms. */
  now(): number
  /** Called when the receiver answers again that was away for long. */
  cameBack(): void
}

/** How a request went wrong. */
export interface EndpointFailure {
  roomId: string
  /** It would have gone wrong in any other room. */
  isOfAll: boolean
  /** What the receiver asked for, or 0. */
  waitMs: number
}

/**
 * Whether the receiver of a webhook is there, as this server sees it. While it is away one room is tried at a time, after a pause
 * that grows: however many rooms there are to tell, they do not all come at once.
 */
export class Endpoint {
  readonly #options: EndpointOptions
  readonly #failedRooms = new Set<string>()
  /** How often in a row a pause was followed by a failure; 0 while the receiver is there. */
  #pauses = 0
  #awaySince = 0
  #pausedUntil = 0

  constructor(options: EndpointOptions) {
    this.#options = options
  }

  /** How many rooms may be told at once. */
  places(): number {
    if (this.#pauses === 0) return this.#options.concurrency
    return this.#isPaused ? 0 : 1
  }

  answered(): void {
    this.#failedRooms.clear()
    if (this.#pauses === 0) return
    this.#pauses = 0
    if (this.#options.now() - this.#awaySince >= longAwayMs) this.#options.cameBack()
  }

  failed({ roomId, isOfAll, waitMs }: EndpointFailure): void {
    this.#failedRooms.add(roomId)
    if (this.#pauses === 0 && !isOfAll && this.#failedRooms.size < mostFailedRooms) return
    const now = this.#options.now()
    if (this.#pauses === 0) this.#awaySince = now
    // Requests that were under way together fail together, and that is one failure.
    if (!this.#isPaused) this.#pause(now, Math.min(shortestPauseMs * 2 ** this.#pauses, longestPauseMs))
    if (waitMs > 0) this.#pausedUntil = Math.max(this.#pausedUntil, now + waitMs)
  }

  #pause(now: number, ms: number): void {
    this.#pauses += 1
    this.#pausedUntil = now + ms * (0.75 + Math.random() / 2)
  }

  get #isPaused(): boolean {
    return this.#options.now() < this.#pausedUntil
  }
}
