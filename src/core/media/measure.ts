import { inWindows, type ReadAt } from './read-window.js'
import { isFrame } from './strip-metadata.js'

export interface Dimensions {
  width: number
  height: number
}

type Measure = (at: ReadAt) => Promise<Dimensions | undefined>

/** The size that a picture's header claims, without decoding anything; undefined where there is no such header. */
export async function dimensionsOf(contentType: string, at: ReadAt): Promise<Dimensions | undefined> {
  try {
    const found = await measures[contentType]?.(at)
    return found && found.width > 0 && found.height > 0 ? found : undefined
  } catch (error) {
    // Read past the end of the file: it is cut off.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const png: Measure = async (at) => {
  const head = await at(0, 24)
  if (head.length < 24) return undefined
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
}

const gif: Measure = async (at) => {
  const head = await at(0, 10)
  if (head.length < 10) return undefined
  return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) }
}

const webp: Measure = async (at) => {
  const head = await at(0, 30)
  if (head.length < 30) return undefined
  const format = head.toString('latin1', 12, 16)
  if (format === 'VP8X') return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 }
  if (format === 'VP8 ') return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff }
  if (format !== 'VP8L') return undefined
  const bits = head.readUInt32LE(21)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

/** Cameras put megabytes of depth maps and previews before the frame: the segments are walked over, block by block. */
const jpeg: Measure = async (at) => {
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
}

const mostSegments = 2000

/** The largest of the sizes that are declared: that of the whole, where it is put together from tiles. */
const avif: Measure = async (at) => {
  const head = await at(0, 16 * 1024)
  let largest: Dimensions | undefined
  for (let found = head.indexOf('ispe'); found >= 0; found = head.indexOf('ispe', found + 4)) {
    if (found + 16 > head.length) break
    const size = { width: head.readUInt32BE(found + 8), height: head.readUInt32BE(found + 12) }
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size
  }
  return largest
}

const measures: Record<string, Measure> = {
  'image/png': png,
  'image/gif': gif,
  'image/webp': webp,
  'image/jpeg': jpeg,
  'image/avif': avif,
}
