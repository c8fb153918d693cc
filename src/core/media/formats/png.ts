import { crc32 } from 'node:zlib'
import { strippedExif } from './exif.js'
import type { Format } from './format.js'
import { strippedBy, type Walk } from './pieces.js'

const seenChunks = new Set(
  (
    'IHDR PLTE IDAT IEND tRNS bKGD hIST sPLT sBIT pHYs ' +
    'cHRM gAMA iCCP sRGB cICP mDCV cLLI ' +
    'acTL fcTL fdAT'
  ).split(' '),
)

const seen: Walk = async function* (at, byteSize) {
  yield { start: 0, end: 8 }
  for (let start = 8; ; ) {
    // The file is cut off after a chunk. Decoders show it, so an end is added.
    if (start === byteSize) return yield chunk('IEND')
    const head = await at(start, 8)
    const end = start + 12 + head.readUInt32BE(0)
    const type = head.toString('latin1', 4)
    if (seenChunks.has(type)) yield { start, end }
    else if (type === 'eXIf' && end <= byteSize) {
      yield* strippedExif(at, { start, end }, 8, (exif) => chunk('eXIf', exif))
    }
    if (type === 'IEND') return
    start = end
  }
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), data, Buffer.alloc(4)])
  bytes.writeUInt32BE(data.length)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4)
  return bytes
}

export const png: Format = {
  async measure(at) {
    const head = await at(0, 24)
    if (head.length < 24) return undefined
    return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
  },
  strip: strippedBy(seen),
}
