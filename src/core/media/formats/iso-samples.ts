import { Pace } from '../pace.js'
import type { Edit } from './format.js'
import type { Box, BoxReader } from './iso-boxes.js'

/** Where the samples of a track are in the file, chunk by chunk. The tables of a track may have a million rows. */
export async function* samplesOf(reader: BoxReader, trak: Box): AsyncGenerator<Edit> {
  const table = await reader.find(trak, 'mdia', 'minf', 'stbl')
  if (!table) return
  const contents = new Map<string, Buffer>()
  for await (const box of reader.inside(table)) {
    if (/^(stsc|stsz|stco|co64)$/.test(box.type)) contents.set(box.type, await reader.contentOf(box))
  }
  const offsets = offsetsIn(contents)
  const { same, count, sizes } = sizesIn(contents)
  const runs = rowsOf(contents.get('stsc') ?? Buffer.alloc(8), 4, 12)
  const pace = new Pace(stepsAtOnce)
  let run = 0
  let sample = 0
  for (let n = 0; n < offsets.count; n += 1) {
    if (pace.isDue()) await pace.turn()
    for (; run + 1 < runs.count && runs.at(run + 1) <= n + 1; run += 1) if (pace.isDue()) await pace.turn()
    const next = sample + (run < runs.count ? runs.at(run, 4) : 0)
    // There are no samples after the last one.
    const end = Math.min(next, count)
    let bytes = same * Math.max(0, end - sample)
    for (let at = sample; same === 0 && at < end; at += 1) {
      bytes += sizes.at(at)
      if (pace.isDue()) await pace.turn()
    }
    const start = offsets.at(n)
    if (bytes > 0) yield { start, end: start + bytes }
    sample = next
  }
}

/** How many rows are handled in one turn of the event loop. */
const stepsAtOnce = 1000

interface Rows {
  count: number
  /** The number in row `n`, `offset` bytes after its beginning. */
  at(n: number, offset?: number): number
}

/** The rows of a table. Throws RangeError if it claims to be longer than it is. */
function rowsOf(table: Buffer, countAt: number, size: number): Rows {
  const count = table.readUInt32BE(countAt)
  if (countAt + 4 + count * size > table.length) throw new RangeError('a table is cut off')
  return { count, at: (n, offset = 0) => table.readUInt32BE(countAt + 4 + n * size + offset) }
}

function offsetsIn(contents: Map<string, Buffer>): Rows {
  const short = contents.get('stco')
  if (short) return rowsOf(short, 4, 4)
  const long = rowsOf(contents.get('co64') ?? Buffer.alloc(8), 4, 8)
  return { count: long.count, at: (n) => long.at(n) * 2 ** 32 + long.at(n, 4) }
}

/** The sizes of the samples: one for all, or one for each. */
function sizesIn(contents: Map<string, Buffer>): { same: number; count: number; sizes: Rows } {
  const table = contents.get('stsz')
  if (!table) throw new RangeError('a track without sizes')
  const [same, count] = [table.readUInt32BE(4), table.readUInt32BE(8)]
  return { same, count, sizes: same > 0 ? { count: 0, at: () => 0 } : rowsOf(table, 8, 4) }
}
