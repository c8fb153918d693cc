import { strippedExif } from './exif.js'
import type { Format, Piece } from './format.js'
import { strippedBy, type Walk } from './pieces.js'

const seenChunks = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])

/** The header has the length of the whole file, so it comes first and is made last. */
const seen: Walk = async function* (at, byteSize) {
  const header = Buffer.from(await at(0, 12))
  const all = Math.min(8 + header.readUInt32LE(4), byteSize)
  const pieces: Piece[] = []
  let extended: Buffer | undefined
  for (let start = 12; start + 8 <= all; ) {
    const head = await at(start, 8)
    const type = head.toString('latin1', 0, 4)
    const size = head.readUInt32LE(4)
    const end = Math.min(start + 8 + size + (size % 2), all)
    if (type === 'VP8X') {
      extended = withoutFlags(await at(start, 18))
      pieces.push(extended)
    } else if (seenChunks.has(type)) pieces.push({ start, end })
    else if (type === 'EXIF' && extended) {
      for await (const exif of strippedExif(at, { start, end }, 8, exifChunk)) {
        pieces.push(exif)
        extended.writeUInt8(extended.readUInt8(8) | exifFlag, 8)
      }
    }
    start = end
  }
  const length = pieces.reduce((sum, piece) => sum + lengthOf(piece), 4)
  // Nothing was left out, so the file stays as it was.
  const isNew = pieces.some((piece) => Buffer.isBuffer(piece) && piece !== extended)
  if (length + 8 === byteSize && !isNew) return yield { start: 0, end: byteSize }
  header.writeUInt32LE(length, 4)
  yield header
  yield* pieces
}

const lengthOf = (piece: Piece): number => (Buffer.isBuffer(piece) ? piece.length : piece.end - piece.start)

function exifChunk(exif: Buffer): Buffer {
  const head = Buffer.from('EXIF\0\0\0\0')
  head.writeUInt32LE(exif.length, 4)
  return Buffer.concat([head, exif])
}

const exifFlag = 0b1000

/** The flags for EXIF and XMP. */
function withoutFlags(extended: Buffer): Buffer {
  const copy = Buffer.from(extended)
  copy.writeUInt8(copy.readUInt8(8) & ~0b1100, 8)
  return copy
}

export const webp: Format = {
  async measure(at) {
    const head = await at(0, 30)
    if (head.length < 30) return undefined
    const kind = head.toString('latin1', 12, 16)
    if (kind === 'VP8X') return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 }
    if (kind === 'VP8 ') return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff }
    if (kind !== 'VP8L') return undefined
    const bits = head.readUInt32LE(21)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  },
  strip: strippedBy(seen),
}
