import type { ReadAt } from '../read-window.js'

export interface Dimensions {
  width: number
  height: number
}

/** A part of a file, without the byte at `end`. */
export interface Span {
  start: number
  end: number
}

/** A part of the file as it is, or bytes that replace one. */
export type Piece = Span | Buffer

/** Bytes to overwrite, and what with; zeros if nothing is given. */
export interface Edit extends Span {
  bytes?: Buffer
}

/**
 * How a file loses its metadata. It is either made anew of pieces; or, if the file has offsets into itself, so that everything
 * has to stay in its place, it is overwritten by edits, in the order of `start`, and cut at `end`.
 */
export type StripPlan = { pieces: Piece[] } | { edits: Edit[]; end: number }

/** A container format. Nothing is decoded: both functions read a few bytes at a time, and throw RangeError past the end of the file. */
export interface Format {
  /** The size that the header claims; undefined without such a header. Formats that browsers do not show as a picture lack this function. */
  measure?(at: ReadAt): Promise<Dimensions | undefined>
  /**
   * How to strip a file of what tells where, when, by whom or with what it was made, and of what hides behind its end. Only what is
   * known to be seen or heard is kept.
   */
  strip(at: ReadAt, byteSize: number): Promise<StripPlan>
}
