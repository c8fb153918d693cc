const most = 500

/** Databases bound how many values a statement takes. One after the other: an outsized wish is not to take every connection. */
export async function inChunks<Item, Result>(
  items: Item[],
  each: (some: Item[]) => PromiseLike<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let n = 0; n < items.length; n += most) results.push(await each(items.slice(n, n + most)))
  return results
}
