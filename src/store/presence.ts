import { inChunks } from '../concurrency/chunks.js'
import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'

/** Makes a server known, for a time. */
export const createNode = (db: Db, id: string, aliveUntil: Date) =>
  db.chatNode.create({ data: { id, aliveUntil }, select: { id: true } })

/** Moves a server's time on. False where it has ended already: others may count its people as gone. */
export async function renewNode(db: Db, id: string, now: Date, aliveUntil: Date): Promise<boolean> {
  const renewed = await db.chatNode.updateMany({ where: { id, aliveUntil: { gt: now } }, data: { aliveUntil } })
  return renewed.count > 0
}

/** Who was there goes with it. */
export const deleteNodes = (db: Db, ids: string[]) => db.chatNode.deleteMany({ where: { id: { in: ids } } })

/** Servers that did not move their time on. */
export const deadNodes = (db: Db, now: Date): Promise<{ id: string; aliveUntil: Date }[]> =>
  db.chatNode.findMany({ where: { aliveUntil: { lt: now } }, take: 20, select: { id: true, aliveUntil: true } })

/** Takes the lock of a dead server's row. False where another server was first, or it came back. */
export async function claimDeadNode(tx: Db, id: string, aliveUntil: Date): Promise<boolean> {
  return (await tx.chatNode.updateMany({ where: { id, aliveUntil }, data: { aliveUntil } })).count > 0
}

export async function usersAt(db: Db, nodeId: string): Promise<string[]> {
  const rows = await db.chatPresence.findMany({ where: { nodeId }, select: { userId: true } })
  return rows.map((row) => row.userId)
}

/** How many sockets of a user a server has. */
export interface SocketCount {
  userId: string
  sockets: number
}

export const createPresences = (db: Db, nodeId: string, counts: SocketCount[], openedAt: Date) =>
  inChunks(counts, (some) =>
    db.chatPresence.createMany({ data: some.map(({ userId, sockets }) => ({ userId, nodeId, sockets, openedAt })) }),
  )

/** Writes how many sockets these have there: a statement for each number, of which there are few. */
export async function countSockets(db: Db, nodeId: string, counts: SocketCount[], openedAt?: Date): Promise<void> {
  for (const sockets of new Set(counts.map((count) => count.sockets))) {
    const userIds = counts.flatMap((count) => (count.sockets === sockets ? [count.userId] : []))
    const data = { sockets, ...(openedAt && { openedAt }) }
    await inChunks(userIds, (some) => db.chatPresence.updateMany({ where: { nodeId, userId: { in: some } }, data }))
  }
}

/** Somebody opened their newest socket there then, or has opened a newer one that is written already. */
export const moveOpenedAt = (db: Db, nodeId: string, userId: string, openedAt: Date) =>
  db.chatPresence.updateMany({ where: { nodeId, userId, openedAt: { lt: openedAt } }, data: { openedAt } })

/** Those of these who have more sockets than that, on all servers together. */
export async function crowdedAmong(db: Db, userIds: string[], most: number): Promise<string[]> {
  const rows = await inChunks(userIds, (some) =>
    db.chatPresence.groupBy({
      by: ['userId'],
      where: { userId: { in: some } },
      having: { sockets: { _sum: { gt: most } } },
    }),
  )
  return rows.flat().map(({ userId }: { userId: string }) => userId)
}

/** The same of all who have some on this server: those of whom no other server has told. */
export async function crowdedAt(
  { db, dialect }: { db: Db; dialect: Dialect },
  nodeId: string,
  most: number,
): Promise<string[]> {
  const rows: { userId: string }[] = await dialect.select(
    db,
    `SELECT o.user_id AS "userId" FROM chat_presences o JOIN chat_presences p ON p.user_id = o.user_id
     WHERE o.node_id = ? GROUP BY o.user_id HAVING SUM(p.sockets) > ?`,
    [nodeId, most],
  )
  return rows.map(({ userId }) => userId)
}

/** A server that somebody has sockets on. */
export interface Holding {
  nodeId: string
  sockets: number
  openedAt: Date | null
}

/** Where somebody's sockets are, on servers that are alive. */
export const holdingsOf = (db: Db, userId: string, now: Date): Promise<Holding[]> =>
  db.chatPresence.findMany({
    where: { userId, node: { aliveUntil: { gt: now } } },
    select: { nodeId: true, sockets: true, openedAt: true },
  })

export const deletePresences = (db: Db, nodeId: string, userIds: string[]) =>
  inChunks(userIds, (some) => db.chatPresence.deleteMany({ where: { nodeId, userId: { in: some } } }))

/** On which servers these are, and until when each is alive. */
export async function presencesOf(db: Db, userIds: string[]): Promise<{ userId: string; aliveUntil: Date }[]> {
  const rows = await inChunks(userIds, (some) =>
    db.chatPresence.findMany({
      where: { userId: { in: some } },
      select: { userId: true, node: { select: { aliveUntil: true } } },
    }),
  )
  // Prisma reads the two one after the other: between, a server and all its rows may have been deleted.
  return rows.flat().flatMap(({ userId, node }: { userId: string; node: { aliveUntil: Date } | null }) => {
    return node ? [{ userId, aliveUntil: node.aliveUntil }] : []
  })
}
