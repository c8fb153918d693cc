import type { Db, Stored } from './client.js'

export type ScheduledRow = Stored<'chatScheduledMessage'>

export const scheduledColumns = {
  id: true,
  roomId: true,
  userId: true,
  clientId: true,
  draft: true,
  sendAt: true,
  dueAt: true,
  claimedAt: true,
  failure: true,
  createdAt: true,
} as const satisfies Record<keyof ScheduledRow, true>

/** A user's own in a room, in the order in which they were written. */
export const scheduledOf = (
  db: Db,
  userId: string,
  roomId: string,
  after: string | undefined,
  take: number,
): Promise<ScheduledRow[]> =>
  db.chatScheduledMessage.findMany({
    where: { userId, roomId, ...(after === undefined ? {} : { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take,
    select: scheduledColumns,
  })

export const findScheduled = (db: Db, userId: string, roomId: string, id: string): Promise<ScheduledRow | null> =>
  db.chatScheduledMessage.findFirst({ where: { id, userId, roomId }, select: scheduledColumns })

export const findScheduledBy = (
  db: Db,
  userId: string,
  roomId: string,
  clientId: string,
): Promise<ScheduledRow | null> =>
  db.chatScheduledMessage.findFirst({ where: { userId, roomId, clientId }, select: scheduledColumns })

export const countScheduled = (db: Db, userId: string): Promise<number> =>
  db.chatScheduledMessage.count({ where: { userId } })

export const createScheduled = (db: Db, data: ScheduledRow): Promise<ScheduledRow> =>
  db.chatScheduledMessage.create({ data, select: scheduledColumns })

/** Changes one that no server has begun to send; false where one has, or it is gone. */
export async function changeScheduled(db: Db, id: string, data: Partial<ScheduledRow>): Promise<boolean> {
  const changed = await db.chatScheduledMessage.updateMany({ where: { id, claimedAt: null }, data })
  return changed.count > 0
}

/** Cancels one that no server has begun to send; false where one has, or it is gone. */
export async function cancelScheduled(db: Db, id: string): Promise<boolean> {
  const cancelled = await db.chatScheduledMessage.deleteMany({ where: { id, claimedAt: null } })
  return cancelled.count > 0
}

/** Those that are due by this time, the first ones first. */
export const dueScheduled = (db: Db, by: Date, take: number): Promise<ScheduledRow[]> =>
  db.chatScheduledMessage.findMany({
    where: { dueAt: { lte: by } },
    orderBy: { dueAt: 'asc' },
    take,
    select: scheduledColumns,
  })

/** Takes one for the server that sends it, until `until`: then another may. False for all others. */
export async function claimScheduled(db: Db, { id, dueAt }: ScheduledRow, now: Date, until: Date): Promise<boolean> {
  const claimed = await db.chatScheduledMessage.updateMany({
    where: { id, dueAt },
    data: { claimedAt: now, dueAt: until },
  })
  return claimed.count > 0
}

/** It was sent. */
export const deleteScheduled = (db: Db, id: string) => db.chatScheduledMessage.deleteMany({ where: { id } })

/** It was not sent: it is looked at again, or stays with the reason why it failed. */
export const releaseScheduled = (db: Db, id: string, data: Pick<ScheduledRow, 'dueAt' | 'failure'>) =>
  db.chatScheduledMessage.updateMany({ where: { id }, data: { ...data, claimedAt: null } })

/** Whether one that is yet to be sent is going to carry a file. There are few of them at a time. */
export const isScheduled = async (db: Db, mediaId: string): Promise<boolean> =>
  (await db.chatScheduledMessage.findFirst({ where: { draft: { contains: mediaId } }, select: { id: true } })) !== null
