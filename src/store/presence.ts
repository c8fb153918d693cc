import { inChunks } from './chunks.js'
import type { Db } from './client.js'

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

export const createPresences = (db: Db, nodeId: string, userIds: string[]) =>
  inChunks(userIds, (some) => db.chatPresence.createMany({ data: some.map((userId) => ({ userId, nodeId })) }))

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
