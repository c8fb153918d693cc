import { pageSize } from '../contract/fields.js'
import { invalid } from '../contract/problems.js'
import { type Reading, readStretches, type Stretch } from '../store/history.js'
import type { MessageRow } from '../store/messages.js'
import { type Actor, system } from './actor.js'
import { clampInt32 } from './context.js'
import type { Work } from './work.js'

/** Where a page of history is: the newest one unless one of the three is given. */
export interface MessagePosition {
  /** The page that ends below this `seq`. */
  before?: number | undefined
  /** The page that begins above this `seq`. */
  after?: number | undefined
  /** The page that has this `seq` in its middle. */
  around?: number | undefined
  /**
   * At most so many messages, 1–100.
   *
   * @default 50
   */
  limit?: number | undefined
}

/** A page of a room, ascending; whoever asks looks whether the reader may have it. */
export async function readHistory(
  work: Work,
  roomId: string,
  actor: Actor,
  position: MessagePosition,
): Promise<Reading> {
  const { around, limit = pageSize } = position
  const reading = await readStretches(work, roomId, actor === system ? undefined : actor, stretchesOf(position))
  const rows = reading.rows.sort((a, b) => a.seq - b.seq)
  return around === undefined ? reading : { ...reading, rows: middle(rows, clampInt32(around), limit) }
}

function stretchesOf({ before, after, around, limit: take = pageSize }: MessagePosition): Stretch[] {
  if ([before, after, around].filter((seq) => seq !== undefined).length > 1) {
    throw invalid('before', 'give one of before, after and around')
  }
  if (after !== undefined) return [{ side: 'above', seq: clampInt32(after), take }]
  if (around === undefined) return [{ side: 'below', seq: clampInt32(before ?? 2 ** 31 - 1), take }]
  const seq = clampInt32(around)
  return [
    { side: 'below', seq, take },
    { side: 'above', seq: seq - 1, take },
  ]
}

/** Half of them from below; near an end the other side gives more, so that the page is full. */
function middle(rows: MessageRow[], seq: number, limit: number): MessageRow[] {
  const below = rows.filter((row) => row.seq < seq).length
  const fromBelow = Math.min(below, Math.max(Math.floor(limit / 2), limit - (rows.length - below)))
  return rows.slice(below - fromBelow, below - fromBelow + limit)
}
