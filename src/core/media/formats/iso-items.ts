import { Pace } from '../pace.js'
import type { Edit } from './format.js'
import type { Box, BoxReader } from './iso-boxes.js'

/** The types of items that are kept: coded pictures, and how they are put together. Other items are EXIF, XMP and the like. */
const seenItems = new Set('av01 hvc1 hev1 lhv1 avc1 vvc1 jpeg j2k1 unci grid iovl iden tmap'.split(' '))

/** Properties that hold a description or a time. Others are found by their position, so these stay, but empty. */
const toldProperties = new Set(['udes', 'altt', 'crtt', 'mdft'])

/** The edits that remove the metadata of a HEIF picture's items: their bytes and their names are overwritten. */
export async function* eraseItems(reader: BoxReader, meta: Box): AsyncGenerator<Edit> {
  const boxes = new Map<string, Box>()
  for await (const box of await reader.insideFull(meta)) boxes.set(box.type, box)
  const erased = new Set<number>()
  for await (const { id, typeAt, type } of itemsIn(reader, boxes.get('iinf'))) {
    if (seenItems.has(type)) continue
    erased.add(id)
    yield { start: typeAt, end: typeAt + 4, bytes: Buffer.from('skip') }
  }
  const data = boxes.get('idat')
  const pace = new Pace(partsAtOnce)
  for (const { id, start, length, isInside } of await extentsIn(reader, boxes.get('iloc'))) {
    if (pace.isDue()) await pace.turn()
    if (!erased.has(id)) continue
    const from = isInside ? (data?.content ?? 0) + start : start
    yield { start: from, end: from + length }
  }
  const properties = boxes.get('iprp')
  const list = properties && (await reader.find(properties, 'ipco'))
  if (!list) return
  for await (const { type, content, end } of reader.inside(list)) {
    if (toldProperties.has(type)) yield { start: Math.min(content + 4, end), end }
  }
}

interface Item {
  id: number
  type: string
  typeAt: number
}

async function* itemsIn(reader: BoxReader, info: Box | undefined): AsyncGenerator<Item> {
  if (!info) return
  const version = (await reader.at(info.content, 1)).readUInt8()
  for await (const box of reader.boxes(info.content + (version === 0 ? 6 : 8), info.end)) {
    if (box.type !== 'infe') continue
    const entry = await reader.contentOf(box)
    const form = entry.readUInt8(0)
    // Entries of older versions have no type, and hold no pictures.
    if (form < 2) continue
    const typeAt = form === 2 ? 8 : 10
    const id = form === 2 ? entry.readUInt16BE(4) : entry.readUInt32BE(4)
    yield { id, type: entry.toString('latin1', typeAt, typeAt + 4), typeAt: box.content + typeAt }
  }
}

/** A picture is stored in a few parts; a file that names more than this was made to do harm. */
const mostExtents = 20_000

/** How many parts are handled in one turn of the event loop. */
const partsAtOnce = 2000

interface Extent {
  id: number
  start: number
  length: number
  /** Whether it is in the box `idat`, not elsewhere in the file. */
  isInside: boolean
}

async function extentsIn(reader: BoxReader, locations: Box | undefined): Promise<Extent[]> {
  if (!locations) return []
  const table = await reader.contentOf(locations)
  let at = 6
  const take = (bytes: number): number => {
    at += bytes
    if (bytes === 8) return Number(table.readBigUInt64BE(at - bytes))
    return bytes === 0 ? 0 : table.readUIntBE(at - bytes, bytes)
  }
  const version = table.readUInt8(0)
  const sizes = [table.readUInt8(4) >> 4, table.readUInt8(4) & 15, table.readUInt8(5) >> 4, table.readUInt8(5) & 15]
  const [offsetSize = 0, lengthSize = 0, baseSize = 0, indexSize = 0] = sizes
  const count = take(version < 2 ? 2 : 4)
  const extents: Extent[] = []
  const pace = new Pace(partsAtOnce)
  for (let n = 0; n < count; n += 1) {
    const id = take(version < 2 ? 2 : 4)
    const method = version === 0 ? 0 : take(2) & 15
    take(2)
    const base = take(baseSize)
    const count = take(2)
    if (extents.length + count > mostExtents) throw new RangeError('too many parts')
    if (pace.isDue()) await pace.turn()
    for (let left = count; left > 0; left -= 1) {
      if (pace.isDue()) await pace.turn()
      if (version > 0) take(indexSize)
      const start = base + take(offsetSize)
      extents.push({ id, start, length: take(lengthSize), isInside: method === 1 })
    }
  }
  return extents
}
