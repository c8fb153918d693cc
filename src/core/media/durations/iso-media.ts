import { type Box, BoxReader } from '../formats/iso-boxes.js'
import type { ReadPlaying } from './duration.js'

interface Track {
  /** Units of time in a second. */
  timescale: number
  /** `soun` or `vide`, among others. */
  handler: string
  /** In such units, where a fragment does not say it of its samples. */
  sampleDuration: number
}

/**
 * MP4, MOV and 3GP. A film that was recorded in fragments may say nothing of its length in its header, so the fragments are read as
 * well: each says when it begins, and how long its samples last.
 */
export const isoPlaying: ReadPlaying = async (at, byteSize) => {
  const reader = new BoxReader(at)
  let tracks = new Map<number, Track>()
  let seconds = 0
  for await (const box of reader.boxes(0, byteSize)) {
    if (box.type === 'moov') {
      tracks = await tracksIn(reader, box)
      seconds = Math.max(seconds, await headerSeconds(reader, box))
    }
    if (box.type === 'moof') seconds = Math.max(seconds, await fragmentEnd(reader, box, tracks))
  }
  const handlers = [...tracks.values()].map(({ handler }) => handler)
  return { durationMs: seconds * 1000, isSound: handlers.includes('soun') && !handlers.includes('vide') }
}

/** A number of 4 bytes, or of 8 in a box of version 1. */
async function timeAt(reader: BoxReader, offset: number, isLong: boolean): Promise<number> {
  const bytes = await reader.at(offset, isLong ? 8 : 4)
  return isLong ? Number(bytes.readBigUInt64BE()) : bytes.readUInt32BE()
}

const isLong = async (reader: BoxReader, { content }: Box): Promise<boolean> =>
  (await reader.at(content, 1)).readUInt8() === 1

/** The timescale of a header, and where its duration is. */
async function timesOf(reader: BoxReader, header: Box) {
  const long = await isLong(reader, header)
  const at = header.content + (long ? 20 : 12)
  return { timescale: await timeAt(reader, at, false), duration: await timeAt(reader, at + 4, long), long }
}

async function headerSeconds(reader: BoxReader, moov: Box): Promise<number> {
  const header = await reader.find(moov, 'mvhd')
  if (!header) return 0
  const { timescale, duration, long } = await timesOf(reader, header)
  const fragments = await reader.find(moov, 'mvex', 'mehd')
  const total = fragments ? await timeAt(reader, fragments.content + 4, await isLong(reader, fragments)) : 0
  // All ones say that it is not known.
  const known = duration >= (long ? 2 ** 63 : 0xffff_ffff) ? 0 : duration
  return timescale === 0 ? 0 : Math.max(known, total) / timescale
}

async function tracksIn(reader: BoxReader, moov: Box): Promise<Map<number, Track>> {
  const tracks = new Map<number, Track>()
  for await (const trak of reader.inside(moov)) {
    if (trak.type !== 'trak') continue
    const [header, media, handler] = [
      await reader.find(trak, 'tkhd'),
      await reader.find(trak, 'mdia', 'mdhd'),
      await reader.find(trak, 'mdia', 'hdlr'),
    ]
    if (!header || !media || !handler) continue
    const id = await timeAt(reader, header.content + ((await isLong(reader, header)) ? 20 : 12), false)
    const { timescale } = await timesOf(reader, media)
    const type = (await reader.at(handler.content + 8, 4)).toString('latin1')
    tracks.set(id, { timescale, handler: type, sampleDuration: 0 })
  }
  const defaults = await reader.find(moov, 'mvex')
  if (!defaults) return tracks
  for await (const box of reader.inside(defaults)) {
    const track = box.type === 'trex' && tracks.get(await timeAt(reader, box.content + 4, false))
    if (track) track.sampleDuration = await timeAt(reader, box.content + 12, false)
  }
  return tracks
}

/** When a fragment ends, in seconds; 0 if it does not say. */
async function fragmentEnd(reader: BoxReader, moof: Box, tracks: ReadonlyMap<number, Track>): Promise<number> {
  let seconds = 0
  for await (const traf of reader.inside(moof)) {
    const [header, start] = [await reader.find(traf, 'tfhd'), await reader.find(traf, 'tfdt')]
    if (traf.type !== 'traf' || !header || !start) continue
    const fields = await reader.contentOf(header)
    const track = tracks.get(fields.readUInt32BE(4))
    if (!track || track.timescale === 0) continue
    const flags = fields.readUInt32BE(0)
    const durationAt = 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0)
    const each = flags & 8 ? fields.readUInt32BE(durationAt) : track.sampleDuration
    let end = await timeAt(reader, start.content + 4, await isLong(reader, start))
    for await (const run of reader.inside(traf)) if (run.type === 'trun') end += await runLength(reader, run, each)
    seconds = Math.max(seconds, end / track.timescale)
  }
  return seconds
}

/** So many samples are read at a time: a run may have a million, and others have their turn in between. */
const samplesAtOnce = 4096

/** How long the samples of a run last together; `each` is for samples that do not say it. */
async function runLength(reader: BoxReader, { content, end }: Box, each: number): Promise<number> {
  const head = await reader.at(content, 8)
  const [flags, count] = [head.readUInt32BE(0), head.readUInt32BE(4)]
  if (!(flags & 0x100)) return count * each
  // What a sample says of itself: how long it lasts comes first.
  const size = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length
  const start = content + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0)
  if (start + count * size > end) throw new RangeError('past the end')
  let length = 0
  for (let n = 0; n < count; n += samplesAtOnce) {
    const samples = await reader.at(start + n * size, Math.min(samplesAtOnce, count - n) * size)
    for (let at = 0; at < samples.length; at += size) length += samples.readUInt32BE(at)
  }
  return length
}
