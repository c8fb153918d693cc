import { counted, inWindows, type ReadAt } from '../read-window.js'
import type { Piece, StripPlan } from './format.js'

/** How many pieces are written at most; a file with more was made to do harm. */
const mostPieces = 10_000

/** How often a file is read at most. Each chunk, segment and frame needs two or three reads, and decoders keep a list of all of them. */
const mostLooks = 100_000

/** Goes through a file from its beginning to its end, and yields the pieces that stay. */
export type Walk = (at: ReadAt, byteSize: number) => AsyncGenerator<Piece>

/** Strips a format that is a sequence of parts, some of which can be left out. Throws RangeError if there are too many. */
export const strippedBy =
  (walk: Walk) =>
  async (at: ReadAt, byteSize: number): Promise<StripPlan> => {
    const pieces: Piece[] = []
    for await (const piece of walk(counted(inWindows(at), mostLooks), byteSize)) {
      const last = pieces.at(-1)
      if (last && !Buffer.isBuffer(last) && !Buffer.isBuffer(piece) && last.end === piece.start) last.end = piece.end
      else pieces.push(piece)
      if (pieces.length > mostPieces) throw new RangeError('too many pieces')
    }
    return { pieces }
  }
