import { ChatError } from '../../../contract/problems.js'
import { inWindows, type ReadAt, windowBytes } from '../read-window.js'
import { strippedExif } from './exif.js'
import type { Format, Span } from './format.js'
import { strippedBy, type Walk } from './pieces.js'

/** The most pixels, multiplied by the scans: a decoder goes through all pixels once for each scan of a progressive picture. */
const mostScanned = 750_000_000

/** The application segments that decoders need, because they say how colours are meant. */
const seenApplications: Record<number, string> = { 224: 'JFIF\0', 226: 'ICC_PROFILE\0', 238: 'Adobe' }

const seen: Walk = async function* (at, byteSize) {
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
    if (await isSeen(at, { start, end }, marker)) yield { start, end }
    else if (marker === 0xe1 && end <= byteSize) yield* strippedExif(at, { start, end }, 4, exifSegment)
    start = end
  }
}

/** SOF0 to SOF15, without the three markers among them that are no frames. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

const isRestart = (marker: number): boolean => (marker & 0xf8) === 0xd0

function exifSegment(exif: Buffer): Buffer {
  const head = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1')
  head.writeUInt16BE(exif.length + 8, 2)
  return Buffer.concat([head, exif])
}

async function isSeen(at: ReadAt, { start, end }: Span, marker: number): Promise<boolean> {
  const isApplication = marker >= 0xe0 && marker <= 0xef
  if (!isApplication) return marker !== 0xfe && marker !== 0xff
  const name = seenApplications[marker]
  if (name === undefined || end - start < 4 + name.length) return false
  return (await at(start + 4, name.length)).toString('latin1') === name
}

/** Finds the next marker. In the bytes of a scan, 0xff is followed by 0 or by the number of a restart, and is no marker. */
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

const mostSegments = 2000

export const jpeg: Format = {
  /** Cameras put megabytes of depth maps and previews before the frame, so the frame may be far into the file. This goes from segment to segment. */
  async measure(at) {
    let offset = 2
    const near = inWindows(at)
    for (let count = 0; count < mostSegments; count += 1) {
      const segment = await near(offset, 9)
      const marker = segment.readUInt8(1)
      if (segment[0] !== 0xff) return undefined
      if (marker === 0xff) offset += 1
      else if (isFrame(marker)) return { width: segment.readUInt16BE(7), height: segment.readUInt16BE(5) }
      else offset += 2 + segment.readUInt16BE(2)
    }
    return undefined
  },
  strip: strippedBy(seen),
}
