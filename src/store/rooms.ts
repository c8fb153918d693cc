import type { RoomType } from '../contract/permissions.js'
import type { Db, Stored } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { columnsOf, JsonRows, unpacked } from './json-rows.js'
import { type MemberRow, packedMember } from './members.js'
import { mentionCountOf, mentionsAbove } from './mentions.js'
import { type MessageRow, packedMessage } from './messages.js'
import { archivedIn, isWrittenTo, notArchivedIn } from './own-side.js'
import { sqlHiddenUpTo } from './readable.js'
import { uncountedAbove, unreadOf } from './unread.js'
import { packedUser, type UserRow, userColumns } from './users.js'

/** Columns that are read where messages are removed that are too old, and nowhere else. */
type OfPurge = 'retentionDays' | 'keptSince' | 'purgeHeldUntil'

export type RoomRow = Omit<Stored<'chatRoom'>, 'pairKey' | 'changedAt' | OfPurge>

export const roomColumns = {
  id: true,
  /** Whose room it is: nobody of another tenant comes in. Empty for none. */
  tenantId: true,
  /** The host's own name for it, which is free again once the room is deleted. */
  key: true,
  /** A JSON text of the host's, or of a client that the host lets write it. */
  data: true,
  type: true,
  name: true,
  description: true,
  avatarMediaId: true,
  isPublic: true,
  isBlocked: true,
  /** Made by the host with nobody in it: it has no owner unless the host gives it one, and outlives its members. */
  isOwnerless: true,
  /** How long a person waits between two messages; 0 is not at all. */
  slowModeSeconds: true,
  /** Whether people are told how far the others have read. */
  readReceipts: true,
  /** Whoever has joined since this revision sees what was written from then on alone; null: all see all. */
  historyRevision: true,
  createdById: true,
  revision: true,
  editedRevision: true,
  /** The revision at which the row of an erased member last went, or messages were imported: who knows less reads the room anew. */
  erasedRevision: true,
  /** Up to this `seq` messages are gone, with their threads, because they were too old. */
  purgedSeq: true,
  lastMessageSeq: true,
  memberCount: true,
  lastMessageAt: true,
  /** Of the replies that are in threads alone: how many there were, and when the last one was written. */
  replySeq: true,
  lastReplyAt: true,
  createdAt: true,
  updatedAt: true,
  deletedAt: true,
} as const satisfies Record<keyof RoomRow, true>

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

/** The room that a tenant's host calls so. */
export const findRoomByKey = (db: Db, tenantId: string, key: string): Promise<RoomRow | null> =>
  db.chatRoom.findUnique({ where: { tenantId_key: { tenantId, key } }, select: roomColumns })

/** In no particular order, without those that were deleted. */
export const findRooms = (db: Db, ids: string[]): Promise<RoomRow[]> =>
  db.chatRoom.findMany({ where: { id: { in: ids }, deletedAt: null }, select: roomColumns })

export const publicRooms = (
  db: Db,
  tenantId: string,
  cursor: ActivityCursor | undefined,
  take: number,
): Promise<RoomRow[]> =>
  db.chatRoom.findMany({
    where: { tenantId, isPublic: true, deletedAt: null, ...before(cursor) },
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

/** Of the table called `c`. */
export const packedRoom = new JsonRows<RoomRow>(columnsOf('c', roomColumns), {
  dates: ['lastMessageAt', 'lastReplyAt', 'createdAt', 'updatedAt', 'deletedAt'],
  flags: ['isPublic', 'isBlocked', 'isOwnerless', 'readReceipts'],
})
const packedPeer = new JsonRows<UserRow>(columnsOf('p', userColumns), { dates: ['lastSeenAt'] })

/** A room as one person sees it. Outside of the rooms that they are in there is only the room. */
export interface SeenRoom {
  room: RoomRow
  member: MemberRow | undefined
  /** How many messages they have to read. */
  unreadCount: number
  /** How many of the messages that they have not read mention them; a hundred may be more. */
  mentionCount: number
  /** Whether somebody else has written since they put the room away. */
  isWrittenTo: boolean
  /** The last one that was not deleted. */
  lastMessage: MessageRow | undefined
  /** Who wrote it. */
  writer: UserRow | undefined
  /** The other one of a private room. */
  peer: UserRow | undefined
  /** Whether they are in it, and not only asked. */
  isPeerIn: boolean
}

interface Picked {
  sql: string
  values: unknown[]
  /** Of a statement that is the same each time. */
  name?: string | undefined
}

/** Which of a user's rooms are listed, and how many of them. */
export interface RoomsQuery {
  type: RoomType | undefined
  /** Those that are pinned alone, or those that are not; undefined: both. */
  isPinned: boolean | undefined
  /** Those that were put away, or those that were not. */
  isArchived: boolean
  cursor: PinnedCursor | undefined
  take: number
  now: Date
}

/** Where the list of a user's rooms goes on: pinned ones stand above the others. */
export interface PinnedCursor extends ActivityCursor {
  isPinned: boolean
}

/** The rooms that a user is in: pinned ones first, and then last active first. */
export const roomsOfUser = (
  on: { db: Db; dialect: Dialect },
  userId: string,
  { type, isPinned, isArchived, cursor, take, now }: RoomsQuery,
): Promise<SeenRoom[]> => {
  const at = cursor && new Date(cursor.at)
  const usual = usualTakes.includes(take) && isPinned === undefined && !isArchived
  return seen(on, userId, {
    sql: `SELECT r.* FROM chat_room_users o JOIN chat_rooms r ON r.id = o.room_id
          WHERE o.user_id = ? AND o.left_at IS NULL AND r.deleted_at IS NULL
            AND ${isArchived ? archivedIn('o') : notArchivedIn('o')}
            ${type === undefined ? '' : `AND r.type = '${type}'`}
            ${isPinned === undefined ? '' : `AND o.is_pinned = ${isPinned}`}
            ${
              cursor
                ? `AND (o.is_pinned < ? OR (o.is_pinned = ?
                     AND (r.last_message_at < ? OR (r.last_message_at = ? AND r.id < ?))))`
                : ''
            }
          ORDER BY o.is_pinned DESC, r.last_message_at DESC, r.id DESC LIMIT ${take}`,
    values: [
      userId,
      ...(isArchived ? [] : [userId]),
      now,
      ...(cursor ? [cursor.isPinned, cursor.isPinned, at, at, cursor.id] : []),
    ],
    name: usual ? `rooms_${type ?? 'all'}_${cursor ? 'next' : 'first'}_${take}` : undefined,
  })
}

/** The same of rooms of which the ids are known; in the same order. */
export const seenRooms = (on: { db: Db; dialect: Dialect }, userId: string, ids: string[]): Promise<SeenRoom[]> =>
  seen(on, userId, {
    sql: `SELECT * FROM chat_rooms WHERE deleted_at IS NULL AND id IN (${ids.map(() => '?').join(', ')})`,
    values: ids,
    name: ids.length === 1 ? 'room' : undefined,
  })

/** One more than a page, which tells whether there is another: of the usual length, and as the client asks for them. */
const usualTakes = [51, 101]

// By its key, and only where that one was deleted down from there, as far as the member `m` may read.
const lastShownSeq = `COALESCE(
  (SELECT y.seq FROM chat_messages y WHERE y.room_id = c.id AND y.seq = c.last_message_seq AND y.seq > ${sqlHiddenUpTo}
   AND y.deleted_at IS NULL),
  (SELECT y.seq FROM chat_messages y WHERE y.room_id = c.id AND y.seq > ${sqlHiddenUpTo} AND y.deleted_at IS NULL
   ORDER BY y.seq DESC LIMIT 1))`

async function seen(
  { db, dialect }: { db: Db; dialect: Dialect },
  userId: string,
  picked: Picked,
): Promise<SeenRoom[]> {
  const { array } = dialect
  const arrays = [packedRoom, packedMember, packedMessage, packedUser, packedPeer].map((packed) => packed.sql(array))
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${array}(${arrays.join(', ')}, ${uncountedAbove}, ${mentionsAbove}, ${isWrittenTo},
            CASE WHEN o.left_at IS NULL THEN 1 ELSE 0 END) AS packed
     FROM (${picked.sql}) c
     LEFT JOIN chat_room_users m ON m.room_id = c.id AND m.user_id = ? AND m.left_at IS NULL
     LEFT JOIN chat_messages x ON x.room_id = m.room_id AND x.seq = ${lastShownSeq}
     LEFT JOIN chat_users u ON u.id = x.user_id
     LEFT JOIN chat_room_users o ON c.type = 'private' AND o.room_id = m.room_id AND o.user_id <> m.user_id
     LEFT JOIN chat_users p ON p.id = o.user_id
     ORDER BY m.is_pinned DESC, c.last_message_at DESC, c.id DESC`,
    [...picked.values, userId],
    picked.name,
  )
  return unpacked(rows).map((values) => {
    const [aRoom, aMember, message, writer, peer, uncounted, mentions, written, isPeerIn] = values as Seen
    const room = packedRoom.read(aRoom)
    const member = optional(packedMember, aMember)
    return {
      room,
      member,
      unreadCount: member ? unreadOf(room.lastMessageSeq, member.lastReadSeq, uncounted, room.purgedSeq) : 0,
      mentionCount: mentionCountOf(mentions),
      isWrittenTo: written === 1,
      lastMessage: optional(packedMessage, message),
      writer: optional(packedUser, writer),
      peer: optional(packedPeer, peer),
      isPeerIn: isPeerIn === 1,
    }
  })
}

type Seen = [
  room: unknown[],
  member: unknown[],
  message: unknown[],
  writer: unknown[],
  peer: unknown[],
  uncounted: number,
  mentions: number,
  written: number,
  isPeerIn: number,
]

/** What a join did not find is all null, its first column too. */
const optional = <Row extends object>(packed: JsonRows<Row>, values: unknown[]): Row | undefined =>
  values[0] !== null ? packed.read(values) : undefined
