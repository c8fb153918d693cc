import type { Db } from '../store/client.js'
import type { Dialect, Range } from '../store/dialects/dialect.js'
import type { SearchBudget } from '../store/search-budget.js'
import { timesOf } from '../store/search-messages.js'

/** Where the search of a room is to begin: at the last message that was not written after `until`, in ms. */
interface Start {
  roomId: string
  lastSeq: number
  until: number
}

/** A range is divided into so many parts at a time. */
const parts = 8
/** The clocks of two servers may differ: so many messages above are looked at, too. */
const margin = 8
/** Looking up when a message was written, in rows that are gone through. */
const costOfTime = 1 / 16

/** The `seq` to begin at in each of these rooms: several searches by halves, or rather eighths, all in the same statements. */
export async function startsOf(
  on: { db: Db; dialect: Dialect },
  starts: Start[],
  budget: SearchBudget,
): Promise<number[]> {
  const found = starts.map(({ lastSeq }) => ({ low: 0, high: lastSeq }))
  const read = async (ranges: Range[]): Promise<Map<number, { seq: number; isBefore: boolean }[]>> => {
    const times = new Map<number, { seq: number; isBefore: boolean }[]>()
    for (const some of chunksOf(ranges, on.dialect.searchedAtOnce.blocks)) {
      await budget.next()
      for (const { n, seq, createdAt } of await timesOf(on, some)) {
        const isBefore = createdAt.getTime() <= (starts[n]?.until ?? 0)
        times.set(n, [...(times.get(n) ?? []), { seq, isBefore }])
        budget.spend(costOfTime)
      }
    }
    return times
  }
  for (;;) {
    const ranges = found.flatMap(({ low, high }, n): Range[] => {
      if (high - low <= margin) return []
      const roomId = starts[n]?.roomId ?? ''
      return Array.from({ length: parts - 1 }, (_, part) => {
        const seq = low + Math.ceil(((high - low) * (part + 1)) / parts)
        return { n, roomId, low: seq, high: seq }
      })
    })
    if (ranges.length === 0) break
    for (const [n, times] of await read(ranges)) {
      const range = found[n]
      if (!range) continue
      range.low = Math.max(range.low, ...times.flatMap(({ seq, isBefore }) => (isBefore ? seq : [])))
      const above = times.flatMap(({ seq, isBefore }) => (!isBefore && seq > range.low ? seq : []))
      range.high = Math.min(range.high, ...above.map((seq) => seq - 1))
    }
  }
  const last = found.map(({ low, high }, n): Range => {
    const { roomId = '', lastSeq = 0 } = starts[n] ?? {}
    return { n, roomId, low: low + 1, high: Math.min(high + margin, lastSeq) }
  })
  const times = await read(last.filter(({ low, high }) => low <= high))
  return found.map(({ low }, n) =>
    Math.max(low, ...(times.get(n) ?? []).flatMap(({ seq, isBefore }) => (isBefore ? seq : []))),
  )
}

/** Ranges in parts of which none has more than so many rows in all. */
export function chunksOf(ranges: Range[], most: number): Range[][] {
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
