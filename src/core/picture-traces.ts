import type { ReadAt } from './dimensions.js'

/** A part of a file; its end is not in it. */
interface Span {
  start: number
  end: number
}

/** A part of the file as it is, or bytes in the place of one. */
export type Piece = Span | Buffer

/** So many pieces are written; a file of more was made to be a burden. */
const mostPieces = 10_000

type Walk = (at: ReadAt, byteSize: number) => AsyncGenerator<Piece>

/**
 * The pieces of a picture that make up what is seen: none that tells where, when, by whom or by what it was made, and
 * nothing that only hides behind its end. What is not known to be seen is left out, not the other way round. Undefined
 * where the file is not built as it should be; the whole file where there is nothing to leave out.
 */
export async function withoutTraces(format: string, at: ReadAt, byteSize: number): Promise<Piece[] | undefined> {
  const walk = walks[format]
  if (!walk) return undefined
  const pieces: Piece[] = []
  try {
    for await (const piece of walk(inWindows(at), byteSize)) {
      const last = pieces.at(-1)
      if (last && !Buffer.isBuffer(last) && !Buffer.isBuffer(piece) && last.end === piece.start) last.end = piece.end
      else pieces.push(piece)
      if (pieces.length > mostPieces) return undefined
    }
  } catch (error) {
    // Read past the end of the file: it is cut off.
    if (error instanceof RangeError) return undefined
    throw error
  }
  return pieces
}

const windowBytes = 64 * 1024

/** Looks at a few bytes at a time, of which thousands lie side by side. Throws RangeError past the end. */
function inWindows(at: ReadAt): ReadAt {
  let start = 0
  let window: Buffer = Buffer.alloc(0)
  return async (offset, length) => {
    if (offset < start || offset + length > start + window.length) {
      window = await at(offset, Math.max(length, windowBytes))
      start = offset
    }
    if (window.length < length) throw new RangeError('past the end')
    return window.subarray(offset - start, offset - start + length)
  }
}

const pngChunks = new Set(
  (
    'IHDR PLTE IDAT IEND tRNS bKGD hIST sPLT sBIT pHYs ' +
    'cHRM gAMA iCCP sRGB cICP mDCV cLLI ' +
    'acTL fcTL fdAT'
  ).split(' '),
)

async function* png(at: ReadAt): AsyncGenerator<Piece> {
  yield { start: 0, end: 8 }
  for (let start = 8; ; ) {
    const head = await at(start, 8)
    const end = start + 12 + head.readUInt32BE(0)
    const type = head.toString('latin1', 4)
    if (pngChunks.has(type)) yield { start, end }
    if (type === 'IEND') return
    start = end
  }
}

const webpChunks = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])

/** The header says how long all of it is, so it is written last and stands first. */
async function* webp(at: ReadAt, byteSize: number): AsyncGenerator<Piece> {
  const header = Buffer.from(await at(0, 12))
  const all = Math.min(8 + header.readUInt32LE(4), byteSize)
  const pieces: Piece[] = []
  let length = 4
  for (let start = 12; start + 8 <= all; ) {
    const head = await at(start, 8)
    const type = head.toString('latin1', 0, 4)
    const size = head.readUInt32LE(4)
    const end = Math.min(start + 8 + size + (size % 2), all)
    if (type === 'VP8X') pieces.push(withoutFlags(await at(start, 18)))
    else if (webpChunks.has(type)) pieces.push({ start, end })
    if (type === 'VP8X' || webpChunks.has(type)) length += end - start
    start = end
  }
  // Nothing was left out: it is the file as it came.
  if (length + 8 === byteSize) return yield { start: 0, end: byteSize }
  header.writeUInt32LE(length, 4)
  yield header
  yield* pieces
}

/** What says that there are EXIF and XMP. */
function withoutFlags(extended: Buffer): Buffer {
  const copy = Buffer.from(extended)
  copy.writeUInt8(copy.readUInt8(8) & ~0b1100, 8)
  return copy
}

/** Loops of an animation, and its colours. */
const gifApplications = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012'])

async function* gif(at: ReadAt): AsyncGenerator<Piece> {
  const colours = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  let start = 13 + colours((await at(10, 1)).readUInt8())
  yield { start: 0, end: start }
  for (;;) {
    const kind = (await at(start, 1)).readUInt8()
    if (kind === 0x3b) return yield { start, end: start + 1 }
    if (kind !== 0x21 && kind !== 0x2c) throw new RangeError('no block begins here')
    const isFrame = kind === 0x2c
    let end = isFrame ? start + 11 + colours((await at(start + 9, 1)).readUInt8()) : start + 2
    for (let size = -1; size !== 0; end += size + 1) size = (await at(end, 1)).readUInt8()
    if (isFrame || (await isGifSeen(at, start))) yield { start, end }
    start = end
  }
}

async function isGifSeen(at: ReadAt, start: number): Promise<boolean> {
  const label = (await at(start + 1, 1)).readUInt8()
  // Time and transparency of the frame that follows.
  if (label === 0xf9) return true
  return label === 0xff && gifApplications.has((await at(start + 3, 11)).toString('latin1'))
}

/** What decoders need of the segments that applications have for themselves: how colours are meant. */
const jpegApplications: Record<number, string> = { 224: 'JFIF\0', 226: 'ICC_PROFILE\0', 238: 'Adobe' }

async function* jpeg(at: ReadAt, byteSize: number): AsyncGenerator<Piece> {
  yield { start: 0, end: 2 }
  for (let start = 2; ; ) {
    const marker = (await at(start, 2)).readUInt16BE() - 0xff00
    if (marker < 0xc0 || isRestart(marker)) throw new RangeError('no segment begins here')
    if (marker === 0xd9) return yield { start, end: start + 2 }
    let end = marker === 0xff ? start + 1 : start + 2 + (await at(start + 2, 2)).readUInt16BE()
    if (marker === 0xda) end = await endOfScan(at, end, byteSize)
    if (await isJpegSeen(at, start, marker)) yield { start, end }
    start = end
  }
}

async function isJpegSeen(at: ReadAt, start: number, marker: number): Promise<boolean> {
  const isApplication = marker >= 0xe0 && marker <= 0xef
  if (!isApplication) return marker !== 0xfe && marker !== 0xff
  const name = jpegApplications[marker]
  return name !== undefined && (await at(start + 4, name.length)).toString('latin1') === name
}

/** Where the next marker stands: in the bytes of a scan, 0xff is followed by 0 or by the number of a restart. */
async function endOfScan(at: ReadAt, start: number, byteSize: number): Promise<number> {
  for (let offset = start; offset + 2 <= byteSize; ) {
    const bytes = await at(offset, Math.min(windowBytes, byteSize - offset))
    let found = bytes.indexOf(0xff)
    while (found >= 0 && found + 1 < bytes.length) {
      const next = bytes.readUInt8(found + 1)
      if (next !== 0 && !isRestart(next)) return offset + found
      found = bytes.indexOf(0xff, found + 2)
    }
    offset += found < 0 ? bytes.length : found
  }
  throw new RangeError('no marker ends the scan')
}

const isRestart = (marker: number): boolean => (marker & 0xf8) === 0xd0

const walks: Record<string, Walk> = { png, webp, gif, jpeg }
