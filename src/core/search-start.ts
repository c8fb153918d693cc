import type { Db } from '../store/client.js'
import type { Dialect, Range } from '../store/dialects/dialect.js'
import type { SearchBudget } from '../store/search-budget.js'
import { type Cut, cutsOf } from '../store/search-messages.js'
import { clocksApartMs } from './room-walk.js'

/** Where the search of a room is to begin: at its last message, by `seq`, that was not written after `until`, in ms. */
interface Start {
  roomId: string
  lastSeq: number
  until: number
}

/** A range is divided into so many parts at a time; at first they grow downwards, since most begin near their end. */
const parts = 8
/** So few messages are looked at without dividing them. */
const margin = 8
const mostAtOnce = 512
/** Looking up when a message was written, in rows that are gone through. */
const costOfTime = 1 / 16

/** Where to look for it: not above `high`, since all above it were written later, and most likely above `low`. */
interface Bounds extends Start {
  n: number
  low: number
  high: number
  /** What was found. */
  start: number
}

/** The `seq` to begin at in each of these rooms: several searches by halves, or rather eighths, all in the same statements. */
export async function startsOf(
  on: { db: Db; dialect: Dialect },
  starts: Start[],
  budget: SearchBudget,
): Promise<number[]> {
  const all = starts.map((start, n): Bounds => ({ ...start, n, low: 0, high: start.lastSeq, start: 0 }))
  // All are cut at the same moment, or at the one before it.
  for (const until of new Set(starts.map((start) => start.until))) {
    const some = all.filter((bounds) => bounds.until === until)
    const cuts = async (ranges: Range[], time: number): Promise<Cut[]> => {
      const found: Cut[] = []
      for (const chunk of chunksOf(ranges, on.dialect.searchedAtOnce.blocks)) {
        await budget.next()
        found.push(...(await cutsOf(on, chunk, new Date(time))))
        for (const { low, high } of chunk) budget.spend((high - low + 1) * costOfTime)
      }
      return found
    }
    // Above what was written later by more than clocks differ, nothing was written by then, in whatever order the rest is.
    const later = until + clocksApartMs
    for (;;) {
      const ranges = some.flatMap(probesOf)
      if (ranges.length === 0) break
      let isCloser = false
      for (const { n, before, behind } of await cuts(ranges, later)) {
        const bounds = all[n]
        if (!bounds) continue
        const { low, high } = bounds
        bounds.low = Math.max(low, before ?? 0)
        bounds.high = Math.min(high, (behind ?? Number.POSITIVE_INFINITY) - 1)
        isCloser ||= bounds.low > low || bounds.high < high
      }
      // Where the host has deleted rows, probes may find none; what is left is gone through below.
      if (!isCloser) break
    }
    // From there down, to the first that was.
    let open = some.filter(({ high }) => high > 0)
    for (let size = 2 * margin; open.length > 0; size = Math.min(4 * size, mostAtOnce)) {
      const ranges = open.map(({ n, roomId, high }): Range => ({ n, roomId, low: Math.max(1, high - size + 1), high }))
      const found = new Map((await cuts(ranges, until)).map(({ n, before }) => [n, before]))
      for (const { n, low } of ranges) {
        const bounds = all[n]
        const before = found.get(n) ?? null
        if (!bounds) continue
        bounds.start = before ?? 0
        bounds.high = before === null ? low - 1 : 0
      }
      open = open.filter(({ high }) => high > 0)
    }
  }
  return all.map(({ start }) => start)
}

/** The messages by which bounds come closer; none where they are close. */
function probesOf({ n, roomId, low, high, lastSeq }: Bounds): Range[] {
  if (high - low <= margin) return []
  const isFirst = low === 0 && high === lastSeq
  const seqs = Array.from({ length: parts - 1 }, (_, part) =>
    isFirst ? high - margin ** (part + 1) : low + Math.ceil(((high - low) * (part + 1)) / parts),
  ).filter((seq) => seq > low)
  return seqs.map((seq) => ({ n, roomId, low: seq, high: seq }))
}

/** Ranges in parts of which none has more than so many rows in all. */
function chunksOf(ranges: Range[], most: number): Range[][] {
  const chunks: Range[][] = []
  let rows = 0
  for (const range of ranges) {
    const size = range.high - range.low + 1
    const last = chunks.at(-1)
    if (last && rows + size <= most) {
      last.push(range)
      rows += size
    } else {
      chunks.push([range])
      rows = size
    }
  }
  return chunks
}
