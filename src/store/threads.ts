import { inChunks } from '../concurrency/chunks.js'
import type { Db } from './client.js'
import type { Dialect, ThreadWrites } from './dialects/dialect.js'
import type { MessageRow } from './messages.js'
import { takeFollowers } from './thread-followers.js'
import { addThreadMentions } from './thread-mentions.js'

/**
 * The numbers of replies that are in a thread alone. In a room they count up from here, far below its messages: so the key of
 * messages by room and number has both, the room is what has a number above zero, and the search goes through the replies of all
 * threads of a room as through a second room. It is a multiple of the size of a block of the search.
 */
export const replyBottom = -2_000_000_000

/** Below the first message of the room, or below its first reply: whichever of the two this number is of. */
export const bottomOf = (seq: number): number => (seq < 0 ? replyBottom : 0)

/** Whether it is in its thread alone, and not shown in the room. */
export const isApart = ({ seq }: Pick<MessageRow, 'seq'>): boolean => seq < 0

/** The number of a message as clients see it: that in the room, or that in the thread for a reply that is nowhere else. */
export const shownSeq = ({ seq, threadSeq }: Pick<MessageRow, 'seq' | 'threadSeq'>): number =>
  seq < 0 ? (threadSeq ?? 0) : seq

/** What readers of a message see of its thread, as it is stored with the message. */
export interface StoredThread {
  /** Without deleted ones. */
  count: number
  lastSeq: number
  lastAt: string
  /** The first who replied. */
  userIds: string[]
}

const mostFaces = 5

export const threadOf = ({ thread }: Pick<MessageRow, 'thread'>): StoredThread | null =>
  thread === null ? null : (JSON.parse(thread) as StoredThread)

/** A thread after one more reply. */
export function withReply(
  thread: StoredThread | null,
  { threadSeq, kind, userId, createdAt }: Pick<MessageRow, 'threadSeq' | 'kind' | 'userId' | 'createdAt'>,
): StoredThread {
  const { count = 0, userIds = [] } = thread ?? {}
  const isNew = kind === 'user' && userId !== null && userIds.length < mostFaces && !userIds.includes(userId)
  return {
    count: count + 1,
    lastSeq: threadSeq ?? 0,
    lastAt: createdAt.toISOString(),
    userIds: isNew ? [...userIds, userId] : userIds,
  }
}

interface On {
  db: Db
  dialect: Dialect
}

/** Whose reply it was is taken out of those who are shown, and others may move up: of so many replies, which are the first. */
const mostLookedAt = 1_000

/** The first who replied and whose replies stand, in the order in which they did. */
export async function firstRepliers(db: Db, threadId: string): Promise<string[]> {
  const places = await db.chatThreadReply.findMany({
    where: { threadId },
    orderBy: { seq: 'asc' },
    take: mostLookedAt,
    select: { messageId: true },
  })
  const rows = await db.chatMessage.findMany({
    where: { id: { in: places.map(({ messageId }) => messageId) }, kind: 'user', deletedAt: null },
    select: { userId: true, threadSeq: true },
  })
  const inOrder = rows.sort((a, b) => (a.threadSeq ?? 0) - (b.threadSeq ?? 0))
  const userIds = new Set(inOrder.flatMap(({ userId }) => userId ?? []))
  return [...userIds].slice(0, mostFaces)
}

/** Writes what the replies of a batch change beside their own rows. The caller holds the locks of their rooms. */
export async function writeThreads({ db: tx, dialect }: On, writes: ThreadWrites): Promise<void> {
  const { roots, places, followers, mentions } = writes
  for (const { id, roomId: _, ...data } of roots) await tx.chatMessage.updateMany({ where: { id }, data })
  await tx.chatThreadReply.createMany({
    data: places.map(({ threadId, seq, messageId }) => ({ threadId, seq, messageId })),
  })
  await takeFollowers({ db: tx, dialect }, followers)
  await addThreadMentions(tx, mentions)
}

/** Deletes what belongs to the threads of a deleted room, beside the messages themselves. */
export async function forgetThreads(tx: Db, roomId: string): Promise<void> {
  await tx.chatThreadFollower.deleteMany({ where: { roomId } })
  const roots = await tx.chatMessage.findMany({ where: { roomId, lastReplySeq: { gt: 0 } }, select: { id: true } })
  await inChunks(roots, (some) =>
    forgetPlacesIn(
      tx,
      some.map(({ id }) => id),
    ),
  )
}

/** Deletes what belongs to threads, beside the messages in them and who follows them. */
export async function forgetPlacesIn(tx: Db, threadIds: string[]): Promise<void> {
  await tx.chatThreadReply.deleteMany({ where: { threadId: { in: threadIds } } })
  // These have the thread's id for that of a room.
  await tx.chatMention.deleteMany({ where: { roomId: { in: threadIds } } })
  await tx.chatUncountedMessage.deleteMany({ where: { roomId: { in: threadIds } } })
  await tx.chatNotified.deleteMany({ where: { roomId: { in: threadIds } } })
}

/** Where nobody has to read a message: in the room, in its thread, or in both. */
export const placesOf = ({
  roomId,
  seq,
  threadId,
  threadSeq,
}: Pick<MessageRow, 'roomId' | 'seq' | 'threadId' | 'threadSeq'>) => [
  ...(seq > 0 ? [{ roomId, seq }] : []),
  ...(threadId !== null && threadSeq !== null ? [{ roomId: threadId, seq: threadSeq }] : []),
]
