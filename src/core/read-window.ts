/** Reads a part of a file; shorter at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>

export const windowBytes = 64 * 1024

/** Looks at a few bytes at a time, of which thousands lie side by side. Throws RangeError past the end. */
export function inWindows(at: ReadAt): ReadAt {
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
