import type { ReadAt } from '../read-window.js'

/** What a file of sound or film says of how it is played. */
export interface Playing {
  /** How long it lasts, in milliseconds; undefined if it does not say. */
  durationMs?: number | undefined
  /** Whether it is known to have sound alone. */
  isSound?: boolean
}

/** Reads a few bytes at a time out of a file, and decodes nothing. Throws RangeError past the end of the file. */
export type ReadPlaying = (at: ReadAt, byteSize: number) => Promise<Playing>
