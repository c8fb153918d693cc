import type { RoomType } from '../contract/permissions.js'
import type { Db } from './client.js'

export const roomColumns = {
  id: true,
  type: true,
  name: true,
  description: true,
  avatarMediaId: true,
  isPublic: true,
  createdById: true,
  revision: true,
  editedRevision: true,
  lastMessageSeq: true,
  memberCount: true,
  lastMessageAt: true,
  createdAt: true,
  updatedAt: true,
  deletedAt: true,
} as const

export interface RoomRow {
  id: string
  type: RoomType
  name: string | null
  description: string
  avatarMediaId: string | null
  isPublic: boolean
  createdById: string | null
  revision: number
  editedRevision: number
  lastMessageSeq: number
  memberCount: number
  lastMessageAt: Date
  createdAt: Date
  updatedAt: Date
  deletedAt: Date | null
}

/** Where a list by last activity goes on. */
export interface ActivityCursor {
  at: number
  id: string
}

const before = (cursor: ActivityCursor | undefined) =>
  cursor === undefined
    ? {}
    : {
        OR: [
          { lastMessageAt: { lt: new Date(cursor.at) } },
          { lastMessageAt: new Date(cursor.at), id: { lt: cursor.id } },
        ],
      }

const lastActiveFirst = [{ lastMessageAt: 'desc' as const }, { id: 'desc' as const }]

export const findRoom = (db: Db, id: string): Promise<RoomRow | null> =>
  db.chatRoom.findUnique({ where: { id }, select: roomColumns })

export const findPair = (db: Db, pairKey: string): Promise<RoomRow | null> =>
  db.chatRoom.findUnique({ where: { pairKey }, select: roomColumns })

export const findRooms = (db: Db, ids: string[]): Promise<RoomRow[]> =>
  db.chatRoom.findMany({ where: { id: { in: ids } }, select: roomColumns })

export const roomsOfUser = (
  db: Db,
  userId: string,
  type: RoomType | undefined,
  cursor: ActivityCursor | undefined,
  take: number,
): Promise<RoomRow[]> =>
  db.chatRoom.findMany({
    where: {
      deletedAt: null,
      members: { some: { userId, leftAt: null } },
      ...(type === undefined ? {} : { type }),
      ...before(cursor),
    },
    orderBy: lastActiveFirst,
    take,
    select: roomColumns,
  })

export const publicRooms = (db: Db, cursor: ActivityCursor | undefined, take: number): Promise<RoomRow[]> =>
  db.chatRoom.findMany({
    where: { isPublic: true, deletedAt: null, ...before(cursor) },
    orderBy: lastActiveFirst,
    take,
    select: roomColumns,
  })

/** Every room that is not deleted, for the host's own pages. */
export const allRooms = (db: Db, cursor: ActivityCursor | undefined, take: number): Promise<RoomRow[]> =>
  db.chatRoom.findMany({
    where: { deletedAt: null, ...before(cursor) },
    orderBy: lastActiveFirst,
    take,
    select: roomColumns,
  })

/** Where rooms stand: what the safety poll looks at. */
export const revisionsOf = (db: Db, ids: string[]): Promise<{ id: string; revision: number }[]> =>
  db.chatRoom.findMany({ where: { id: { in: ids } }, select: { id: true, revision: true } })
