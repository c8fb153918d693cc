import type { ReadAt } from '../read-window.js'
import type { Format, Span } from './format.js'
import { strippedBy, type Walk } from './pieces.js'

/** The application blocks that are kept: how often an animation loops, and its colours. */
const seenApplications = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012'])

const seen: Walk = async function* (at, byteSize) {
  const colours = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  let start = 13 + colours((await at(10, 1)).readUInt8())
  yield { start: 0, end: start }
  for (;;) {
    // Many files are cut off after a frame. Decoders show them, so an end is added.
    if (start === byteSize) return yield Buffer.from([0x3b])
    const kind = (await at(start, 1)).readUInt8()
    if (kind === 0x3b) return yield { start, end: start + 1 }
    if (kind !== 0x21 && kind !== 0x2c) throw new RangeError('no block begins here')
    const isFrame = kind === 0x2c
    const blocks = isFrame ? start + 11 + colours((await at(start + 9, 1)).readUInt8()) : start + 2
    const end = await endOfBlocks(at, blocks, byteSize)
    if (isFrame || (await isSeen(at, { start, end }))) yield { start, end }
    start = end
  }
}

/** Skips blocks of at most 255 bytes, up to the empty one that is the last. There may be millions, so they are read in place. */
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

/** Most frames are shorter than this, so that the next one has been read already. */
const blocksBytes = 4096

async function isSeen(at: ReadAt, { start, end }: Span): Promise<boolean> {
  const label = (await at(start + 1, 1)).readUInt8()
  // This block has the time and the transparency of the next frame.
  if (label === 0xf9) return true
  if (label !== 0xff || end - start < 14) return false
  return seenApplications.has((await at(start + 3, 11)).toString('latin1'))
}

export const gif: Format = {
  async measure(at) {
    const head = await at(0, 10)
    if (head.length < 10) return undefined
    return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) }
  },
  strip: strippedBy(seen),
}
