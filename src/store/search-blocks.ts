import type { Db } from './client.js'
import type { Dialect, Range } from './dialects/dialect.js'
import { dateOf, unpacked } from './json-rows.js'
import { bitOf, blockOf, blockSize } from './search-filter.js'

/** What a block says: of which messages it tells, and, where these may be what is wanted, when the last of them was written. */
export interface AskedBlock {
  upTo: number
  lastAt: Date | undefined
}

/** Asks blocks whether their messages may have all of this; by the range that they are in. */
export async function askBlocks(
  { db, dialect }: { db: Db; dialect: Dialect },
  ranges: Range[],
  tokens: number[],
): Promise<Map<number, AskedBlock[]>> {
  const { array, gather } = dialect
  const knows = tokens.map(() => dialect.hasBit('t.filter')).join(' AND ') || '1 = 1'
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${array}(b.n, ${gather}(CASE WHEN b.knows = 1 THEN b.up_to ELSE -b.up_to END),
       ${gather}(CASE WHEN b.knows = 1 THEN b.last_at END)) AS packed
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
        const lastAt = Number(upTo) > 0 ? dateOf(lastAts[each]) : null
        return { upTo: Math.abs(Number(upTo)), lastAt: lastAt ?? undefined }
      })
      return [n, blocks]
    }),
  )
}

/** JSON within JSON is a text to some databases. */
const listOf = (value: unknown): unknown[] => (typeof value === 'string' ? JSON.parse(value) : (value as unknown[]))

/** What a message said is no longer known: in the transaction that changes it, whose lock the writer of blocks waits for. */
export const forgetBlock = (tx: Db, { roomId, seq }: { roomId: string; seq: number }) =>
  tx.chatSearchBlock.deleteMany({ where: { roomId, number: blockOf(seq) } })

/** Of a room that ends nothing is known. */
export const forgetBlocks = (tx: Db, roomId: string) => tx.chatSearchBlock.deleteMany({ where: { roomId } })

/** Blocks of a room that are beside each other. */
export interface BlockRange {
  roomId: string
  from: number
  below: number
}

/** Up to where each of these blocks tells of its messages. */
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

/** The messages that a block is to tell of. */
export const messagesOfBlock = (db: Db, roomId: string, number: number): Promise<BlockedMessage[]> =>
  db.chatMessage.findMany({
    where: { roomId, seq: seqsOf(number) },
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
 * Writes a block of messages that were read when the room stood at `revision`. Under the room's lock, which every change
 * of a message takes: what changed since then is seen, and what changes later deletes the block. False where it did.
 */
export async function writeBlock(tx: Db, block: NewBlock, revision: number): Promise<boolean> {
  const { roomId, number, upTo } = block
  const locked = await tx.chatRoom.updateMany({
    where: { id: roomId, deletedAt: null },
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

/** Rooms in the order of ids, with where they stand. */
export const roomsToIndex = (db: Db, afterId: string, take: number) =>
  db.chatRoom.findMany({
    where: { id: { gt: afterId }, deletedAt: null, lastMessageSeq: { gt: 0 } },
    orderBy: { id: 'asc' },
    take,
    select: { id: true, lastMessageSeq: true },
  })

/** Those of these rooms that have not been deleted, with where they stand. */
export const roomsAmong = (db: Db, ids: string[]) =>
  db.chatRoom.findMany({ where: { id: { in: ids }, deletedAt: null }, select: { id: true, lastMessageSeq: true } })

/** Where a room stands that has not been deleted. */
export const roomToIndex = (db: Db, id: string) =>
  db.chatRoom.findFirst({ where: { id, deletedAt: null }, select: { revision: true } })
