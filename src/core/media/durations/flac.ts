import type { ReadPlaying } from './duration.js'

/** FLAC: its first block says how many samples there are, and how many go in a second. */
export const flacPlaying: ReadPlaying = async (at) => {
  const block = await at(0, 26)
  const rate = block.readUIntBE(18, 3) >> 4
  const samples = (block.readUInt8(21) & 15) * 2 ** 32 + block.readUInt32BE(22)
  return { durationMs: rate === 0 ? undefined : (samples / rate) * 1000 }
}
