import type { ShownMessage } from '../api/messages.js'
import type { Deed } from './state.js'

/** A message as it looks once a deed is done. Done twice, it looks the same. */
export function done(message: ShownMessage, deed: Deed, myId: string): ShownMessage {
  const { deletedAt, myReactions, reactions } = message
  if (deletedAt !== null) return message
  if (deed.type === 'edit') {
    return { ...message, text: deed.text, editedAt: message.editedAt ?? new Date().toISOString() }
  }
  if (deed.type === 'delete') {
    const nothing = { text: '', media: [], mentions: [], reactions: [], myReactions: [] }
    return { ...message, ...nothing, deletedAt: new Date().toISOString() }
  }
  const { reaction } = deed
  const has = myReactions.includes(reaction)
  const others = myReactions.filter((each) => each !== reaction)
  if (deed.type === 'unreact') {
    if (!has) return message
    const left = reactions.map((each) =>
      each.reaction === reaction
        ? { ...each, count: each.count - 1, userIds: each.userIds.filter((id) => id !== myId) }
        : each,
    )
    return { ...message, myReactions: others, reactions: left.filter(({ count }) => count > 0) }
  }
  if (has) return message
  const standing = reactions.find((each) => each.reaction === reaction)
  const joined = reactions.map((each) =>
    each === standing ? { ...each, count: each.count + 1, userIds: [...each.userIds, myId].slice(0, 20) } : each,
  )
  return {
    ...message,
    myReactions: [...myReactions, reaction],
    reactions: standing ? joined : [...reactions, { reaction, count: 1, userIds: [myId] }],
  }
}
