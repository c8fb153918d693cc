import type { ReadAt } from '../read-window.js'
import type { ReadPlaying } from './duration.js'

/** The elements that are read, by their ids. */
const elements = {
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  tracks: 0x1654ae6b,
  track: 0xae,
  trackType: 0x83,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
}

/** Elements that are gone into; all others are passed over by their size, which these may lack in a recording. */
const parents = new Set([
  ...[elements.segment, elements.info, elements.tracks, elements.track],
  ...[elements.cluster, elements.blockGroup],
])

/**
 * WebM and Matroska. What a browser records has no duration in its header, since that was written first: then it is told by
 * the times of its blocks.
 */
export const matroskaPlaying: ReadPlaying = async (at, byteSize) => {
  let scale = 1_000_000
  let declared = 0
  let [cluster, block, end] = [0, 0, 0]
  const types = new Set<number>()
  for (let next = 0; next < byteSize; ) {
    const { id, content, size } = await elementAt(at, next, byteSize)
    if (id === elements.cluster && declared > 0) break
    if (id === elements.timestampScale) scale = await numberAt(at, content, size)
    else if (id === elements.duration) declared = await floatAt(at, content, size)
    else if (id === elements.trackType) types.add(await numberAt(at, content, size))
    else if (id === elements.timestamp) cluster = await numberAt(at, content, size)
    else if (id === elements.blockDuration) end = Math.max(end, block + (await numberAt(at, content, size)))
    else if (id === elements.simpleBlock || id === elements.block) {
      block = cluster + (await relativeTime(at, content))
      end = Math.max(end, block)
    }
    if (!parents.has(id) && size === undefined) break
    next = parents.has(id) ? content : content + (size ?? 0)
  }
  const [film, sound] = [1, 2]
  return { durationMs: ((declared || end) * scale) / 1_000_000, isSound: types.has(sound) && !types.has(film) }
}

/** An element's id, where its content begins, and how long that is; undefined if it does not say. */
async function elementAt(at: ReadAt, start: number, byteSize: number) {
  const head = await at(start, Math.min(12, byteSize - start))
  const idLength = Math.clz32(head.readUInt8(0)) - 23
  if (idLength > 4) throw new RangeError('not an element')
  const first = head.readUInt8(idLength)
  const sizeLength = Math.clz32(first) - 23
  if (sizeLength > 8) throw new RangeError('not an element')
  const bits = sizeLength === 8 ? 0 : first & (0xff >> sizeLength)
  let [size, isUnknown] = [bits, bits === 0xff >> sizeLength]
  for (let n = 1; n < sizeLength; n += 1) {
    const byte = head.readUInt8(idLength + n)
    size = size * 256 + byte
    isUnknown &&= byte === 255
  }
  const content = start + idLength + sizeLength
  return { id: head.readUIntBE(0, idLength), content, size: isUnknown ? undefined : size }
}

async function numberAt(at: ReadAt, start: number, size = 0): Promise<number> {
  if (size < 1 || size > 8) return 0
  let value = 0
  for (const byte of await at(start, size)) value = value * 256 + byte
  return value
}

async function floatAt(at: ReadAt, start: number, size = 0): Promise<number> {
  if (size !== 4 && size !== 8) return 0
  const bytes = await at(start, size)
  return size === 4 ? bytes.readFloatBE() : bytes.readDoubleBE()
}

/** A block begins with the number of its track, and its time after that of its cluster. */
async function relativeTime(at: ReadAt, start: number): Promise<number> {
  const length = Math.clz32((await at(start, 1)).readUInt8()) - 23
  return (await at(start + length, 2)).readInt16BE()
}
