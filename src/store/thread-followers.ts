import { inChunks } from '../concurrency/chunks.js'
import { blocksAmong, pairOf } from './blocks.js'
import type { Db, Stored } from './client.js'
import type { Dialect, NewFollower } from './dialects/dialect.js'
import { furthestRead, takingFollowers } from './dialects/followers.js'
import { JsonRows, unpacked } from './json-rows.js'
import { mentionCountOf } from './mentions.js'
import { type MessageRow, packedMessage } from './messages.js'
import { sqlHiddenUpTo } from './readable.js'
import type { ActivityCursor } from './rooms.js'
import { threadMentionsAbove } from './thread-mentions.js'
import { unreadOf } from './unread.js'
import { packedUser, type UserRow } from './users.js'

interface On {
  db: Db
  dialect: Dialect
}

type FollowerRow = Stored<'chatThreadFollower'>

/** Somebody who is to follow a thread. */
export interface Called extends NewFollower {
  /** Who wrote what makes them follow; null for the host's own code. */
  by: string | null
}

/** Without those who block whoever mentions them. */
export async function withoutBlocked<Some extends Pick<Called, 'userId' | 'by'>>(
  db: Db,
  called: Some[],
): Promise<Some[]> {
  const pairs = called.flatMap(({ userId, by }): [string, string][] => (by === null ? [] : [[userId, by]]))
  const blocked = await blocksAmong(db, pairs)
  return called.filter(({ userId, by }) => by === null || !blocked.has(pairOf(userId, by)))
}

/** Writes who follows threads because of what was written there, each once in a thread. */
export async function takeFollowers({ db, dialect }: On, followers: NewFollower[]): Promise<void> {
  for (const reason of ['begun', 'mentioned', 'replied'] as const) {
    const some = followers.filter((follower) => follower.reason === reason)
    await inChunks(some, (rows) =>
      dialect.execute(
        db,
        takingFollowers(dialect, reason, `VALUES ${rows.map(() => '(?, ?, ?, ?)').join(', ')}`),
        rows.flatMap(({ threadId, userId, roomId, readSeq }) => [threadId, userId, roomId, readSeq]),
      ),
    )
  }
}

/** Whoever had stopped follows again, and nobody else does. */
export async function followAgain(db: Db, threadId: string, userIds: string[]): Promise<void> {
  if (userIds.length === 0) return
  const where = { threadId, userId: { in: userIds }, isFollowing: false }
  await db.chatThreadFollower.updateMany({ where, data: { isFollowing: true } })
}

/** Moves the marker of a follower forward, never back; false where it stood there already, or they do not follow. */
export async function moveThreadMarker(db: Db, threadId: string, userId: string, seq: number): Promise<boolean> {
  const moved = await db.chatThreadFollower.updateMany({
    where: { threadId, userId, isFollowing: true, lastReadSeq: { lt: seq } },
    data: { lastReadSeq: seq },
  })
  return moved.count > 0
}

/** Somebody follows a thread from now on, or no longer does, which is remembered. Whoever begins has read all that is there. */
export async function setFollowing({ db, dialect }: On, { isFollowing, ...row }: FollowerRow): Promise<void> {
  const flag = isFollowing ? 'TRUE' : 'FALSE'
  await dialect.execute(
    db,
    dialect.orChange(
      `INSERT INTO chat_thread_followers (thread_id, user_id, room_id, last_read_seq, is_following)
       VALUES (?, ?, ?, ?, ${flag})`,
      'thread_id, user_id',
      // MySQL sets one after the other, so the marker comes while it is known whether they follow.
      (inserted) => `${isFollowing ? `${beginning(inserted('last_read_seq'))}, ` : ''}is_following = ${flag}`,
    ),
    [row.threadId, row.userId, row.roomId, row.lastReadSeq],
  )
}

/** Who follows already keeps their marker. */
const beginning = (inserted: string): string =>
  furthestRead(`CASE WHEN chat_thread_followers.is_following THEN 0 ELSE ${inserted} END`)

/** A thread as one of its followers sees it. */
export interface SeenThread {
  /** The message that the thread is of. */
  root: MessageRow
  writer: UserRow | undefined
  roomName: string | null
  isFollowing: boolean
  lastReadSeq: number
  unreadCount: number
  mentionCount: number
  lastReplySeq: number
  /** That of the room, as it was when these were counted. */
  revision: number
  /** Up to which `seq` its room is hidden from them. */
  hiddenUpTo: number
}

/** Of the follower `f` and the message `x`. Nobody has to read what the system says there, or was deleted. */
const uncounted = `(SELECT COUNT(*) FROM chat_uncounted_messages n WHERE n.room_id = f.thread_id AND n.seq > f.last_read_seq)`

interface Standing {
  isFollowing: boolean
  lastReadSeq: number
  lastReplySeq: number
  uncounted: number
  mentions: number
  roomName: string | null
  revision: number
  hiddenUpTo: number
}

const packedStanding = new JsonRows<Standing>(
  {
    isFollowing: 'f.is_following',
    lastReadSeq: 'f.last_read_seq',
    lastReplySeq: 'x.last_reply_seq',
    uncounted,
    mentions: threadMentionsAbove,
    roomName: 'c.name',
    revision: 'c.revision',
    hiddenUpTo: sqlHiddenUpTo,
  },
  { flags: ['isFollowing'] },
)

async function seen(
  { db, dialect }: On,
  userId: string,
  condition: string,
  values: unknown[],
  take: number,
  name = '',
): Promise<SeenThread[]> {
  const { array } = dialect
  const arrays = [packedMessage, packedUser, packedStanding].map((packed) => packed.sql(array))
  const rows: { packed: unknown }[] = await dialect.select(
    db,
    `SELECT ${array}(${arrays.join(', ')}) AS packed
     FROM chat_thread_followers f
     JOIN chat_room_users m ON m.room_id = f.room_id AND m.user_id = f.user_id AND m.left_at IS NULL
     JOIN chat_rooms c ON c.id = f.room_id AND c.deleted_at IS NULL
     JOIN chat_messages x ON x.id = f.thread_id AND x.seq > ${sqlHiddenUpTo}
     LEFT JOIN chat_users u ON u.id = x.user_id
     WHERE f.user_id = ? AND ${condition}
     ORDER BY x.last_reply_at DESC, x.id DESC LIMIT ${take}`,
    [userId, ...values],
    name,
  )
  return unpacked(rows).map((packed) => {
    const [message = [], writer = [], standing = []] = packed as unknown[][]
    const { uncounted, mentions, ...facts } = packedStanding.read(standing)
    return {
      root: packedMessage.read(message),
      writer: writer[0] === null ? undefined : packedUser.read(writer),
      ...facts,
      unreadCount: unreadOf(facts.lastReplySeq, facts.lastReadSeq, uncounted),
      mentionCount: mentionCountOf(mentions),
    }
  })
}

/** The threads that somebody follows and may read, in rooms that they are in, those with the last reply first. */
export function threadsOfUser(
  on: On,
  userId: string,
  { isUnread, cursor }: { isUnread: boolean; cursor: ActivityCursor | undefined },
  take: number,
): Promise<SeenThread[]> {
  const conditions = [
    'f.is_following = TRUE AND x.last_reply_seq > 0',
    ...(isUnread ? [`x.last_reply_seq - f.last_read_seq > ${uncounted}`] : []),
    ...(cursor ? ['(x.last_reply_at < ? OR (x.last_reply_at = ? AND x.id < ?))'] : []),
  ]
  const at = cursor && new Date(cursor.at)
  return seen(on, userId, conditions.join(' AND '), cursor ? [at, at, cursor.id] : [], take)
}

/** One of them; also where they follow it no more. */
export async function threadOfUser(on: On, userId: string, threadId: string): Promise<SeenThread | undefined> {
  const [found] = await seen(on, userId, 'f.thread_id = ?', [threadId], 1)
  return found
}

/** Who follows a thread, is in its room and may read it, in the order of their ids. */
export const followersOf = async (
  { db, dialect }: On,
  threadId: string,
  after: string,
  take: number,
): Promise<string[]> => {
  const rows: { id: string }[] = await dialect.select(
    db,
    `SELECT f.user_id AS id FROM chat_thread_followers f
     JOIN chat_room_users m ON m.room_id = f.room_id AND m.user_id = f.user_id AND m.left_at IS NULL
     JOIN chat_rooms c ON c.id = f.room_id
     JOIN chat_messages x ON x.id = f.thread_id AND x.seq > ${sqlHiddenUpTo}
     WHERE f.thread_id = ? AND f.is_following = TRUE AND f.user_id > ? ORDER BY f.user_id LIMIT ${take}`,
    [threadId, after],
  )
  return rows.map(({ id }) => id)
}
