import type { ReadAt } from '../read-window.js'
import type { Piece, Span } from './format.js'

/** EXIF may begin with its name; in a JPEG it has to. */
const name = 'Exif\0\0'

const orientationTag = 0x0112

/** The orientation of a picture, from 1 (upright) to 8; 1 if the EXIF does not have it. */
export function orientationIn(exif: Buffer): number {
  const tiff = exif.toString('latin1', 0, name.length) === name ? exif.subarray(name.length) : exif
  const order = tiff.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return 1
  const isLittle = order === 'II'
  const word = (at: number): number => {
    if (at + 2 > tiff.length) return 0
    return isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at)
  }
  const long = (at: number): number => (isLittle ? word(at) + word(at + 2) * 65_536 : word(at) * 65_536 + word(at + 2))
  const directory = long(4)
  const end = Math.min(directory + 2 + word(directory) * 12, tiff.length)
  for (let entry = directory + 2; entry + 12 <= end; entry += 12) {
    if (word(entry) !== orientationTag) continue
    const value = word(entry + 8)
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}

/** EXIF that has the orientation, and nothing else. */
export function exifOf(orientation: number): Buffer {
  const tiff = Buffer.from('49492a00080000000100120103000100000000000000000000000000', 'hex').subarray(0, 26)
  tiff.writeUInt16LE(orientation, 18)
  return tiff
}

/** The most that a segment of a JPEG can hold; the orientation is at the beginning. */
const longestExif = 65_537

/**
 * Replaces the EXIF in `span` by nothing, or by EXIF that has only the orientation, so that no pixel has to be encoded again. If
 * it has nothing else already, the span stays.
 */
export async function* strippedExif(
  at: ReadAt,
  span: Span,
  exifAt: number,
  wrap: (exif: Buffer) => Buffer,
): AsyncGenerator<Piece> {
  const whole = await at(span.start, Math.min(span.end - span.start, longestExif))
  const orientation = orientationIn(whole.subarray(exifAt))
  if (orientation === 1) return
  const own = wrap(exifOf(orientation))
  yield own.equals(whole) ? span : own
}
