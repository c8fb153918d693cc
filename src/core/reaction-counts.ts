import type { ReactionCount } from '../contract/reactions.js'

/** As many of those who reacted are named as the protocol says. */
export const namedReactors = 20

/** The summary of a message's reactions, kept beside it so that reading a message counts nothing. */
export function withReaction(counts: ReactionCount[], reaction: string, userId: string): ReactionCount[] {
  if (!counts.some((count) => count.reaction === reaction))
    return [...counts, { reaction, count: 1, userIds: [userId] }]
  return counts.map((count) =>
    count.reaction === reaction
      ? { reaction, count: count.count + 1, userIds: [...count.userIds, userId].slice(0, namedReactors) }
      : count,
  )
}

/** `first` are the first who still react so: when one who was named goes, the next in line is named. */
export function withoutReaction(counts: ReactionCount[], reaction: string, first: string[]): ReactionCount[] {
  return counts.flatMap((count) => {
    if (count.reaction !== reaction) return [count]
    return count.count > 1 ? [{ reaction, count: count.count - 1, userIds: first }] : []
  })
}
