import { Pace } from './pace.js'

/** Reads a part of a file; shorter at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>

export const windowBytes = 64 * 1024

/** Looks in one turn of the event loop: what lies in a window is there at once, and would else be gone through in one go. */
const looksAtOnce = 500

/** Looks at a few bytes at a time, of which thousands lie side by side. Throws RangeError past the end. */
export function inWindows(at: ReadAt): ReadAt {
  const pace = new Pace(looksAtOnce)
  let start = 0
  let window: Buffer = Buffer.alloc(0)
  return async (offset, length) => {
    if (pace.isDue()) await pace.turn()
    if (offset < start || offset + length > start + window.length) {
      window = await at(offset, Math.max(length, windowBytes))
      start = offset
    }
    if (window.length < length) throw new RangeError('past the end')
    return window.subarray(offset - start, offset - start + length)
  }
}
