const most = 500

/** Databases limit the values of a statement. The chunks run one after the other, so that one large request does not take every connection. */
export async function inChunks<Item, Result>(
  items: Item[],
  each: (some: Item[]) => PromiseLike<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let n = 0; n < items.length; n += most) results.push(await each(items.slice(n, n + most)))
  return results
}

/**
 * Groups neighbours up to a total weight and up to `mostItems`. An item that is heavier than the total is a group of its own.
 */
export function* portionsOf<Item>(
  items: Iterable<Item>,
  weightOf: (item: Item) => number,
  mostWeight: number,
  mostItems = Number.POSITIVE_INFINITY,
): Generator<Item[]> {
  let portion: Item[] = []
  let weight = 0
  for (const item of items) {
    const more = weightOf(item)
    if (portion.length > 0 && (portion.length === mostItems || weight + more > mostWeight)) {
      yield portion
      portion = []
      weight = 0
    }
    portion.push(item)
    weight += more
  }
  if (portion.length > 0) yield portion
}
