import type { ReadAt } from '../read-window.js'

export interface Dimensions {
  width: number
  height: number
}

/** A part of a file; its end is not in it. */
export interface Span {
  start: number
  end: number
}

/** A part of the file as it is, or bytes in the place of one. */
export type Piece = Span | Buffer

/** Bytes to be put in the place of others; zeros unless given. */
export interface Edit extends Span {
  bytes?: Buffer
}

/**
 * What makes a file one without metadata: the pieces that it then consists of, or, where a file points into itself and so
 * everything must stay where it is, what to overwrite in it, in the order of `start`, and where it then ends.
 */
export type StripPlan = { pieces: Piece[] } | { edits: Edit[]; end: number }

/** A container format. Nothing is decoded: both read the file here and there, and throw RangeError past its end. */
export interface Format {
  /** The size that the header claims; undefined where there is no such header. Formats that browsers do not show as a picture have none. */
  measure?(at: ReadAt): Promise<Dimensions | undefined>
  /**
   * How to strip a file of what tells where, when, by whom or by what it was made, and of what only hides behind its end.
   * What is not known to be seen or heard is left out, not the other way round.
   */
  strip(at: ReadAt, byteSize: number): Promise<StripPlan>
}
