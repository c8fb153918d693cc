import { inChunks } from '../concurrency/chunks.js'
import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'

/** Writes the lease of a server. */
export const createNode = (db: Db, id: string, aliveUntil: Date) =>
  db.chatNode.create({ data: { id, aliveUntil }, select: { id: true } })

/** Renews a server's lease. False if it has ended already: others may count its users as gone. */
export async function renewNode(db: Db, id: string, now: Date, aliveUntil: Date): Promise<boolean> {
  const renewed = await db.chatNode.updateMany({ where: { id, aliveUntil: { gt: now } }, data: { aliveUntil } })
  return renewed.count > 0
}

/** Deletes a server with its presence rows. */
export const deleteNodes = (db: Db, ids: string[]) => db.chatNode.deleteMany({ where: { id: { in: ids } } })

/** The servers whose lease has ended. */
export const deadNodes = (db: Db, now: Date): Promise<{ id: string; aliveUntil: Date }[]> =>
  db.chatNode.findMany({ where: { aliveUntil: { lt: now } }, take: 20, select: { id: true, aliveUntil: true } })

/** Takes the lock of a dead server's row. False if another server was first, or if it came back. */
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
  /** Whether somebody looks at one of their pages. */
  inFront: boolean
}

export const createPresences = (db: Db, nodeId: string, counts: SocketCount[], openedAt: Date) =>
  inChunks(counts, (some) =>
    db.chatPresence.createMany({ data: some.map((count) => ({ ...count, nodeId, openedAt })) }),
  )

/** Writes how many sockets these users have there. It takes a statement for each number, and there are few different ones. */
export async function countSockets(db: Db, nodeId: string, counts: SocketCount[], openedAt?: Date): Promise<void> {
  for (const sockets of new Set(counts.map((count) => count.sockets))) {
    const userIds = counts.flatMap((count) => (count.sockets === sockets ? [count.userId] : []))
    const data = { sockets, ...(openedAt && { openedAt }) }
    await inChunks(userIds, (some) => db.chatPresence.updateMany({ where: { nodeId, userId: { in: some } }, data }))
  }
}

/** Writes whether somebody looks at one of their pages there. */
export async function turnPresences(db: Db, nodeId: string, counts: SocketCount[]): Promise<void> {
  for (const inFront of [true, false]) {
    const userIds = counts.flatMap((count) => (count.inFront === inFront ? [count.userId] : []))
    await inChunks(userIds, (some) =>
      db.chatPresence.updateMany({ where: { nodeId, userId: { in: some } }, data: { inFront } }),
    )
  }
}

/** Writes when a user opened their newest socket there, unless a newer one is written already. */
export const moveOpenedAt = (db: Db, nodeId: string, userId: string, openedAt: Date) =>
  db.chatPresence.updateMany({ where: { nodeId, userId, openedAt: { lt: openedAt } }, data: { openedAt } })

/** Which of these users have more sockets than that, on all servers together. */
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

/** Which users of this server have more sockets than that, in case no other server has told of them. */
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

/** A server on which a user has sockets. */
export interface Holding {
  nodeId: string
  sockets: number
  openedAt: Date | null
}

/** The servers that are alive and on which a user has sockets. */
export const holdingsOf = (db: Db, userId: string, now: Date): Promise<Holding[]> =>
  db.chatPresence.findMany({
    where: { userId, node: { aliveUntil: { gt: now } } },
    select: { nodeId: true, sockets: true, openedAt: true },
  })

export const deletePresences = (db: Db, nodeId: string, userIds: string[]) =>
  inChunks(userIds, (some) => db.chatPresence.deleteMany({ where: { nodeId, userId: { in: some } } }))

/** The servers of these users, and until when each is alive. */
export async function presencesOf(db: Db, userIds: string[]): Promise<{ userId: string; aliveUntil: Date }[]> {
  const rows = await inChunks(userIds, (some) =>
    db.chatPresence.findMany({
      where: { userId: { in: some } },
      select: { userId: true, node: { select: { aliveUntil: true } } },
    }),
  )
  // Prisma reads the two one after the other. In between, a server with all its rows may have been deleted.
  return rows.flat().flatMap(({ userId, node }: { userId: string; node: { aliveUntil: Date } | null }) => {
    return node ? [{ userId, aliveUntil: node.aliveUntil }] : []
  })
}
