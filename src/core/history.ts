import { pageSize } from '../contract/fields.js'
import type { MessagePage } from '../contract/messages.js'
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

/** A page of a room, or of a thread in it, ascending; whoever asks looks whether the reader may have it. */
export async function readHistory(
  work: Work,
  roomId: string,
  actor: Actor,
  position: MessagePosition,
  threadId?: string,
): Promise<Reading> {
  const { around, limit = pageSize } = position
  const stretches = stretchesOf(position)
  const read = (from: Stretch[]) => readStretches(work, roomId, actor === system ? undefined : actor, from, threadId)
  let reading = await read(stretches)
  const hidden = threadId === undefined ? (reading.room?.hiddenUpTo ?? 0) : 0
  // Who asks for what is above a hidden message gets the first that they may read.
  const isBelow = ({ side, seq }: Stretch) => side === 'above' && seq < hidden
  if (stretches.some(isBelow))
    reading = await read(stretches.map((each) => (isBelow(each) ? { ...each, seq: hidden } : each)))
  const seqOf = placeIn(threadId)
  const rows = reading.rows.sort((a, b) => seqOf(a) - seqOf(b))
  return around === undefined ? reading : { ...reading, rows: middle(rows, seqOf, clampInt32(around), limit) }
}

type PlaceOf = (message: Pick<MessageRow, 'seq' | 'threadSeq'>) => number

/** Where a message stands in the room, or in a thread. */
const placeIn = (threadId: string | undefined): PlaceOf =>
  threadId === undefined ? ({ seq }) => seq : ({ threadSeq }) => threadSeq ?? 0

/** Whether there is more on both sides of a page, of what somebody may read. */
export function sidesOf(
  rows: MessageRow[],
  { last, hiddenUpTo = 0 }: { last: number; hiddenUpTo?: number },
  { before, after }: MessagePosition,
  threadId?: string,
): Omit<MessagePage, 'items'> {
  const [first, end] = [rows[0], rows.at(-1)].map((row) => row && placeIn(threadId)(row))
  // An empty page still has a position: above all messages, or below them.
  return {
    hasBefore: first === undefined ? after !== undefined && last > hiddenUpTo : first > hiddenUpTo + 1,
    hasAfter: end === undefined ? before !== undefined && last > hiddenUpTo : end < last,
  }
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
function middle(rows: MessageRow[], seqOf: PlaceOf, seq: number, limit: number): MessageRow[] {
  const below = rows.filter((row) => seqOf(row) < seq).length
  const fromBelow = Math.min(below, Math.max(Math.floor(limit / 2), limit - (rows.length - below)))
  return rows.slice(below - fromBelow, below - fromBelow + limit)
}
