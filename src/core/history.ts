import { invalid } from '../contract/problems.js'
import type { Db } from '../store/client.js'
import { type MessageRow, messagesBeside } from '../store/messages.js'
import { inColumn } from './context.js'

/** Where a page of history is: the newest one unless one of the three is given. */
export interface MessagePosition {
  before?: number | undefined
  after?: number | undefined
  around?: number | undefined
  limit?: number | undefined
}

/** The rows of a page, in no particular order. */
export async function readHistory(db: Db, roomId: string, position: MessagePosition): Promise<MessageRow[]> {
  const { before, after, around, limit = 50 } = position
  if ([before, after, around].filter((seq) => seq !== undefined).length > 1) {
    throw invalid('before', 'give one of before, after and around')
  }
  if (after !== undefined) return messagesBeside(db, roomId, 'above', inColumn(after), limit)
  if (around !== undefined) return messagesAround(db, roomId, inColumn(around), limit)
  return messagesBeside(db, roomId, 'below', inColumn(before ?? 2 ** 31 - 1), limit)
}

async function messagesAround(db: Db, roomId: string, seq: number, limit: number): Promise<MessageRow[]> {
  const half = Math.floor(limit / 2)
  const [below, above] = await Promise.all([
    messagesBeside(db, roomId, 'below', seq, limit),
    messagesBeside(db, roomId, 'above', seq - 1, limit),
  ])
  // Near an end the other side gives more, so that the page is full.
  const fromBelow = Math.max(half, limit - above.length)
  const shownBelow = below.slice(0, fromBelow)
  return [...shownBelow, ...above.slice(0, limit - shownBelow.length)]
}
