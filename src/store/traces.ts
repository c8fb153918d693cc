import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'

interface On {
  db: Db
  dialect: Dialect
}

/** SQL that is true where a text has another in it, as its one `?`: letter by letter, unlike LIKE. */
const within = ({ dialect }: On, column: string): string =>
  `${dialect.name === 'postgresql' ? 'strpos' : 'instr'}(${column}, ?) > 0`

/** How a user's id stands in a JSON text. */
const inJson = (userId: string): string => JSON.stringify(userId)

/** Messages, of whichever room, in the order of their ids. */
export interface MessageStretch {
  after: string
  upTo: string
}

/** The next so many messages behind an id; undefined where there are none. */
export async function nextStretch(
  { db, dialect }: On,
  after: string,
  take: number,
): Promise<MessageStretch | undefined> {
  const rows: { last: string | null }[] = await dialect.select(
    db,
    `SELECT MAX(t.id) AS last FROM (SELECT id FROM chat_messages WHERE id > ? ORDER BY id LIMIT ${take}) t`,
    [after],
  )
  const upTo = rows[0]?.last
  return upTo ? { after, upTo } : undefined
}

/** The messages of a stretch that name a user anywhere beside their words: what else there is of them is not of this row. */
export async function messagesNaming(on: On, { after, upTo }: MessageStretch, userId: string): Promise<MessagePlace[]> {
  const named = ['mentions', 'reactions', 'system', 'forwarded_from', 'thread']
  const quoted = inJson(userId)
  return on.dialect.select(
    on.db,
    `SELECT x.id AS "id", x.room_id AS "roomId" FROM chat_messages x
     WHERE x.id > ? AND x.id <= ?
       AND (x.user_id = ? OR x.pinned_by_id = ? OR ${named.map((column) => within(on, `x.${column}`)).join(' OR ')})`,
    [after, upTo, userId, userId, ...named.map(() => quoted)],
  )
}

export interface MessagePlace {
  id: string
  roomId: string
}

/** Takes a user out of what a stretch of messages said before, and of the mentions in their threads. */
export async function forgetInStretch(on: On, { after, upTo }: MessageStretch, userId: string): Promise<void> {
  const { db } = on
  const edits: { messageId: string; revision: number; mentions: string }[] = await on.dialect.select(
    db,
    `SELECT e.message_id AS "messageId", e.revision AS "revision", e.mentions AS "mentions" FROM chat_message_edits e
     WHERE e.message_id > ? AND e.message_id <= ? AND ${within(on, 'e.mentions')}`,
    [after, upTo, inJson(userId)],
  )
  for (const { messageId, revision, mentions } of edits) {
    const left = (JSON.parse(mentions) as string[]).filter((id) => id !== userId)
    await db.chatMessageEdit.updateMany({ where: { messageId, revision }, data: { mentions: JSON.stringify(left) } })
  }
  // What is kept of a thread stands under the id of its message.
  const threadId = { gt: after, lte: upTo }
  await forgetMentionsOf(db, threadId, userId)
  await db.chatNotified.deleteMany({ where: { roomId: threadId, userId } })
}

type Ids = { in: string[] } | { gt: string; lte: string }

/** Nobody mentions the user, and who is mentioned by them is mentioned by nobody in particular. */
async function forgetMentionsOf(db: Db, roomId: Ids, userId: string): Promise<void> {
  const found = await db.chatMention.findMany({
    where: { roomId, OR: [{ userId }, { authorId: userId }] },
    select: { roomId: true, userId: true, seq: true },
  })
  for (const row of found) {
    if (row.userId === userId) await db.chatMention.deleteMany({ where: row })
    else await db.chatMention.updateMany({ where: row, data: { authorId: null } })
  }
}

/** Messages of a user in a room, whether or not it was deleted; those that are taken care of are theirs no more. */
export const messagesBy = (db: Db, roomId: string, userId: string, take: number): Promise<MessagePlace[]> =>
  db.chatMessage.findMany({ where: { roomId, userId }, take, select: { id: true, roomId: true } })

/** Rooms, deleted ones too, in the order of their ids. */
export const nextRooms = (db: Db, after: string, take: number): Promise<{ id: string; createdById: string | null }[]> =>
  db.chatRoom.findMany({
    where: { id: { gt: after } },
    orderBy: { id: 'asc' },
    take,
    select: { id: true, createdById: true },
  })

/** Takes out of these rooms that the user brought somebody in, sent somebody away or kept somebody out. */
export async function forgetDeedsIn(db: Db, roomIds: string[], userId: string): Promise<{ refused: MemberKey[] }> {
  const roomId = { in: roomIds }
  const key = { roomId: true, userId: true, addedById: true, removedById: true, request: true } as const
  const members = await db.chatRoomUser.findMany({
    where: { roomId, OR: [{ addedById: userId }, { removedById: userId }] },
    select: key,
  })
  const refused: MemberKey[] = []
  for (const { addedById, removedById, request, ...of } of members) {
    // Whom they asked and who has not answered is asked by nobody any more.
    const isAsked = request === 'pending' && addedById === userId
    await db.chatRoomUser.updateMany({
      where: of,
      data: {
        ...(addedById === userId ? { addedById: null } : {}),
        ...(removedById === userId ? { removedById: null } : {}),
        ...(isAsked ? { request: 'refused' } : {}),
      },
    })
    if (isAsked) refused.push(of)
  }
  const bans = await db.chatBan.findMany({
    where: { roomId, bannedById: userId },
    select: { roomId: true, userId: true },
  })
  for (const of of bans) await db.chatBan.updateMany({ where: of, data: { bannedById: null, reason: null } })
  await db.chatBan.deleteMany({ where: { roomId, userId } })
  await db.chatInvite.deleteMany({ where: { roomId, createdById: userId } })
  await forgetMentionsOf(db, roomId, userId)
  await db.chatNotified.deleteMany({ where: { roomId, userId } })
  return { refused }
}

export interface MemberKey {
  roomId: string
  userId: string
}

/** A user's rows in rooms, those that they have left too. */
export const membershipsOf = (
  db: Db,
  userId: string,
  after: string,
  take: number,
): Promise<{ roomId: string; leftAt: Date | null }[]> =>
  db.chatRoomUser.findMany({
    where: { userId, roomId: { gt: after } },
    orderBy: { roomId: 'asc' },
    take,
    select: { roomId: true, leftAt: true },
  })

/** A user's reactions, some of them. */
export const someReactionsOf = (db: Db, userId: string, take: number) =>
  db.chatMessageReaction.findMany({
    where: { userId },
    orderBy: { id: 'asc' },
    take,
    select: { id: true, messageId: true, roomId: true, reaction: true },
  })

/** Whether anything of a user is left that an index finds: what was written while nobody was to write of them any more. */
export async function isTraceLeft(db: Db, userId: string): Promise<boolean> {
  const where = { userId }
  const select = { userId: true } as const
  const found = await Promise.all([
    db.chatUser.findFirst({ where: { id: userId }, select: { id: true } }),
    db.chatRoomUser.findFirst({ where, select }),
    db.chatMessageReaction.findFirst({ where, select }),
    db.chatThreadFollower.findFirst({ where, select }),
    db.chatScheduledMessage.findFirst({ where, select }),
    db.chatNotice.findFirst({ where, select }),
    db.chatBlock.findFirst({ where: { OR: [where, { blockedId: userId }] }, select }),
    db.chatMedia.findFirst({ where: { uploadedById: userId }, select: { id: true } }),
    db.chatAuditEntry.findFirst({ where: { OR: [where, { actorId: userId }] }, select }),
  ])
  return found.some((row) => row !== null)
}
