import type { Box, BoxReader, Edit } from './iso-boxes.js'

/** Where the samples of a track are in the file, chunk by chunk. */
export async function* samplesOf(reader: BoxReader, trak: Box): AsyncGenerator<Edit> {
  const table = await reader.find(trak, 'mdia', 'minf', 'stbl')
  if (!table) return
  const contents = new Map<string, Buffer>()
  for await (const box of reader.inside(table)) {
    if (/^(stsc|stsz|stco|co64)$/.test(box.type)) contents.set(box.type, await reader.contentOf(box))
  }
  const offsets = offsetsIn(contents)
  const bytesOf = sizesIn(contents)
  const runs = runsIn(contents)
  let sample = 0
  for (const [n, start] of offsets.entries()) {
    while (runs[1] && runs[1].firstChunk <= n + 1) runs.shift()
    const next = sample + (runs[0]?.samples ?? 0)
    const bytes = bytesOf(sample, next)
    if (bytes > 0) yield { start, end: start + bytes }
    sample = next
  }
}

/** Throws RangeError where a table says that it is longer than it is. */
function* entries(table: Buffer | undefined, countAt: number, size: number): Generator<number> {
  if (!table) return
  const count = table.readUInt32BE(countAt)
  if (countAt + 4 + count * size > table.length) throw new RangeError('a table is cut off')
  for (let n = 0; n < count; n += 1) yield countAt + 4 + n * size
}

function offsetsIn(contents: Map<string, Buffer>): number[] {
  const [short, long] = [contents.get('stco'), contents.get('co64')]
  if (short) return [...entries(short, 4, 4)].map((at) => short.readUInt32BE(at))
  return [...entries(long, 4, 8)].map((at) => Number(long?.readBigUInt64BE(at)))
}

function runsIn(contents: Map<string, Buffer>): { firstChunk: number; samples: number }[] {
  const table = contents.get('stsc') ?? Buffer.alloc(8)
  return [...entries(table, 4, 12)].map((at) => ({
    firstChunk: table.readUInt32BE(at),
    samples: table.readUInt32BE(at + 4),
  }))
}

/** How many bytes the samples from one to another take; past the last one there are none. */
function sizesIn(contents: Map<string, Buffer>): (from: number, to: number) => number {
  const table = contents.get('stsz')
  if (!table) throw new RangeError('a track without sizes')
  const [same, count] = [table.readUInt32BE(4), table.readUInt32BE(8)]
  if (same > 0) return (from, to) => Math.max(0, Math.min(to, count) - from) * same
  const sizes = [...entries(table, 8, 4)].map((at) => table.readUInt32BE(at))
  return (from, to) => sizes.slice(from, to).reduce((sum, size) => sum + size, 0)
}
