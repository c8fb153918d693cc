import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { everyone, type Mentioning, type MentionRow, mentionRowsOf } from './mention-rows.js'

/** More than so many mentions are not counted. */
const most = 100
/** So many are looked at, the newest: of those by people whom the member blocks there may be more than anybody wants to go through. */
const lookedAt = 1000

/**
 * Writes mentions in the transaction of their messages. What the mentioned users had to read and have read is deleted: so of a
 * room no more is kept for a user than they have not read, because MySQL looks through all of it.
 */
export async function addMentions({ db, dialect }: { db: Db; dialect: Dialect }, rows: MentionRow[]): Promise<void> {
  const people = new Map<string, Set<string>>()
  for (const { roomId, userId } of rows) {
    if (userId !== everyone) people.set(roomId, (people.get(roomId) ?? new Set()).add(userId))
  }
  for (const [roomId, userIds] of people) {
    await dialect.execute(
      db,
      `DELETE FROM chat_mentions WHERE room_id = ? AND user_id IN (${[...userIds].map(() => '?').join(', ')}) AND seq <= (
         SELECT m.last_read_seq FROM chat_room_users m
         WHERE m.room_id = chat_mentions.room_id AND m.user_id = chat_mentions.user_id)`,
      [roomId, ...userIds],
    )
  }
  await db.chatMention.createMany({ data: rows })
}

/** A message mentions others than before; or nobody any more, because it was deleted. */
export async function replaceMentions(
  on: { db: Db; dialect: Dialect },
  before: Mentioning,
  after: Mentioning | undefined,
): Promise<void> {
  const [old, now] = [mentionRowsOf(before), after ? mentionRowsOf(after) : []]
  const without = (rows: MentionRow[], others: MentionRow[]) =>
    rows.filter(({ userId }) => !others.some((other) => other.userId === userId))
  const gone = without(old, now).map(({ userId }) => userId)
  const { roomId, seq } = before
  if (gone.length > 0) await on.db.chatMention.deleteMany({ where: { roomId, userId: { in: gone }, seq } })
  const added = without(now, old)
  if (added.length > 0) await addMentions(on, added)
}

/** Deletes these rows of a deleted room. */
export const forgetMentions = (db: Db, roomId: string) => db.chatMention.deleteMany({ where: { roomId } })

/**
 * How often this user is mentioned above the marker of the member `m`, by people whom the member does not block. The database looks at
 * a range of the key: at so many rows as are counted, or, where there are blocked people among them, at the newest thousand.
 */
function mentionsFor(user: string): string {
  const all = (n: string) =>
    `FROM chat_mentions ${n} WHERE ${n}.room_id = m.room_id AND ${n}.user_id = ${user} AND ${n}.seq > m.last_read_seq
       AND ${n}.seq > c.purged_seq`
  const found = `${all('n')}
    AND n.seq >= COALESCE((SELECT l.seq ${all('l')} ORDER BY l.seq DESC LIMIT 1 OFFSET ${lookedAt - 1}), 0)
    AND NOT EXISTS (SELECT 1 FROM chat_blocks b WHERE b.user_id = m.user_id AND b.blocked_id = n.author_id)`
  // Most rooms have none: one look at the key says so. MariaDB has no subquery in FROM that knows of the row outside: so a last row that
  // counts is looked for before they are counted.
  return `CASE WHEN NOT EXISTS (SELECT 1 ${all('n')}) THEN 0
    WHEN (SELECT n.seq ${found} ORDER BY n.seq DESC LIMIT 1 OFFSET ${most - 1}) IS NOT NULL THEN ${most}
    ELSE (SELECT COUNT(*) ${found}) END`
}

/** How many messages above the marker of the member `m` in the room `c` mention the member or everyone; a hundred may be more. */
export const mentionsAbove = `CASE WHEN m.last_read_seq < c.last_message_seq
  THEN ${mentionsFor('m.user_id')} + ${mentionsFor(`'${everyone}'`)} ELSE 0 END`

/** How many are told. */
export const mentionCountOf = (mentions: number): number => Math.min(most, mentions)

/** Where a walk through all mentions goes on. */
export interface MentionCursor {
  roomId: string
  userId: string
}

/** Whom something mentions, of one room or thread: how often, and up to where they have read there. */
interface MentionedRow extends MentionCursor {
  first: number
  mentions: number
  readInRoom: number | null
  readInThread: number | null
}

/** So many of those are looked at in one statement. */
const mentionedAtOnce = 200

/**
 * Deletes mentions that nobody looks at any more, of the next few who are mentioned: what they have read, and what more than a thousand newer
 * ones stand before. Returns how many there were, and where to go on, if there are more.
 */
export async function sweepMentions(
  { db, dialect }: { db: Db; dialect: Dialect },
  { roomId, userId }: MentionCursor,
): Promise<{ swept: number; next: MentionCursor | undefined }> {
  const rows: MentionedRow[] = await dialect.select(
    db,
    `SELECT p.room_id AS "roomId", p.user_id AS "userId", p.first_seq AS "first", p.mentions AS "mentions",
            m.last_read_seq AS "readInRoom", f.last_read_seq AS "readInThread"
     FROM (SELECT n.room_id, n.user_id, MIN(n.seq) AS first_seq, COUNT(*) AS mentions FROM chat_mentions n
           WHERE n.room_id > ? OR (n.room_id = ? AND n.user_id > ?)
           GROUP BY n.room_id, n.user_id ORDER BY n.room_id, n.user_id LIMIT ${mentionedAtOnce}) p
     LEFT JOIN chat_room_users m ON m.room_id = p.room_id AND m.user_id = p.user_id
     LEFT JOIN chat_thread_followers f ON f.thread_id = p.room_id AND f.user_id = p.user_id
     ORDER BY p.room_id, p.user_id`,
    [roomId, roomId, userId],
  )
  let swept = 0
  for (const row of rows) swept += await sweepOf(db, row)
  const last = rows.length < mentionedAtOnce ? undefined : rows.at(-1)
  return { swept, next: last && { roomId: last.roomId, userId: last.userId } }
}

async function sweepOf(
  db: Db,
  { roomId, userId, first, mentions, readInRoom, readInThread }: MentionedRow,
): Promise<number> {
  const where = { roomId, userId }
  let until = Number(readInRoom ?? readInThread ?? 0)
  if (Number(mentions) > lookedAt) {
    const [oldest] = await db.chatMention.findMany({
      ...{ where, orderBy: { seq: 'desc' }, skip: lookedAt - 1, take: 1 },
      select: { seq: true },
    })
    until = Math.max(until, (oldest?.seq ?? 0) - 1)
  }
  if (until < Number(first)) return 0
  return (await db.chatMention.deleteMany({ where: { ...where, seq: { lte: until } } })).count
}
