import { Pace } from '../pace.js'
import type { ReadPlaying } from './duration.js'

/** The longest page, with its header. */
const longestPage = 65_307

/** So many pages are looked at in one turn of the event loop: in a file that was made to do harm, each four bytes begin one. */
const pagesAtOnce = 2_000

/** The rate of Opus, whatever was recorded. */
const opusRate = 48_000

/** Ogg: the last page of a stream of Opus or Vorbis says how many samples there are up to its end. */
export const oggPlaying: ReadPlaying = async (at, byteSize) => {
  const first = await soundIn(await at(0, Math.min(byteSize, 4096)))
  if (!first) return {}
  const { serial, rate, skipped, isAlone } = first
  const tailStart = Math.max(0, byteSize - 2 * longestPage)
  const tail = await at(tailStart, byteSize - tailStart)
  const pace = new Pace(pagesAtOnce)
  for (let page = tail.lastIndexOf('OggS'); page >= 0; page = page === 0 ? -1 : tail.lastIndexOf('OggS', page - 1)) {
    if (pace.isDue()) await pace.turn()
    if (page + 18 > tail.length || tail.readUInt32LE(page + 14) !== serial) continue
    const samples = tail.readBigInt64LE(page + 6)
    // A page on which no packet ends says nothing.
    if (samples >= 0) return { durationMs: ((Number(samples) - skipped) / rate) * 1000, isSound: isAlone }
  }
  return {}
}

/** The first stream of sound. All streams begin before the content of any. */
async function soundIn(head: Buffer) {
  let found: { serial: number; rate: number; skipped: number } | undefined
  let streams = 0
  for (let page = 0; page + 28 < head.length && head.toString('latin1', page, page + 4) === 'OggS'; ) {
    const segments = head.readUInt8(page + 26)
    const packet = head.subarray(page + 27 + segments)
    const lengths = head.subarray(page + 27, page + 27 + segments)
    if (!(head.readUInt8(page + 5) & 2)) break
    streams += 1
    const serial = head.readUInt32LE(page + 14)
    if (packet.toString('latin1', 0, 8) === 'OpusHead') {
      found ??= { serial, rate: opusRate, skipped: packet.readUInt16LE(10) }
    } else if (packet.toString('latin1', 0, 7) === '\x01vorbis') {
      found ??= { serial, rate: packet.readUInt32LE(12), skipped: 0 }
    }
    page += 27 + segments + lengths.reduce((sum, length) => sum + length, 0)
  }
  return found && { ...found, isAlone: streams === 1 }
}
