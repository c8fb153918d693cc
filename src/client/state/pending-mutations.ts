import type { Message } from '../../contract/messages.js'
import type { ShownMessage } from '../api/messages.js'
import type { PendingMutation } from './room-entry.js'

/** The fields that a tombstone keeps. A field that is not here has to be emptied below. */
type Kept =
  | ('id' | 'roomId' | 'seq' | 'revision' | 'clientId' | 'kind' | 'user' | 'as' | 'replyTo')
  | ('threadId' | 'threadSeq' | 'alsoInRoom' | 'thread' | 'createdAt' | 'editedAt' | 'deletedAt')

const erased = {
  text: '',
  system: null,
  data: null,
  media: [],
  forwardedFrom: null,
  mentions: [],
  mentionsEveryone: false,
  reactions: [],
  myReactions: [],
  pinnedAt: null,
  pinnedById: null,
} satisfies Required<Omit<Message, Kept>>

/** A message with a mutation applied. Applying it twice changes nothing more. */
export function applyMutation(message: ShownMessage, mutation: PendingMutation, myId: string): ShownMessage {
  const { myReactions } = message
  if (message.deletedAt !== null || mutation.messageId !== message.id) return message
  if (mutation.type === 'message.edit') {
    const { text = message.text, mentions = message.mentions, data = message.data, at } = mutation
    const { mentionsEveryone = message.mentionsEveryone } = mutation
    const says = { text, mentions, mentionsEveryone, data }
    // What changes nothing is no edit to the server either, and nothing else would take the time away again.
    const isSame = Object.entries(says).every(
      ([key, value]) => JSON.stringify(value) === JSON.stringify(message[key as keyof typeof says]),
    )
    return isSame ? message : { ...message, ...says, editedAt: at }
  }
  if (mutation.type === 'message.delete') {
    return { ...message, ...erased, deletedAt: mutation.at }
  }
  const { reaction } = mutation
  const adds = mutation.type === 'reaction.add'
  if (myReactions.includes(reaction) === adds) return message
  const reactions = new Map(message.reactions.map((each) => [each.reaction, each]))
  const { count = 0, userIds = [] } = reactions.get(reaction) ?? {}
  const others = userIds.filter((id) => id !== myId)
  reactions.set(reaction, {
    ...{ reaction, count: count + (adds ? 1 : -1) },
    userIds: adds ? [...others, myId] : others,
  })
  return {
    ...message,
    myReactions: adds ? [...myReactions, reaction] : myReactions.filter((each) => each !== reaction),
    reactions: [...reactions.values()].filter((each) => each.count > 0),
  }
}
