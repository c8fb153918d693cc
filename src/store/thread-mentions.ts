import type { Db } from './client.js'
import { everyone } from './mention-rows.js'
import { type MessageRow, mentionsOf } from './messages.js'

/** A mention in a reply; `roomId` is where the thread is. It is stored as those of a room are, under the thread's id. */
export interface ThreadMention {
  threadId: string
  userId: string
  seq: number
  authorId: string | null
  roomId: string
}

type Mentioning = Pick<MessageRow, 'roomId' | 'threadId' | 'threadSeq' | 'userId' | 'mentions' | 'mentionsEveryone'>

/** The mentions of a reply, of others than its author; none of a message that is in no thread. */
export function threadMentionsOf(message: Mentioning): ThreadMention[] {
  const { roomId, threadId, threadSeq, userId: authorId } = message
  if (threadId === null || threadSeq === null) return []
  const others = message.mentionsEveryone ? [everyone] : mentionsOf(message).filter((userId) => userId !== authorId)
  return others.map((userId) => ({ threadId, userId, seq: threadSeq, authorId, roomId }))
}

export async function addThreadMentions(tx: Db, mentions: ThreadMention[]): Promise<void> {
  if (mentions.length === 0) return
  await tx.chatMention.createMany({
    data: mentions.map(({ threadId, userId, seq, authorId }) => ({ roomId: threadId, userId, seq, authorId })),
  })
}

/** A reply mentions others than before; or nobody any more, because it was deleted. */
export async function replaceThreadMentions(tx: Db, before: Mentioning, after?: Mentioning): Promise<void> {
  const { threadId, threadSeq } = before
  if (threadId === null || threadSeq === null) return
  await tx.chatMention.deleteMany({ where: { roomId: threadId, seq: threadSeq } })
  if (after) await addThreadMentions(tx, threadMentionsOf(after))
}

/**
 * How often the follower `f` is mentioned above their marker, or everyone is, by people whom they do not block: a range of the key, of
 * mentions that they have not read.
 */
export const threadMentionsAbove = `(
  SELECT COUNT(*) FROM chat_mentions n
  WHERE n.room_id = f.thread_id AND n.user_id IN (f.user_id, '${everyone}') AND n.seq > f.last_read_seq
    AND (n.author_id IS NULL OR n.author_id <> f.user_id)
    AND NOT EXISTS (SELECT 1 FROM chat_blocks b WHERE b.user_id = f.user_id AND b.blocked_id = n.author_id))`
