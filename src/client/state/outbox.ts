import type { Message } from '../../contract/messages.js'
import { entryOf, type Pending, type State } from './state.js'

/** Whether a message from the server is this pending one. Another user's message with the same `clientId` is not. */
const isOf = ({ roomId, clientId }: Pending, message: Message, myId: string | undefined): boolean =>
  message.clientId === clientId && message.roomId === roomId && message.user !== null && message.user.id === myId

/** Marks pending messages as sent that are among these, whatever brought them. */
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

/** Adds pending messages of an earlier page; the known messages may show which of them have arrived. */
export function takeUp(state: State, stored: readonly Pending[]): State {
  const known = stored.flatMap(({ roomId }) => {
    const { history, room } = entryOf(state, roomId)
    return [...(history?.items ?? []), room.lastMessage]
  })
  return acknowledge({ ...state, outbox: inOrder([...state.outbox, ...stored]) }, known)
}

/** In the order in which they were written. Messages of two tabs are in the same order in both. */
export const inOrder = (outbox: readonly Pending[]): readonly Pending[] =>
  [...outbox].sort((one, other) => one.order - other.order || (one.clientId < other.clientId ? -1 : 1))
