import type { Db, Stored } from './client.js'

export type InviteRow = Stored<'chatInvite'>

export const inviteColumns = {
  id: true,
  roomId: true,
  codeHash: true,
  createdById: true,
  expiresAt: true,
  uses: true,
  /** Null where there is no end to them. */
  usesLeft: true,
  createdAt: true,
} as const satisfies Record<keyof InviteRow, true>

/** One that has ended, by its time or its uses, lets nobody in. */
const stands = (now: Date) => ({
  AND: [
    { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    { OR: [{ usesLeft: null }, { usesLeft: { gt: 0 } }] },
  ],
})

export const standsAt = ({ expiresAt, usesLeft }: InviteRow, now: Date): boolean =>
  (expiresAt === null || expiresAt > now) && usesLeft !== 0

export const findInvite = (db: Db, codeHash: string): Promise<InviteRow | null> =>
  db.chatInvite.findUnique({ where: { codeHash }, select: inviteColumns })

export const findInviteOf = (db: Db, roomId: string, id: string): Promise<InviteRow | null> =>
  db.chatInvite.findFirst({ where: { id, roomId }, select: inviteColumns })

/** Those that have not ended, newest first. */
export const invitesOf = (
  db: Db,
  roomId: string,
  before: string | undefined,
  now: Date,
  take: number,
): Promise<InviteRow[]> =>
  db.chatInvite.findMany({
    where: { roomId, ...(before === undefined ? {} : { id: { lt: before } }), ...stands(now) },
    orderBy: { id: 'desc' },
    take,
    select: inviteColumns,
  })

/** Those of a room: all, or those that one user has made. */
export const countInvites = (db: Db, roomId: string, createdById?: string): Promise<number> =>
  db.chatInvite.count({ where: { roomId, ...(createdById === undefined ? {} : { createdById }) } })

export const createInvite = (db: Db, row: InviteRow): Promise<InviteRow> =>
  db.chatInvite.create({ data: row, select: inviteColumns })

/** Somebody came in by it. The caller holds the room's lock. */
export const countUse = (db: Db, { id, usesLeft }: InviteRow) =>
  db.chatInvite.updateMany({
    where: { id },
    data: { uses: { increment: 1 }, ...(usesLeft === null ? {} : { usesLeft: { decrement: 1 } }) },
  })

export const deleteInvite = (db: Db, id: string) => db.chatInvite.deleteMany({ where: { id } })

/** Deletes those of a room that have ended by themselves. */
export const deleteEndedInvites = (db: Db, roomId: string, now: Date) =>
  db.chatInvite.deleteMany({ where: { roomId, OR: [{ expiresAt: { lte: now } }, { usesLeft: 0 }] } })

/** Deletes what somebody made who may add nobody to the room any more. */
export const deleteInvitesBy = (db: Db, roomId: string, createdById: string) =>
  db.chatInvite.deleteMany({ where: { roomId, createdById } })

/** Deletes those of a deleted room. */
export const forgetInvites = (db: Db, roomId: string) => db.chatInvite.deleteMany({ where: { roomId } })
