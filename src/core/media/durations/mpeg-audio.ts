import type { ReadAt } from '../read-window.js'
import type { ReadPlaying } from './duration.js'

interface Frame {
  /** With its header, in bytes. */
  length: number
  samples: number
  /** Samples in a second. */
  rate: number
  /** Of MP3: how many bytes of its header stand before what an encoder may say of the whole file. */
  sideBytes?: number
}

const rates = [44_100, 48_000, 32_000]
const kilobits: Record<string, number[]> = {
  '1-1': [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}

/** The header of a frame of MPEG-1, 2 or 2.5, in one of the three layers. */
function mpegFrame(head: Buffer): Frame | undefined {
  const bits = head.readUInt32BE()
  const [version, layer] = [(bits >>> 19) & 3, 4 - ((bits >>> 17) & 3)]
  if (bits >>> 21 !== 0x7ff || version === 1 || layer === 4) return undefined
  const isFirst = version === 3
  const kilobit = kilobits[isFirst ? `1-${layer}` : `2-${layer === 1 ? 1 : 2}`]?.[((bits >>> 12) & 15) - 1]
  const rate = (rates[(bits >>> 10) & 3] ?? 0) / (isFirst ? 1 : version === 2 ? 2 : 4)
  if (kilobit === undefined || rate === 0) return undefined
  const samples = layer === 1 ? 384 : layer === 3 && !isFirst ? 576 : 1152
  const slot = layer === 1 ? 4 : 1
  const length = (Math.floor((samples * kilobit * 125) / rate / slot) + ((bits >>> 9) & 1)) * slot
  const isMono = ((bits >>> 6) & 3) === 3
  return { length, samples, rate, sideBytes: isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17 }
}

const aacRates = [96, 88.2, 64, 48, 44.1, 32, 24, 22.05, 16, 12, 11.025, 8, 7.35].map((each) => each * 1000)

/** The header of a frame of AAC, as streams have it (ADTS). */
function aacFrame(head: Buffer): Frame | undefined {
  if ((head.readUInt16BE() & 0xfff6) !== 0xfff0) return undefined
  const rate = aacRates[(head.readUInt8(2) >> 2) & 15]
  const length = (head.readUIntBE(3, 3) >> 5) & 0x1fff
  return rate && length >= 7 ? { length, samples: 1024 * ((head.readUInt8(6) & 3) + 1), rate } : undefined
}

/** Sound in frames, each of which says how long it is: MP3 and AAC. */
const framed =
  (frameIn: (head: Buffer) => Frame | undefined): ReadPlaying =>
  async (at, byteSize) => {
    const start = await afterTag(at)
    let [seconds, frames] = [0, 0]
    for (let next = start; next + 7 <= byteSize; frames += 1) {
      const frame = frameIn(await at(next, 7))
      if (!frame || frame.length < 7) break
      const total = next === start ? await framesDeclared(at, next, frame) : undefined
      if (total) return { durationMs: (total * frame.samples * 1000) / frame.rate }
      seconds += frame.samples / frame.rate
      next += frame.length
    }
    // One frame may be a coincidence of bytes.
    return frames > 1 ? { durationMs: seconds * 1000 } : {}
  }

export const mp3Playing = framed(mpegFrame)
export const aacPlaying = framed(aacFrame)

/** Where the sound begins after a tag of ID3. */
async function afterTag(at: ReadAt): Promise<number> {
  const head = await at(0, 10)
  if (head.toString('latin1', 0, 3) !== 'ID3') return 0
  const size = [6, 7, 8, 9].reduce((sum, each) => sum * 128 + (head.readUInt8(each) & 127), 0)
  return 10 + size + (head.readUInt8(5) & 16 ? 10 : 0)
}

/** How many frames there are, if the first one says it instead of sounding, as encoders make it of a variable rate. */
async function framesDeclared(at: ReadAt, start: number, { sideBytes, length }: Frame): Promise<number | undefined> {
  if (sideBytes === undefined || length < 4 + sideBytes + 12) return undefined
  const said = await at(start + 4 + sideBytes, 12)
  const hasFrames = /^(Xing|Info)$/.test(said.toString('latin1', 0, 4)) && said.readUInt32BE(4) & 1
  return hasFrames ? said.readUInt32BE(8) : undefined
}
