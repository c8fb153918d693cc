/** A promise that is kept from outside. */
class Deferred {
  resolve: () => void = () => undefined
  readonly promise = new Promise<void>((resolve) => {
    this.resolve = resolve
  })
}

const now = Promise.resolve()

interface Lane {
  /** All that was asked has begun, and what must end before the next may begin has ended. */
  begun: Promise<unknown>
  ended: Promise<unknown>
  answered: Promise<unknown>
  inside: number
}

/** When it is one's turn to begin, and then to be answered. */
export interface Turn {
  /** Does the work once it is its turn; throws what `refuse` gives where it should not be done any more by then. */
  take<T>(work: () => Promise<T>, refuse: () => Error | undefined): Promise<T>
  /** There is nothing to do, where it was not taken; what was taken and is late goes on. */
  pass(): void
  /** Resolves once all before it were answered. */
  readonly answerable: Promise<unknown>
  /** It was answered too. */
  leave(): void
}

/**
 * What is asked in the same place takes effect one after the other, and is answered in that order; what is asked in
 * different places does not wait for each other. The places are taken when something is asked, so whatever it waits for
 * before it can begin changes nothing.
 */
export class Order {
  readonly #lanes = new Map<string, Lane>()

  /** Where `flows`, it keeps the order by itself among its like: each begins as soon as the one before has begun. */
  enter(places: readonly string[], flows: boolean): Turn {
    const lanes = [...new Set(places)].map((place) => this.#laneOf(place))
    const allOf = (promises: Promise<unknown>[]) => (promises.length === 1 ? promises[0] : Promise.all(promises))
    const before = allOf(lanes.map((lane) => (flows ? lane.begun : lane.ended)))
    const answerable = Promise.resolve(allOf(lanes.map((lane) => lane.answered)))
    const [begun, ended, answered] = [new Deferred(), new Deferred(), new Deferred()]
    for (const lane of lanes) {
      lane.inside += 1
      lane.begun = flows ? begun.promise : ended.promise
      lane.ended = flows ? Promise.all([lane.ended, ended.promise]) : ended.promise
      lane.answered = answered.promise
    }
    const end = () => {
      begun.resolve()
      ended.resolve()
    }
    Promise.all([ended.promise, answered.promise]).then(() => this.#leave(places, lanes))
    let isTaken = false
    return {
      async take(work, refuse) {
        isTaken = true
        try {
          await before
          const refusal = refuse()
          if (refusal) throw refusal
          const going = work()
          begun.resolve()
          return await going
        } finally {
          end()
        }
      },
      pass() {
        if (!isTaken) Promise.resolve(before).then(end)
      },
      answerable,
      leave: answered.resolve,
    }
  }

  #laneOf(place: string): Lane {
    const existing = this.#lanes.get(place)
    if (existing) return existing
    const lane = { begun: now, ended: now, answered: now, inside: 0 }
    this.#lanes.set(place, lane)
    return lane
  }

  #leave(places: readonly string[], lanes: readonly Lane[]): void {
    for (const lane of lanes) lane.inside -= 1
    for (const place of places) if (this.#lanes.get(place)?.inside === 0) this.#lanes.delete(place)
  }
}
