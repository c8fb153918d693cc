import type { ModelMember, ModelRoom } from './world.js'

// What follows of how somebody keeps a room, and of what was said in it.

/** Put away, until somebody else has written after that, and for as long as it is muted. What was deleted since was written, too. */
export function isArchived({ messages }: ModelRoom, { userId, muted, archivedAt }: ModelMember): boolean {
  if (archivedAt === null) return false
  return muted || !messages.slice(archivedAt).some((message) => message.kind === 'user' && message.userId !== userId)
}

/** What is everyone's own side of a room, as it is told. */
export const sideOf = (room: ModelRoom, me: ModelMember) => {
  const { muted, mutedUntil, notify, isPinned, isMarkedUnread } = me
  return { muted, mutedUntil, notify, isPinned, isMarkedUnread, isArchived: isArchived(room, me) }
}

/** What mentions somebody above their marker, and still stands. */
export const mentionsOf = ({ messages }: ModelRoom, { userId, lastReadSeq }: ModelMember): number =>
  messages
    .slice(lastReadSeq)
    .filter((message) => message.userId !== userId && !message.isDeleted)
    .filter(({ mentions, mentionsEveryone }) => mentionsEveryone || mentions.includes(userId)).length
