import type { Db, Stored } from './client.js'
import { ownChange } from './own-side.js'

export type ScheduledRow = Stored<'chatScheduledMessage'>

export const scheduledColumns = {
  id: true,
  roomId: true,
  userId: true,
  clientId: true,
  bodyHash: true,
  draft: true,
  sendAt: true,
  dueAt: true,
  failure: true,
  revision: true,
  createdAt: true,
} as const satisfies Record<keyof ScheduledRow, true>

/** Whose they are: a user's, or those of the host's own code; in one room or in all. */
interface Whose {
  userId: string | null
  roomId?: string
}

/** Where a page goes on. */
export interface ScheduledCursor {
  at: string
  id: string
}

/** In the order in which they are to be sent. */
export function scheduledOf(
  db: Db,
  whose: Whose,
  after: ScheduledCursor | undefined,
  take: number,
): Promise<ScheduledRow[]> {
  const beyond = after && {
    OR: [{ sendAt: { gt: new Date(after.at) } }, { sendAt: new Date(after.at), id: { gt: after.id } }],
  }
  return db.chatScheduledMessage.findMany({
    where: { ...whose, ...beyond },
    orderBy: [{ sendAt: 'asc' }, { id: 'asc' }],
    take,
    select: scheduledColumns,
  })
}

export const findScheduled = (
  db: Db,
  where: Required<Whose> & ({ id: string } | { clientId: string }),
): Promise<ScheduledRow | null> => db.chatScheduledMessage.findFirst({ where, select: scheduledColumns })

export const countScheduled = (db: Db, userId: string): Promise<number> =>
  db.chatScheduledMessage.count({ where: { userId } })

export const createScheduled = (db: Db, data: ScheduledRow): Promise<ScheduledRow> =>
  db.chatScheduledMessage.create({ data, select: scheduledColumns })

type Version = Pick<ScheduledRow, 'id' | 'revision'>

/** Changes one that is as it was read; undefined where it was changed, sent or cancelled since. */
export async function changeScheduled(
  db: Db,
  { id, revision }: Version,
  data: Partial<Pick<ScheduledRow, 'draft' | 'sendAt' | 'dueAt' | 'failure'>>,
): Promise<ScheduledRow | undefined> {
  const where = { id, revision }
  const changed = await db.chatScheduledMessage.updateMany({ where, data: { ...data, revision: { increment: 1 } } })
  if (changed.count === 0) return undefined
  const row = await db.chatScheduledMessage.findUnique({ where: { id }, select: scheduledColumns })
  return row?.revision === revision + 1 ? row : undefined
}

/** Deletes one that is as it was read; false where it was changed, sent or cancelled since. */
export const deleteScheduled = async (db: Db, { id, revision }: Version): Promise<boolean> =>
  (await db.chatScheduledMessage.deleteMany({ where: { id, revision } })).count > 0

/** Deletes one however it is; false where it was sent or cancelled. */
export const cancelScheduled = async (db: Db, id: string): Promise<boolean> =>
  (await db.chatScheduledMessage.deleteMany({ where: { id } })).count > 0

/** Those that are due by then, the first ones first. */
export const dueScheduled = (
  db: Db,
  by: Date,
  after: ScheduledRow | undefined,
  take: number,
): Promise<ScheduledRow[]> =>
  db.chatScheduledMessage.findMany({
    where: {
      dueAt: { lte: by },
      ...(after?.dueAt && { OR: [{ dueAt: { gt: after.dueAt } }, { dueAt: after.dueAt, id: { gt: after.id } }] }),
    },
    orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
    take,
    select: scheduledColumns,
  })

/** Counts a change of what somebody sends later in a room, as one of their own side of it: so all servers find it. */
export const countScheduledChange = (db: Db, { userId, roomId }: Required<Whose>, now: Date) =>
  userId === null
    ? undefined
    : db.chatRoomUser.updateMany({
        where: { roomId, userId },
        data: { scheduledRevision: { increment: 1 }, ...ownChange(now) },
      })

/** Whether one that is yet to be sent is going to carry a file of its author's. */
export async function isScheduled(db: Db, mediaId: string): Promise<boolean> {
  const media = await db.chatMedia.findUnique({ where: { id: mediaId }, select: { uploadedById: true } })
  if (!media) return false
  const where = { userId: media.uploadedById, draft: { contains: mediaId } }
  return (await db.chatScheduledMessage.findFirst({ where, select: { id: true } })) !== null
}
