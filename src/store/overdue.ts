import type { Db } from './client.js'

/** When some messages were due that no server has sent by then, the first ones first. */
export async function overdueScheduled(db: Db, by: Date, most: number): Promise<Date[]> {
  const where = { dueAt: { lt: by } }
  const rows = await db.chatScheduledMessage.findMany({
    where,
    orderBy: { dueAt: 'asc' },
    take: most,
    select: { dueAt: true },
  })
  return rows.flatMap(({ dueAt }) => dueAt ?? [])
}

/** When some erasures were requested that nobody is doing by then, or that failed the last time that somebody tried. */
export async function stuckErasures(db: Db, by: Date, most: number): Promise<Date[]> {
  const rows = await db.chatErasure.findMany({
    where: { dueAt: { not: null }, OR: [{ dueAt: { lt: by } }, { error: { not: null } }] },
    orderBy: { dueAt: 'asc' },
    take: most,
    select: { requestedAt: true },
  })
  return rows.map(({ requestedAt }) => requestedAt)
}
