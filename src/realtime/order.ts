/** A promise that is resolved from outside. */
class Deferred {
  resolve: () => void = () => undefined
  readonly promise = new Promise<void>((resolve) => {
    this.resolve = resolve
  })
}

const now = Promise.resolve()

interface Lane {
  /** All commands have begun, and those that must end before the next may begin have ended. */
  begun: Promise<unknown>
  ended: Promise<unknown>
  answered: Promise<unknown>
  inside: number
}

/** The turn of a command: when it may begin, and then when it may be answered. */
export interface Turn {
  /** Does the work when its turn comes; throws the error of `refuse` if it should not be done any more by then. */
  take<T>(work: () => Promise<T>, refuse: () => Error | undefined): Promise<T>
  /** Ends the turn if the work was not taken; work that was taken and is late goes on. */
  pass(): void
  /** Resolves once all commands before it were answered. */
  readonly answerable: Promise<unknown>
  /** This command was answered, too. */
  leave(): void
}

/**
 * Commands with the same place take effect one after the other, and are answered in that order; commands with different places
 * do not wait for each other. A command takes its places when it arrives, so what it waits for before it can begin does not
 * change the order.
 */
export class Order {
  readonly #lanes = new Map<string, Lane>()

  /** With `flows`, a command begins as soon as the one before has begun: such commands keep their order by themselves. */
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
