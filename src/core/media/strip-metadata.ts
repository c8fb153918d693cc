import { crc32 } from 'node:zlib'
import { ChatError } from '../../contract/problems.js'
import { exifOf, orientationIn } from './formats/exif.js'
import { inWindows, type ReadAt, windowBytes } from './read-window.js'

/** A part of a file; its end is not in it. */
interface Span {
  start: number
  end: number
}

/** A part of the file as it is, or bytes in the place of one. */
export type Piece = Span | Buffer

/** So many pieces are written; a file of more was made to be a burden. */
const mostPieces = 10_000

/** So often a file is looked at, two or three times for each chunk, segment and frame: a decoder keeps a list of them. */
const mostLooks = 100_000

/** Pixels, times the scans of a JPEG: each scan of a progressive one goes over all of its pixels once more. */
const mostScanned = 750_000_000

type Walk = (at: ReadAt, byteSize: number) => AsyncGenerator<Piece>

/**
 * The pieces of a picture that make up what is seen: none that tells where, when, by whom or by what it was made, and
 * nothing that only hides behind its end. What is not known to be seen is left out, not the other way round. How it is
 * turned stays, as all that is left of its EXIF, so that no pixel is coded anew. Undefined where the file is not built as it
 * should be; the whole file where there is nothing to leave out.
 */
export async function withoutTraces(type: string, at: ReadAt, byteSize: number): Promise<Piece[] | undefined> {
  const walk = walks[type]
  if (!walk) return undefined
  const pieces: Piece[] = []
  let looks = 0
  const inWindow = inWindows(at)
  const counted: ReadAt = (offset, length) => {
    looks += 1
    if (looks > mostLooks) throw new RangeError('too many blocks')
    return inWindow(offset, length)
  }
  try {
    for await (const piece of walk(counted, byteSize)) {
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

/** What takes the place of EXIF: nothing, or the part that tells how the picture is turned, which may be all there was. */
async function* turnIn(at: ReadAt, span: Span, exifAt: number, wrap: (exif: Buffer) => Buffer): AsyncGenerator<Piece> {
  const whole = await at(span.start, Math.min(span.end - span.start, longestExif))
  const orientation = orientationIn(whole.subarray(exifAt))
  if (orientation === 1) return
  const own = wrap(exifOf(orientation))
  yield own.equals(whole) ? span : own
}

/** What a segment of a JPEG can hold; how a picture is turned stands at the beginning. */
const longestExif = 65_537

const pngChunks = new Set(
  (
    'IHDR PLTE IDAT IEND tRNS bKGD hIST sPLT sBIT pHYs ' +
    'cHRM gAMA iCCP sRGB cICP mDCV cLLI ' +
    'acTL fcTL fdAT'
  ).split(' '),
)

async function* png(at: ReadAt, byteSize: number): AsyncGenerator<Piece> {
  yield { start: 0, end: 8 }
  for (let start = 8; ; ) {
    // Cut off behind a chunk: decoders show it, and so it gets an end.
    if (start === byteSize) return yield pngChunk('IEND')
    const head = await at(start, 8)
    const end = start + 12 + head.readUInt32BE(0)
    const type = head.toString('latin1', 4)
    if (pngChunks.has(type)) yield { start, end }
    else if (type === 'eXIf' && end <= byteSize) yield* turnIn(at, { start, end }, 8, (exif) => pngChunk('eXIf', exif))
    if (type === 'IEND') return
    start = end
  }
}

function pngChunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type), data, Buffer.alloc(4)])
  chunk.writeUInt32BE(data.length)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
  return chunk
}

const webpChunks = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])

/** The header says how long all of it is, so it is written last and stands first. */
async function* webp(at: ReadAt, byteSize: number): AsyncGenerator<Piece> {
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
    } else if (webpChunks.has(type)) pieces.push({ start, end })
    else if (type === 'EXIF' && extended) {
      for await (const exif of turnIn(at, { start, end }, 8, webpExif)) {
        pieces.push(exif)
        extended.writeUInt8(extended.readUInt8(8) | exifFlag, 8)
      }
    }
    start = end
  }
  const length = pieces.reduce((sum, piece) => sum + lengthOf(piece), 4)
  // Nothing was left out: it is the file as it came.
  const isNew = pieces.some((piece) => Buffer.isBuffer(piece) && piece !== extended)
  if (length + 8 === byteSize && !isNew) return yield { start: 0, end: byteSize }
  header.writeUInt32LE(length, 4)
  yield header
  yield* pieces
}

const lengthOf = (piece: Piece): number => (Buffer.isBuffer(piece) ? piece.length : piece.end - piece.start)

function webpExif(exif: Buffer): Buffer {
  const head = Buffer.from('EXIF\0\0\0\0')
  head.writeUInt32LE(exif.length, 4)
  return Buffer.concat([head, exif])
}

const exifFlag = 0b1000

/** What says that there are EXIF and XMP. */
function withoutFlags(extended: Buffer): Buffer {
  const copy = Buffer.from(extended)
  copy.writeUInt8(copy.readUInt8(8) & ~0b1100, 8)
  return copy
}

/** Loops of an animation, and its colours. */
const gifApplications = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012'])

async function* gif(at: ReadAt, byteSize: number): AsyncGenerator<Piece> {
  const colours = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  let start = 13 + colours((await at(10, 1)).readUInt8())
  yield { start: 0, end: start }
  for (;;) {
    // Cut off behind a frame, as many are: decoders show it, and so it gets an end.
    if (start === byteSize) return yield Buffer.from([0x3b])
    const kind = (await at(start, 1)).readUInt8()
    if (kind === 0x3b) return yield { start, end: start + 1 }
    if (kind !== 0x21 && kind !== 0x2c) throw new RangeError('no block begins here')
    const isFrame = kind === 0x2c
    const end = await endOfBlocks(
      at,
      isFrame ? start + 11 + colours((await at(start + 9, 1)).readUInt8()) : start + 2,
      byteSize,
    )
    if (isFrame || (await isGifSeen(at, { start, end }))) yield { start, end }
    start = end
  }
}

/** Blocks of 255 bytes at most, of which an empty one is the last: millions of them are gone through where they lie. */
async function endOfBlocks(at: ReadAt, start: number, byteSize: number): Promise<number> {
  for (let offset = start; offset < byteSize; ) {
    const bytes = await at(offset, Math.min(blocksBytes, byteSize - offset))
    let next = 0
    while (next < bytes.length) {
      const size = bytes.readUInt8(next)
      next += size + 1
      if (size === 0) return offset + next
    }
    offset += next
  }
  throw new RangeError('no block is the last')
}

/** Most frames end within so much, and the next one is still in what was read. */
const blocksBytes = 4096

async function isGifSeen(at: ReadAt, { start, end }: Span): Promise<boolean> {
  const label = (await at(start + 1, 1)).readUInt8()
  // Time and transparency of the frame that follows.
  if (label === 0xf9) return true
  if (label !== 0xff || end - start < 14) return false
  return gifApplications.has((await at(start + 3, 11)).toString('latin1'))
}

/** What decoders need of the segments that applications have for themselves: how colours are meant. */
const jpegApplications: Record<number, string> = { 224: 'JFIF\0', 226: 'ICC_PROFILE\0', 238: 'Adobe' }

async function* jpeg(at: ReadAt, byteSize: number): AsyncGenerator<Piece> {
  let pixels = 0
  let scanned = 0
  yield { start: 0, end: 2 }
  for (let start = 2; ; ) {
    const marker = (await at(start, 2)).readUInt16BE() - 0xff00
    if (marker < 0xc0 || isRestart(marker)) throw new RangeError('no segment begins here')
    if (marker === 0xd9) return yield { start, end: start + 2 }
    let end = marker === 0xff ? start + 1 : start + 2 + (await at(start + 2, 2)).readUInt16BE()
    if (isFrame(marker)) {
      const size = await at(start + 5, 4)
      pixels = size.readUInt16BE(0) * size.readUInt16BE(2)
    }
    if (marker === 0xda) {
      scanned += pixels
      if (scanned > mostScanned) throw new ChatError('too_large', 'the picture has too many scans for its size')
      end = await endOfScan(at, end, byteSize)
    }
    if (await isJpegSeen(at, { start, end }, marker)) yield { start, end }
    else if (marker === 0xe1 && end <= byteSize) yield* turnIn(at, { start, end }, 4, jpegExif)
    start = end
  }
}

/** SOF0 to SOF15, but for the three markers among them that are no frames. */
export const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

function jpegExif(exif: Buffer): Buffer {
  const head = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1')
  head.writeUInt16BE(exif.length + 8, 2)
  return Buffer.concat([head, exif])
}

async function isJpegSeen(at: ReadAt, { start, end }: Span, marker: number): Promise<boolean> {
  const isApplication = marker >= 0xe0 && marker <= 0xef
  if (!isApplication) return marker !== 0xfe && marker !== 0xff
  const name = jpegApplications[marker]
  if (name === undefined || end - start < 4 + name.length) return false
  return (await at(start + 4, name.length)).toString('latin1') === name
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

const walks: Record<string, Walk> = { 'image/png': png, 'image/webp': webp, 'image/gif': gif, 'image/jpeg': jpeg }
