import { setImmediate } from 'node:timers/promises'

/** Long work lets others run once in so many steps, so that it never holds the event loop for long. */
export class Pace {
  #steps = 0

  constructor(readonly most: number) {}

  /** Counts one more step, and returns whether it is time to let others run. */
  isDue(): boolean {
    this.#steps += 1
    return this.#steps % this.most === 0
  }

  /** Resolves once everything else that waits has had its turn. */
  turn(): Promise<void> {
    return setImmediate()
  }
}

/** Sorts the items, a piece at a time. */
export async function sortedInTurns<Item>(items: readonly Item[], order: (one: Item, other: Item) => number) {
  const pace = new Pace(pieceLength)
  let runs: Item[][] = []
  for (let at = 0; at < items.length; at += pieceLength) {
    runs.push(items.slice(at, at + pieceLength).sort(order))
    await pace.turn()
  }
  while (runs.length > 1) {
    const merged: Item[][] = []
    for (let n = 0; n < runs.length; n += 2) merged.push(await inOneInTurns(runs[n] ?? [], runs[n + 1] ?? [], order))
    runs = merged
  }
  return runs[0] ?? []
}

/** How many items are sorted or merged in one turn of the event loop. */
const pieceLength = 512

/** Merges two sorted lists. */
export async function inOneInTurns<Item>(
  some: Item[],
  others: Item[],
  order: (one: Item, other: Item) => number,
): Promise<Item[]> {
  const pace = new Pace(pieceLength)
  const all: Item[] = []
  let [n, m] = [0, 0]
  while (n < some.length || m < others.length) {
    if (pace.isDue()) await pace.turn()
    const isFirst = m >= others.length || (n < some.length && order(some[n] as Item, others[m] as Item) <= 0)
    all.push((isFirst ? some[n++] : others[m++]) as Item)
  }
  return all
}
