import type { Permissions } from '../contract/permissions.js'
import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { type MemberRow, memberColumns } from './members.js'

/** Whether a user who was asked into a room has answered. One who accepted is an ordinary member. */
export type RequestState = 'pending' | 'refused'

/** A user was asked into a room at `joinedAt` by `addedById`, and has not answered. */
export type RequestRow = Pick<MemberRow, 'roomId' | 'userId' | 'addedById' | 'joinedAt'>

/** A former member's row keeps when they left, and which permissions they did not have. */
export function createRequest(
  tx: Db,
  request: RequestState,
  { roomId, userId, addedById, joinedAt }: RequestRow,
  membership: Pick<MemberRow, 'role' | 'joinedRevision' | keyof Permissions>,
): Promise<MemberRow> {
  const asked = { request, addedById, joinedAt }
  return tx.chatRoomUser.upsert({
    where: { roomId_userId: { roomId, userId } },
    update: asked,
    // No event has this row's revision.
    create: { ...asked, ...membership, roomId, userId, leftAt: joinedAt, revision: 0 },
    select: memberColumns,
  })
}

const columns = { roomId: true, userId: true, addedById: true, joinedAt: true } as const

const open = (userId: string, states: RequestState[] = ['pending']) => ({
  userId,
  request: { in: states },
  room: { deletedAt: null },
})

export const findRequest = (
  db: Db,
  roomId: string,
  userId: string,
  states?: RequestState[],
): Promise<RequestRow | null> =>
  db.chatRoomUser.findFirst({ where: { roomId, ...open(userId, states) }, select: columns })

/** Reads requests, the last one first. */
export const requestsOf = (
  db: Db,
  userId: string,
  before: { at: number; id: string } | undefined,
  take: number,
): Promise<RequestRow[]> => {
  const at = before && new Date(before.at)
  return db.chatRoomUser.findMany({
    where: {
      ...open(userId),
      ...(before && at ? { OR: [{ joinedAt: { lt: at } }, { joinedAt: at, roomId: { lt: before.id } }] } : {}),
    },
    orderBy: [{ joinedAt: 'desc' }, { roomId: 'desc' }],
    take,
    select: columns,
  })
}

/** Requests to these users since then, for the safety poll. */
export const requestsSince = (db: Db, userIds: string[], since: Date): Promise<{ roomId: string; userId: string }[]> =>
  db.chatRoomUser.findMany({
    where: { userId: { in: userIds }, request: 'pending', joinedAt: { gt: since }, room: { deletedAt: null } },
    select: { roomId: true, userId: true },
  })

/** Which of these users were asked by this user before, and refused. */
export async function refusedBy(db: Db, userIds: string[], askerId: string): Promise<Set<string>> {
  const rows = await db.chatRoomUser.findMany({
    where: { userId: { in: userIds }, addedById: askerId, request: 'refused' },
    select: { userId: true },
  })
  return new Set(rows.map(({ userId }) => userId))
}

/** Deletes a user's refusals of these people, because the user now writes to them: they may write again. */
export const forgetRefusals = (db: Db, userId: string, askerIds: string[]) =>
  db.chatRoomUser.updateMany({
    where: { userId, addedById: { in: askerIds }, request: 'refused' },
    data: { request: null },
  })

/** Refuses all requests of one user to another, and returns the rooms. */
export async function refuseAllOf(db: Db, userId: string, askerId: string): Promise<string[]> {
  const where = { userId, addedById: askerId, request: 'pending' }
  const rows = await db.chatRoomUser.findMany({ where, select: { roomId: true } })
  if (rows.length > 0) await db.chatRoomUser.updateMany({ where, data: { request: 'refused' } })
  return rows.map(({ roomId }) => roomId)
}

/** Refuses a request; false if none is open. */
export async function refuse(db: Db, roomId: string, userId: string): Promise<boolean> {
  const answered = await db.chatRoomUser.updateMany({
    where: { roomId, ...open(userId) },
    data: { request: 'refused' },
  })
  return answered.count > 0
}

/** Which of these users share a room with the user that is not public: they know each other. */
export async function acquaintances(
  { db, dialect }: { db: Db; dialect: Dialect },
  userId: string,
  userIds: string[],
): Promise<Set<string>> {
  if (userIds.length === 0) return new Set()
  const rows: { userId: string }[] = await dialect.select(
    db,
    `SELECT DISTINCT o.user_id AS "userId" FROM chat_room_users o
     WHERE o.user_id IN (${userIds.map(() => '?').join(', ')}) AND o.left_at IS NULL AND EXISTS (
       SELECT 1 FROM chat_room_users m JOIN chat_rooms c ON c.id = m.room_id
       WHERE m.room_id = o.room_id AND m.user_id = ? AND m.left_at IS NULL AND c.deleted_at IS NULL AND c.is_public = ?)`,
    [...userIds, userId, false],
  )
  return new Set(rows.map((row) => row.userId))
}
