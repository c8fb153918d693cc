interface Reading {
  /** When that was, by the clock of this process, which never jumps. */
  at: number
  clock: number
}

/**
 * What the clock of the database said lately. It may be set to another time meanwhile, so looking back is more than to
 * subtract from its last word.
 */
export class DatabaseClock {
  #readings: Reading[] = []

  forget(): void {
    this.#readings = []
  }

  /** `at` is not after the moment in which the clock said this. */
  read(at: number, clock: number): void {
    this.#readings.push({ at, clock })
  }

  /** Forgets what only looking back to before that moment would take. */
  forgetUntil(at: number): void {
    while (this.#readings[1] && this.#readings[1].at <= at) this.#readings.shift()
  }

  /** The earliest that it can have said since that moment; undefined while nothing is known of it. */
  earliestSince(moment: number): number | undefined {
    const [first] = this.#readings
    if (!first) return undefined
    // Of the time before its first word nothing is known but that it passed.
    let earliest = first.at > moment ? first.clock - (first.at - moment) : Number.POSITIVE_INFINITY
    for (const [n, { at, clock }] of this.#readings.entries()) {
      const next = this.#readings[n + 1]
      if (next && next.at <= moment) continue
      const from = Math.max(at, moment)
      // It went on from what it said, or was set to another time right after and went on from there.
      const others = next ? [next.clock - (next.at - from)] : []
      earliest = Math.min(earliest, clock + (from - at), ...others)
    }
    return earliest
  }
}
