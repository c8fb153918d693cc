import type { ReadAt } from '../read-window.js'

/** A part of a file of ISO's base media format (ISO/IEC 14496-12: MP4, MOV, 3GP, HEIC, AVIF), without the byte at `end`. */
export interface Box {
  /** Four characters. */
  type: string
  start: number
  /** Where its content begins. */
  content: number
  end: number
}

/** How many boxes are read at most; a file with more was made to do harm. */
const mostBoxes = 20_000

/** The most bytes of a table: enough for the sizes of a million samples. */
const longestTable = 4 * 1024 * 1024

/** Reads the boxes of a file, and counts them. Throws RangeError if there are too many. */
export class BoxReader {
  #count = 0

  constructor(readonly at: ReadAt) {}

  /** The boxes that follow each other in a part of the file, up to the first bytes that are no box. */
  async *boxes(start: number, end: number): AsyncGenerator<Box> {
    for (let next = start; next + 8 <= end; ) {
      this.#count += 1
      if (this.#count > mostBoxes) throw new RangeError('too many boxes')
      const box = await this.#boxAt(next, end)
      if (!box) return
      yield box
      next = box.end
    }
  }

  inside({ content, end }: Box): AsyncGenerator<Box> {
    return this.boxes(content, end)
  }

  /** The boxes in a box that begins with a version and flags; the QuickTime box of the same name may lack them. */
  async insideFull({ content, end }: Box): Promise<AsyncGenerator<Box>> {
    const isBare = content + 8 <= end && (await this.at(content + 4, 4)).toString('latin1') === 'hdlr'
    return this.boxes(isBare ? content : content + 4, end)
  }

  async find(parent: Box, ...path: string[]): Promise<Box | undefined> {
    const [type, ...rest] = path
    for await (const box of this.inside(parent)) {
      if (box.type === type) return rest.length === 0 ? box : this.find(box, ...rest)
    }
    return undefined
  }

  /** The whole content of a box that is a table. Throws RangeError if it is too long. */
  async contentOf({ content, end }: Box): Promise<Buffer> {
    if (end - content > longestTable) throw new RangeError('too long a table')
    return this.at(content, end - content)
  }

  /** A box that is longer than the box around it was cut off. */
  async #boxAt(start: number, end: number): Promise<Box | undefined> {
    const head = await this.at(start, 8)
    const type = head.toString('latin1', 4)
    const size = head.readUInt32BE(0)
    if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return undefined
    if (size === 0) return { type, start, content: start + 8, end }
    if (size !== 1) return size < 8 ? undefined : { type, start, content: start + 8, end: Math.min(start + size, end) }
    if (start + 16 > end) return undefined
    const long = Number((await this.at(start + 8, 8)).readBigUInt64BE())
    return long < 16 ? undefined : { type, start, content: start + 16, end: Math.min(start + long, end) }
  }
}
