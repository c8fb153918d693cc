import type { Db } from '../store/client.js'
import type { Dialect, Range } from '../store/dialects/dialect.js'
import { fold } from '../store/search.js'
import { askBlocks } from '../store/search-blocks.js'
import type { SearchBudget } from '../store/search-budget.js'
import { readRanges, type SearchedRow, type Wanted } from '../store/search-messages.js'
import { RoomQueue } from './room-queue.js'
import { newestFirst, type Place, type RoomWalk, type WalkStart } from './room-walk.js'

/** So many rooms are gone on with by the first statement, and twice as many by each that follows. */
const firstRooms = 16

/** A block that is asked costs a part of what a message does that is gone through. */
const costOfBlock = 1 / 16

export interface Found {
  id: string
  place: Place
}

interface Search {
  db: Db
  dialect: Dialect
  wanted: Wanted
  /** Things that a block must know of. */
  tokens: number[]
  /** Nothing is looked for that was written at this time or before, in ms, or at that one or later. */
  after: number
  before: number
  limit: number
  /** Messages of one statement. */
  messagesAtOnce: number
  budget: SearchBudget
}

/**
 * The newest messages of several rooms that are what is wanted, and behind which place to go on; undefined where that was
 * all. Rooms go down together: what was found counts once no room has anything newer left. Where the budget is spent
 * before, the page ends there; it is always further down than the page before.
 */
export async function searchRooms(
  search: Search,
  starts: WalkStart[],
): Promise<{ found: Found[]; rest: Place | undefined }> {
  const { limit, after, budget } = search
  const queue = new RoomQueue(starts)
  let found: Found[] = []
  let first: Place | undefined
  for (let rooms = firstRooms; ; rooms *= 2) {
    const last = found[limit]?.place
    const isWanted = (place: Place | undefined): place is Place =>
      place !== undefined && place.at > after && (last === undefined || newestFirst(place, last) < 0)
    const next = queue.newest
    if (!isWanted(next)) break
    first ??= next
    if (budget.isSpent && newestFirst(first, next) < 0) {
      const newer = found.filter((one) => newestFirst(one.place, next) < 0)
      return cut(newer, limit) ?? { found: newer, rest: { ...next, seq: next.seq + 1 } }
    }
    const open = [queue.take() as RoomWalk]
    const isToAsk = open[0]?.blocksToAsk !== undefined
    // Of more rooms than rows, one statement asks nothing, and to take them out and put them back costs as well.
    const most = Math.min(rooms, isToAsk ? search.dialect.searchedAtOnce.blocks : search.messagesAtOnce)
    while (open.length < most && isWanted(queue.newest)) open.push(queue.take() as RoomWalk)
    if (isToAsk) await ask(search, open)
    else found = [...found, ...(await read(search, open))].sort((a, b) => newestFirst(a.place, b.place))
    for (const walk of open) queue.put(walk)
    // What is not shown on this page is found again by the next.
    found = found.slice(0, limit + 1)
  }
  return cut(found, limit) ?? { found, rest: undefined }
}

/** A page, where there is more than one. */
function cut(found: Found[], limit: number): { found: Found[]; rest: Place | undefined } | undefined {
  return found.length > limit ? { found: found.slice(0, limit), rest: found[limit - 1]?.place } : undefined
}

/** Ranges of the walks that are furthest behind, as many as one statement takes. */
function rangesOf(
  open: RoomWalk[],
  most: number,
  rangeOf: (walk: RoomWalk) => { low: number; high: number } | undefined,
): Range[] {
  const ranges: Range[] = []
  let rows = 0
  for (const [n, walk] of open.entries()) {
    const range = rangeOf(walk)
    if (!range) continue
    // The highest of one that is too large; its walk goes on from there.
    const low = Math.max(range.low, range.high - most + 1)
    rows += range.high - low + 1
    if (rows > most && ranges.length > 0) break
    ranges.push({ n, roomId: walk.roomId, low, high: range.high })
  }
  return ranges
}

async function ask(search: Search, open: RoomWalk[]): Promise<void> {
  const { budget, dialect, tokens } = search
  const ranges = rangesOf(open, dialect.searchedAtOnce.blocks, (walk) => walk.blocksToAsk)
  await budget.next()
  const said = await askBlocks(search, ranges, tokens)
  for (const { n, low, high } of ranges) {
    open[n]?.takeBlocks(low, said.get(n) ?? [])
    budget.spend((high - low + 1) * costOfBlock)
  }
}

async function read(search: Search, open: RoomWalk[]): Promise<Found[]> {
  const { budget, wanted, after, before, messagesAtOnce } = search
  const ranges = rangesOf(open, messagesAtOnce, (walk) => walk.next)
  await budget.next()
  const rows = await readRanges(search, ranges, wanted)
  const byRange = new Map<number, SearchedRow[]>()
  for (const row of rows) byRange.set(row.n, [...(byRange.get(row.n) ?? []), row])
  const found: Found[] = []
  for (const { n, low, high } of ranges) {
    const walk = open[n]
    if (!walk) continue
    if (walk.next?.isIndexed) budget.spend(high - low + 1)
    else budget.spendUnindexed(high - low + 1)
    let writtenAt = Number.POSITIVE_INFINITY
    for (const row of (byRange.get(n) ?? []).sort((a, b) => b.seq - a.seq)) {
      const at = row.createdAt.getTime()
      writtenAt = Math.min(writtenAt, at)
      if (row.text === null || at <= after || at >= before || at > walk.until) continue
      if (wanted.text !== undefined) {
        await budget.look(row.text)
        if (!fold(row.text).includes(wanted.text)) continue
      }
      found.push({ id: row.id, place: walk.placeOf(row.seq, at) })
    }
    walk.took(low, writtenAt)
  }
  return found
}
