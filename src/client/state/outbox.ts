import type { Message } from '../../contract/messages.js'
import { entryOf, type Pending, type State } from './state.js'

/** Whether a message of the server's is the one that waits here. Under the same `clientId` somebody else's is another one. */
const isOf = ({ roomId, clientId }: Pending, message: Message, myId: string | undefined): boolean =>
  message.clientId === clientId && message.roomId === roomId && message.user !== null && message.user.id === myId

/** Messages became known, whatever told of them: those among them that wait to be sent wait no more. */
export function acknowledge(state: State, messages: readonly (Message | null | undefined)[]): State {
  let isNews = false
  const outbox = state.outbox.map((pending) => {
    const sent = !pending.sent && messages.find((message) => message && isOf(pending, message, state.me?.id))
    if (!sent) return pending
    isNews = true
    return { ...pending, sent }
  })
  return isNews ? { ...state, outbox } : state
}

/** Takes up messages of an earlier page: which of them have arrived, what is known already may tell. */
export function takeUp(state: State, stored: readonly Pending[]): State {
  const known = stored.flatMap(({ roomId }) => {
    const { history, room } = entryOf(state, roomId)
    return [...(history?.items ?? []), room.lastMessage]
  })
  return acknowledge({ ...state, outbox: inOrder([...state.outbox, ...stored]) }, known)
}

/** In the order in which they were written. What two tabs wrote at once stands in the same order in both. */
export const inOrder = (outbox: readonly Pending[]): readonly Pending[] =>
  [...outbox].sort((one, other) => one.order - other.order || (one.clientId < other.clientId ? -1 : 1))
