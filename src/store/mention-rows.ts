import { type MessageRow, mentionsOf } from './messages.js'

/** What a user id cannot be stands for everyone. */
export const everyone = ''

export interface MentionRow {
  roomId: string
  userId: string
  seq: number
  authorId: string | null
}

/** What says whom a message mentions. */
export type Mentioning = Pick<MessageRow, 'roomId' | 'seq' | 'userId' | 'mentions' | 'mentionsEveryone'>

/**
 * The rows of a message's mentions: one for everyone, or one for each user but its author. A reply that is in a thread alone has none in
 * the room.
 */
export function mentionRowsOf(message: Mentioning): MentionRow[] {
  const { roomId, seq, userId: authorId, mentionsEveryone } = message
  if (seq < 0) return []
  if (mentionsEveryone) return [{ roomId, userId: everyone, seq, authorId }]
  return mentionsOf(message).flatMap((userId) => (userId === authorId ? [] : [{ roomId, userId, seq, authorId }]))
}
