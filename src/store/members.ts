import { type Permissions, permissionNames, type Role } from '../contract/permissions.js'
import type { Db } from './client.js'
import { columnsOf, Packed } from './packed.js'

export const memberColumns = {
  roomId: true,
  userId: true,
  role: true,
  canAddUsers: true,
  canRemoveUsers: true,
  canCreateMessages: true,
  canDeleteMessages: true,
  canDeleteOwnMessages: true,
  canEditMessages: true,
  canEditOwnMessages: true,
  canEditRoom: true,
  canDeleteRoom: true,
  muted: true,
  lastReadSeq: true,
  lastSeenAt: true,
  addedById: true,
  removedById: true,
  joinedAt: true,
  leftAt: true,
  joinedRevision: true,
  revision: true,
} as const

export interface MemberRow extends Permissions {
  roomId: string
  userId: string
  role: Role
  muted: boolean
  lastReadSeq: number
  lastSeenAt: Date | null
  addedById: string | null
  removedById: string | null
  joinedAt: Date
  leftAt: Date | null
  joinedRevision: number
  revision: number
}

/** Of the table called `m`. */
export const packedMember = new Packed<MemberRow>(columnsOf('m', memberColumns), {
  moments: ['lastSeenAt', 'joinedAt', 'leftAt'],
  flags: [...permissionNames, 'muted'],
})

const key = (roomId: string, userId: string) => ({ roomId_userId: { roomId, userId } })

/** The row of a member, or the tombstone of one who left. */
export const findMembership = (db: Db, roomId: string, userId: string): Promise<MemberRow | null> =>
  db.chatRoomUser.findUnique({ where: key(roomId, userId), select: memberColumns })

export async function findMember(db: Db, roomId: string, userId: string): Promise<MemberRow | undefined> {
  const row = await findMembership(db, roomId, userId)
  return row?.leftAt === null ? row : undefined
}

/** In the order in which they joined. */
export const membersOf = (db: Db, roomId: string, afterRevision: number, take: number): Promise<MemberRow[]> =>
  db.chatRoomUser.findMany({
    where: { roomId, leftAt: null, joinedRevision: { gt: afterRevision } },
    orderBy: { joinedRevision: 'asc' },
    take,
    select: memberColumns,
  })

/** Which of these people are members. */
export async function membersAmong(db: Db, roomId: string, userIds: string[]): Promise<Set<string>> {
  const rows = await db.chatRoomUser.findMany({
    where: { roomId, leftAt: null, userId: { in: userIds } },
    select: { userId: true },
  })
  return new Set(rows.map((row) => row.userId))
}

/** The rooms of users with where each stands: what sockets are welcomed with. */
export const standingsOf = (db: Db, userIds: string[], roomId?: string) =>
  db.chatRoomUser.findMany({
    where: {
      userId: { in: userIds },
      leftAt: null,
      room: { deletedAt: null },
      ...(roomId === undefined ? {} : { roomId }),
    },
    select: {
      userId: true,
      roomId: true,
      joinedAt: true,
      lastReadSeq: true,
      lastSeenAt: true,
      muted: true,
      room: { select: { revision: true, lastMessageSeq: true } },
    },
  })

/** What somebody has set for themselves in a room, and since when. */
export interface OwnSideRow {
  userId: string
  roomId: string
  joinedAt: Date
  lastReadSeq: number
  lastSeenAt: Date | null
  muted: boolean
}

/** Memberships of these users that began or were read lately, or are muted: what the safety poll looks at. */
export const ownSidesOf = (db: Db, userIds: string[], since: Date): Promise<OwnSideRow[]> =>
  db.chatRoomUser.findMany({
    where: {
      userId: { in: userIds },
      leftAt: null,
      room: { deletedAt: null },
      OR: [{ joinedAt: { gt: since } }, { lastSeenAt: { gt: since } }, { muted: true }],
    },
    select: { userId: true, roomId: true, joinedAt: true, lastReadSeq: true, lastSeenAt: true, muted: true },
  })

/** Writes a member, new or come back. */
export const saveMember = (db: Db, row: MemberRow): Promise<MemberRow> => {
  const { roomId, userId, ...rest } = row
  return db.chatRoomUser.upsert({ where: key(roomId, userId), create: row, update: rest, select: memberColumns })
}

export const createMembers = (db: Db, rows: MemberRow[]) => db.chatRoomUser.createMany({ data: rows })

export const changeMember = (
  db: Db,
  roomId: string,
  userId: string,
  data: Partial<Omit<MemberRow, 'roomId' | 'userId'>>,
): Promise<MemberRow> => db.chatRoomUser.update({ where: key(roomId, userId), data, select: memberColumns })

/** Moves a marker forward, never back: two devices at once leave the furthest. False where it stood there already. */
export async function moveMarker(db: Db, roomId: string, userId: string, seq: number, now: Date): Promise<boolean> {
  const moved = await db.chatRoomUser.updateMany({
    where: { roomId, userId, leftAt: null, lastReadSeq: { lt: seq } },
    data: { lastReadSeq: seq, lastSeenAt: now },
  })
  return moved.count > 0
}

export const setMuted = (db: Db, roomId: string, userId: string, muted: boolean) =>
  db.chatRoomUser.updateMany({ where: { roomId, userId, leftAt: null }, data: { muted } })

/** Who follows when the last owner goes: the longest-standing admin, else member. */
export async function successorOf(db: Db, roomId: string): Promise<MemberRow | undefined> {
  for (const role of ['admin', 'member'] as const) {
    const row = await db.chatRoomUser.findFirst({
      where: { roomId, leftAt: null, role },
      orderBy: { joinedRevision: 'asc' },
      select: memberColumns,
    })
    if (row) return row
  }
  return undefined
}

export const countOwners = (db: Db, roomId: string): Promise<number> =>
  db.chatRoomUser.count({ where: { roomId, leftAt: null, role: 'owner' } })
