import type { ReadPlaying } from './duration.js'

/** WAV: how many bytes of sound there are, and how many go in a second. */
export const wavPlaying: ReadPlaying = async (at, byteSize) => {
  let perSecond = 0
  for (let start = 12; start + 8 <= byteSize; ) {
    const head = await at(start, 8)
    const [type, size] = [head.toString('latin1', 0, 4), head.readUInt32LE(4)]
    if (type === 'fmt ') perSecond = (await at(start + 16, 4)).readUInt32LE()
    if (type === 'data') {
      // A recording that was written as it went does not know its size.
      const bytes = Math.min(size || byteSize, byteSize - start - 8)
      return { durationMs: perSecond === 0 ? undefined : (bytes / perSecond) * 1000 }
    }
    start += 8 + size + (size % 2)
  }
  return {}
}
