import { inWindows, type ReadAt } from '../read-window.js'
import type { Piece, StripPlan } from './format.js'

/** So many pieces are written; a file of more was made to be a burden. */
const mostPieces = 10_000

/** So often a file is looked at, two or three times for each chunk, segment and frame: a decoder keeps a list of them. */
const mostLooks = 100_000

/** Goes over a file from its beginning to its end and gives the pieces that stay. */
export type Walk = (at: ReadAt, byteSize: number) => AsyncGenerator<Piece>

/** Strips a format whose parts lie one behind the other and can be left out. Throws RangeError where there are too many of them. */
export const strippedBy =
  (walk: Walk) =>
  async (at: ReadAt, byteSize: number): Promise<StripPlan> => {
    const pieces: Piece[] = []
    let looks = 0
    const inWindow = inWindows(at)
    const counted: ReadAt = (offset, length) => {
      looks += 1
      if (looks > mostLooks) throw new RangeError('too many blocks')
      return inWindow(offset, length)
    }
    for await (const piece of walk(counted, byteSize)) {
      const last = pieces.at(-1)
      if (last && !Buffer.isBuffer(last) && !Buffer.isBuffer(piece) && last.end === piece.start) last.end = piece.end
      else pieces.push(piece)
      if (pieces.length > mostPieces) throw new RangeError('too many pieces')
    }
    return { pieces }
  }
