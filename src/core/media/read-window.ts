import { Pace } from './pace.js'

/** Reads a part of a file; the result is shorter at the file's end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>

export const windowBytes = 64 * 1024

/** How many reads are made in one turn of the event loop: what is in the window needs no waiting, so a loop over it would hold up others. */
const looksAtOnce = 500

/** Throws RangeError once a file was read this often: one with so many parts was made to do harm. */
export function counted(at: ReadAt, mostLooks: number): ReadAt {
  let looks = 0
  return (offset, length) => {
    looks += 1
    if (looks > mostLooks) throw new RangeError('too many parts')
    return at(offset, length)
  }
}

/** Reads a few bytes at a time out of a larger window of the file. Throws RangeError past the end. */
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
