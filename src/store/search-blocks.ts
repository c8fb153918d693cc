import type { Db } from './client.js'
import type { Dialect, Range } from './dialects/dialect.js'
import { dateOf, unpacked } from './json-rows.js'
import { bitOf, blockOf, blockSize } from './search-filter.js'

/** The answer of a block: its messages, and, if these may match, when the last of them was written. */
export interface AskedBlock {
  upTo: number
  lastAt: Date | undefined
}

/** Asks the blocks of ranges whether their messages may match. Returns the answers by range. */
export async function askBlocks(
  { db, dialect }: { db: Db; dialect: Dialect },
  ranges: Range[],
  tokens: number[],
): Promise<Map<number, AskedBlock[]>> {
  const { array, gather } = dialect
  const knows = tokens.map(() => dialect.hasBit('t.filter')).join(' AND ') || '1 = 1'
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${array}(b.n, ${gather}(b.up_to), ${gather}(CASE WHEN b.knows = 1 THEN b.last_at END)) AS packed
     FROM (
       SELECT i.n, t.up_to, t.last_at, CASE WHEN ${knows} THEN 1 ELSE 0 END AS knows
       FROM ${dialect.ranges('chat_search_blocks', 'number')} LIMIT 100000) b
     GROUP BY b.n`,
    [...tokens.flatMap((token) => bitOf(token)), ...dialect.rangeValues(ranges)],
  )
  return new Map(
    (unpacked(rows) as [number, unknown, unknown][]).map(([n, upTos, times]) => {
      const lastAts = listOf(times)
      const blocks = listOf(upTos).map((upTo, each): AskedBlock => {
        return { upTo: Number(upTo), lastAt: dateOf(lastAts[each] ?? null) ?? undefined }
      })
      return [n, blocks]
    }),
  )
}

/** Some databases return JSON within JSON as a text. */
const listOf = (value: unknown): unknown[] => (typeof value === 'string' ? JSON.parse(value) : (value as unknown[]))

/** Deletes the block of a message in the transaction that changes the message; the writer of blocks waits for its lock. */
export const forgetBlock = (tx: Db, { roomId, seq }: { roomId: string; seq: number }) =>
  tx.chatSearchBlock.deleteMany({ where: { roomId, number: blockOf(seq) } })

/** Deletes the blocks of messages of one room. */
export const forgetBlocksOf = (tx: Db, roomId: string, seqs: number[]) =>
  tx.chatSearchBlock.deleteMany({ where: { roomId, number: { in: [...new Set(seqs.map(blockOf))] } } })

/** Deletes the blocks of a room that is deleted. */
export const forgetBlocks = (tx: Db, roomId: string) => tx.chatSearchBlock.deleteMany({ where: { roomId } })

/** Neighbouring blocks of a room, or of its replies, which are below zero. */
export interface BlockRange {
  roomId: string
  from: number
  below: number
}

/** Up to which message each of these blocks was written. */
export const blocksAmong = (db: Db, ranges: BlockRange[]) =>
  db.chatSearchBlock.findMany({
    where: { OR: ranges.map(({ roomId, from, below }) => ({ roomId, number: { gte: from, lt: below } })) },
    select: { roomId: true, number: true, upTo: true },
  })

export interface BlockedMessage {
  seq: number
  userId: string | null
  text: string
  hasMedia: boolean
  createdAt: Date
  kind: 'user' | 'system'
  deletedAt: Date | null
}

const seqsOf = (number: number) => ({ gt: number * blockSize, lte: (number + 1) * blockSize })

/** Reads the messages for a block, of those that are not too old. */
export const messagesOfBlock = (db: Db, roomId: string, number: number, purgedSeq: number): Promise<BlockedMessage[]> =>
  db.chatMessage.findMany({
    where: {
      ...{ roomId, seq: seqsOf(number) },
      ...(purgedSeq > 0 && (number < 0 ? { rootSeq: { gt: purgedSeq } } : { AND: { seq: { gt: purgedSeq } } })),
    },
    orderBy: { seq: 'asc' },
    select: {
      ...{ seq: true, userId: true, text: true, hasMedia: true, createdAt: true, kind: true, deletedAt: true },
    },
  })

export interface NewBlock {
  roomId: string
  number: number
  upTo: number
  lastAt: Date
  filter: Uint8Array<ArrayBuffer>
}

/**
 * Writes a block of messages that were read when the room was at `revision`. It holds the room's lock, as every change of a message
 * does: it sees what has changed since, and later changes delete the block. False if something has changed.
 */
export async function writeBlock(tx: Db, block: NewBlock, revision: number): Promise<boolean> {
  const { roomId, number, upTo } = block
  const locked = await tx.chatRoom.updateMany({
    // What is too old by now was among what was read.
    where: { id: roomId, deletedAt: null, editedRevision: { lte: revision } },
    data: { revision: { increment: 0 } },
  })
  if (locked.count === 0) return false
  const changed = await tx.chatMessage.findFirst({
    where: { roomId, revision: { gt: revision }, seq: { gt: number * blockSize, lte: upTo } },
    select: { id: true },
  })
  if (changed) return false
  await tx.chatSearchBlock.deleteMany({ where: { roomId, number } })
  await tx.chatSearchBlock.create({ data: block, select: { number: true } })
  return true
}

const toIndex = { id: true, lastMessageSeq: true, replySeq: true } as const

/** Rooms in the order of ids, with their last numbers. */
export const roomsToIndex = (db: Db, afterId: string, take: number) =>
  db.chatRoom.findMany({
    where: { id: { gt: afterId }, deletedAt: null, lastMessageSeq: { gt: 0 } },
    orderBy: { id: 'asc' },
    take,
    select: toIndex,
  })

/** Which of these rooms have not been deleted, with their last numbers. */
export const roomsAmong = (db: Db, ids: string[]) =>
  db.chatRoom.findMany({ where: { id: { in: ids }, deletedAt: null }, select: toIndex })

/** Where a room stands that has not been deleted. */
export const roomToIndex = (db: Db, id: string) =>
  db.chatRoom.findFirst({ where: { id, deletedAt: null }, select: { revision: true, purgedSeq: true } })
