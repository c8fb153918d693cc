import type { ShownMessage } from '../api/messages.js'
import type { Deed } from './state.js'

/** A message as it looks once a deed is done. Done twice, it looks the same. */
export function done(message: ShownMessage, deed: Deed, myId: string): ShownMessage {
  const { deletedAt, editedAt, myReactions, reactions } = message
  if (deletedAt !== null || deed.messageId !== message.id) return message
  if (deed.type === 'edit') return { ...message, text: deed.text, editedAt: editedAt ?? deed.at }
  if (deed.type === 'delete') {
    return { ...message, text: '', media: [], mentions: [], reactions: [], myReactions: [], deletedAt: deed.at }
  }
  const { reaction } = deed
  const adds = deed.type === 'react'
  if (myReactions.includes(reaction) === adds) return message
  const none = { reaction, count: 0, userIds: [] }
  const standing = reactions.some((each) => each.reaction === reaction) ? reactions : [...reactions, none]
  const counted = standing.map((each) => {
    if (each.reaction !== reaction) return each
    const others = each.userIds.filter((id) => id !== myId)
    return { reaction, count: each.count + (adds ? 1 : -1), userIds: adds ? [...others, myId].slice(0, 20) : others }
  })
  return {
    ...message,
    myReactions: adds ? [...myReactions, reaction] : myReactions.filter((each) => each !== reaction),
    reactions: counted.filter(({ count }) => count > 0),
  }
}
