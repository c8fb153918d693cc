import { permissionNames } from '../contract/permissions.js'
import type { Db, Stored } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { columnsOf, gathered, gatherShift, JsonRows, unpacked } from './json-rows.js'
import { mentionsAbove } from './mentions.js'
import { firstByOthers, type OwnSide, ownSideColumns } from './own-side.js'
import { sqlHiddenUpTo } from './readable.js'
import { uncountedAbove } from './unread.js'

export type MemberRow = Omit<Stored<'chatRoomUser'>, 'lastSentAt'>

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
  /** As is `notify`, kept for who comes back. */
  muted: true,
  /** Muting ends by itself then. */
  mutedUntil: true,
  notify: true,
  isPinned: true,
  isMarkedUnread: true,
  /** The room's last `seq` when they put it away. */
  archivedAtSeq: true,
  /** Outlives leaving. */
  silencedUntil: true,
  lastReadSeq: true,
  lastSeenAt: true,
  addedById: true,
  removedById: true,
  joinedAt: true,
  leftAt: true,
  joinedRevision: true,
  /** The room's last `seq` when they joined. */
  joinedSeq: true,
  revision: true,
  /** Of who was asked and is no member: `pending` or `refused`. */
  request: true,
  /** Higher with each change that they make for themselves. */
  meRevision: true,
  /** When that was, or when they joined. */
  meChangedAt: true,
  /** Higher with each change of what they send there later. */
  scheduledRevision: true,
} as const satisfies Record<keyof MemberRow, true>

/** When somebody last changed something for themselves in a room: what they have read, or how it is kept for them. */
export type OwnChange = Pick<MemberRow, 'meRevision' | 'meChangedAt'>

/** Of the table called `m`. */
export const packedMember = new JsonRows<MemberRow>(columnsOf('m', memberColumns), {
  dates: ['mutedUntil', 'silencedUntil', 'lastSeenAt', 'joinedAt', 'leftAt', 'meChangedAt'],
  flags: [...permissionNames, 'muted', 'isPinned', 'isMarkedUnread'],
})

const key = (roomId: string, userId: string) => ({ roomId_userId: { roomId, userId } })

/** The row of a member, or the tombstone of one who left. */
export const findMembership = (db: Db, roomId: string, userId: string): Promise<MemberRow | null> =>
  db.chatRoomUser.findUnique({ where: key(roomId, userId), select: memberColumns })

/** What is left of somebody in rooms that are no longer theirs: their tombstones, and whether the rooms are gone. */
export const formerMemberships = (db: Db, userId: string, roomIds: string[]) =>
  db.chatRoomUser.findMany({
    where: { userId, roomId: { in: roomIds } },
    select: { roomId: true, leftAt: true, removedById: true, room: { select: { deletedAt: true } } },
  })

export async function findMember(db: Db, roomId: string, userId: string): Promise<MemberRow | undefined> {
  const row = await findMembership(db, roomId, userId)
  return row?.leftAt === null ? row : undefined
}

/** Who was asked into a private room counts there as one of its two people: whoever asked is told nothing of their answer. */
const askedIntoPair = { request: { not: null }, room: { type: 'private' } } as const

/** The other one of a private room, whether they have accepted or not. */
export const findAsked = (db: Db, roomId: string, userId: string): Promise<MemberRow | null> =>
  db.chatRoomUser.findFirst({ where: { roomId, userId, ...askedIntoPair }, select: memberColumns })

/** In the order in which they joined. */
export const membersOf = (db: Db, roomId: string, afterRevision: number, take: number): Promise<MemberRow[]> =>
  db.chatRoomUser.findMany({
    where: { roomId, OR: [{ leftAt: null }, askedIntoPair], joinedRevision: { gt: afterRevision } },
    orderBy: { joinedRevision: 'asc' },
    take,
    select: memberColumns,
  })

/** Which of these people are members. */
export async function membersAmong(db: Db, roomId: string, userIds: string[]): Promise<Set<string>> {
  const rows = await db.chatRoomUser.findMany({
    where: { roomId, OR: [{ leftAt: null }, askedIntoPair], userId: { in: userIds } },
    select: { userId: true },
  })
  return new Set(rows.map((row) => row.userId))
}

/** Of these rooms, those that somebody is in; of all their rooms, where there are too many to ask for each. */
export async function roomsAmong(db: Db, userId: string, roomIds: string[]): Promise<string[]> {
  const few = roomIds.length <= 500 ? { roomId: { in: roomIds } } : {}
  const rows = await db.chatRoomUser.findMany({
    where: { userId, leftAt: null, ...few },
    select: { roomId: true },
  })
  const wanted = new Set(roomIds)
  return rows.flatMap(({ roomId }) => (wanted.has(roomId) ? [roomId] : []))
}

/** Where one of somebody's rooms stands, how far they have read in it, and how it is kept for them. */
export interface RoomStateRow extends OwnChange, OwnSide {
  userId: string
  roomId: string
  lastReadSeq: number
  scheduledRevision: number
  revision: number
  lastMessageSeq: number
  /** Of the messages that they have not read, those that nobody has to. */
  uncounted: number
  mentions: number
  /** Where others have written first since the room was put away; 0: nowhere. */
  firstByOthers: number
  /** Up to which `seq` the room is hidden from them, for as long as its `historyRevision` is this one. */
  hiddenUpTo: number
  historyRevision: number | null
  purgedSeq: number
}

const packedRoomState = new JsonRows<RoomStateRow>(
  {
    ...columnsOf('m', {
      ...{ userId: true, roomId: true, lastReadSeq: true, ...ownSideColumns },
      ...{ meRevision: true, meChangedAt: true, scheduledRevision: true },
    }),
    ...columnsOf('c', { revision: true, lastMessageSeq: true, historyRevision: true, purgedSeq: true }),
    hiddenUpTo: sqlHiddenUpTo,
    uncounted: uncountedAbove,
    mentions: mentionsAbove,
    firstByOthers,
  },
  { dates: ['mutedUntil', 'meChangedAt'], flags: ['muted', 'isPinned', 'isMarkedUnread'] },
)

/** The id of a room, and that of a member. */
export type Seat = [roomId: string, userId: string]

/** Which rooms these users are in; some of the rooms may be gone. */
export async function seatsOf({ db, dialect }: { db: Db; dialect: Dialect }, userIds: string[]): Promise<Seat[]> {
  if (userIds.length === 0) return []
  const packed: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${dialect.gather}(${dialect.array}(s.room_id, s.user_id)) AS packed FROM (
       SELECT m.room_id, m.user_id, ROW_NUMBER() OVER () AS n FROM chat_room_users m
       WHERE m.user_id IN (${userIds.map(() => '?').join(', ')}) AND m.left_at IS NULL) s
     GROUP BY s.n >> ${gatherShift}`,
    userIds,
    userIds.length === 1 ? 'seats' : '',
  )
  return gathered(packed) as Seat[]
}

/**
 * The rooms of users with where each stands: what sockets are welcomed with. First which rooms they are, then how each of these stands, all
 * of it of one moment. Of a statement that finds the rooms itself, PostgreSQL would expect so many that it reads the table of all rooms,
 * and compiles the statement before.
 */
export async function roomStatesOf(on: { db: Db; dialect: Dialect }, userIds: string[]): Promise<RoomStateRow[]> {
  return statesIn(on, await seatsOf(on, userIds))
}

/** The state of one room; undefined where the user is no member, or the room is gone. */
export async function roomStateOf(
  on: { db: Db; dialect: Dialect },
  userId: string,
  roomId: string,
): Promise<RoomStateRow | undefined> {
  const [row] = await statesIn(on, [[roomId, userId]])
  return row
}

async function statesIn({ db, dialect }: { db: Db; dialect: Dialect }, seats: Seat[]): Promise<RoomStateRow[]> {
  if (seats.length === 0) return []
  const packed: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${dialect.gather}(${packedRoomState.sql(dialect.array)}) AS packed FROM ${dialect.rows('room_id user_id n')}
     JOIN chat_room_users m ON m.room_id = i.room_id AND m.user_id = i.user_id
     JOIN chat_rooms c ON c.id = m.room_id
     WHERE m.left_at IS NULL AND c.deleted_at IS NULL
     GROUP BY i.n`,
    [JSON.stringify(seats.map(([roomId, userId], n) => [roomId, userId, n >> gatherShift]))],
    'welcome',
  )
  return gathered(packed).map((row) => packedRoomState.read(row))
}

export interface OwnChangeRow extends OwnChange {
  userId: string
  roomId: string
  joinedAt: Date
}

const packedOwnChange = new JsonRows<OwnChangeRow>(
  columnsOf('m', { userId: true, roomId: true, joinedAt: true, meRevision: true, meChangedAt: true }),
  { dates: ['joinedAt', 'meChangedAt'] },
)

/** Where these users read, joined, or keep a room otherwise since. The safety poll asks for hundreds of users each second, so it is one value. */
export async function ownChangesOf(
  { db, dialect }: { db: Db; dialect: Dialect },
  userIds: string[],
  since: Date,
): Promise<OwnChangeRow[]> {
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${packedOwnChange.sql(dialect.array)} AS packed
     FROM ${dialect.rows('user_id')} JOIN chat_room_users m ON m.user_id = i.user_id
     JOIN chat_rooms c ON c.id = m.room_id
     WHERE m.me_changed_at > ? AND m.left_at IS NULL AND c.deleted_at IS NULL`,
    [JSON.stringify(userIds.map((id) => [id])), since],
    'own_changes',
  )
  return unpacked(rows).map((row) => packedOwnChange.read(row))
}

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

/** Who follows when the last owner goes: the longest-standing admin, else member; who is silenced, after all others. */
export async function successorOf(db: Db, roomId: string, now: Date): Promise<MemberRow | undefined> {
  const speaks = { OR: [{ silencedUntil: null }, { silencedUntil: { lte: now } }] }
  for (const condition of [speaks, {}]) {
    for (const role of ['admin', 'member'] as const) {
      const row = await db.chatRoomUser.findFirst({
        where: { roomId, leftAt: null, role, ...condition },
        orderBy: { joinedRevision: 'asc' },
        select: memberColumns,
      })
      if (row) return row
    }
  }
  return undefined
}

/** Who of these is in so many rooms, or in more. */
export async function crowdedAmong(db: Db, userIds: string[], most: number): Promise<string[]> {
  const rows = await db.chatRoomUser.groupBy({
    by: ['userId'],
    where: { userId: { in: userIds }, leftAt: null },
    having: { userId: { _count: { gte: most } } },
  })
  const crowded: string[] = []
  // In a room that ended its members stay as they were, so those few are counted again without such rooms.
  for (const { userId } of rows) {
    const rooms = await db.chatRoomUser.count({
      where: { userId, leftAt: null, room: { deletedAt: null } },
      take: most,
    })
    if (rooms >= most) crowded.push(userId)
  }
  return crowded
}

export const countOwners = (db: Db, roomId: string): Promise<number> =>
  db.chatRoomUser.count({ where: { roomId, leftAt: null, role: 'owner' } })
