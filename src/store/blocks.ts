import type { Db, Stored } from './client.js'
import type { Dialect } from './dialects/dialect.js'

export type BlockRow = Stored<'chatBlock'>

export const blockColumns = { userId: true, blockedId: true, createdAt: true } as const satisfies Record<
  keyof BlockRow,
  true
>

/**
 * Locks two people until the transaction ends, so that one cannot block the other while their private room is being made. It
 * locks them one after the other, in the order of their ids, because otherwise two who block each other at once would deadlock.
 */
export async function lockPeople({ db, dialect }: { db: Db; dialect: Dialect }, userIds: string[]): Promise<void> {
  for (const id of [...new Set(userIds)].sort()) {
    await dialect.execute(db, 'UPDATE chat_users SET name = name WHERE id = ?', [id])
  }
}

export const findBlock = (db: Db, userId: string, blockedId: string): Promise<BlockRow | null> =>
  db.chatBlock.findUnique({ where: { userId_blockedId: { userId, blockedId } }, select: blockColumns })

export const createBlock = (db: Db, row: BlockRow): Promise<BlockRow> =>
  db.chatBlock.create({ data: row, select: blockColumns })

export const deleteBlock = async (db: Db, userId: string, blockedId: string): Promise<boolean> =>
  (await db.chatBlock.deleteMany({ where: { userId, blockedId } })).count > 0

export const countBlocks = (db: Db, userId: string): Promise<number> => db.chatBlock.count({ where: { userId } })

/** The people whom a user blocks, in the order of ids. */
export const blocksOf = (db: Db, userId: string, after: string, take: number): Promise<BlockRow[]> =>
  db.chatBlock.findMany({
    where: { userId, blockedId: { gt: after } },
    orderBy: { blockedId: 'asc' },
    take,
    select: blockColumns,
  })

/** Whom each of these users blocks, by the user's id. */
export async function blockedIdsOf(db: Db, userIds: string[]): Promise<Map<string, string[]>> {
  const rows = await db.chatBlock.findMany({ where: { userId: { in: userIds } }, select: blockColumns })
  const blocked = new Map<string, string[]>()
  for (const { userId, blockedId } of rows) blocked.set(userId, [...(blocked.get(userId) ?? []), blockedId])
  return blocked
}

/** Of people and whom they may block, those pairs of which the first blocks the second, each as `pairOf`. */
export async function blocksAmong(db: Db, pairs: [userId: string, blockedId: string][]): Promise<Set<string>> {
  const userIds = new Map<string, Set<string>>()
  for (const [userId, blockedId] of pairs) {
    if (userId !== blockedId) userIds.set(blockedId, (userIds.get(blockedId) ?? new Set()).add(userId))
  }
  const asked = [...userIds].map(([blockedId, ids]) => ({ blockedId, userId: { in: [...ids] } }))
  if (asked.length === 0) return new Set()
  const rows = await db.chatBlock.findMany({ where: { OR: asked }, select: blockColumns })
  return new Set(rows.map((row) => pairOf(row.userId, row.blockedId)))
}

export const pairOf = (userId: string, blockedId: string): string => JSON.stringify([userId, blockedId])

/** Which of these people block the user, or are blocked by the user. */
export async function blockedAmong(db: Db, userId: string, others: string[]): Promise<Set<string>> {
  if (others.length === 0) return new Set()
  const rows = await db.chatBlock.findMany({
    where: {
      OR: [
        { userId, blockedId: { in: others } },
        { blockedId: userId, userId: { in: others } },
      ],
    },
    select: blockColumns,
  })
  return new Set(rows.map((row) => (row.userId === userId ? row.blockedId : row.userId)))
}
