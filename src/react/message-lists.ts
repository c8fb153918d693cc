import { useCallback } from 'react'
import type { AnyData, DataOf, DataSource, Member, MessageEdit, Messages } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import type { MaybeId } from './nothing.js'
import { type Listing, type Read, useListing } from './search.js'

/** Pages of something about a message; nothing without both ids. */
function useOfMessage<T>(roomId: MaybeId, messageId: MaybeId, of: (messages: Messages, id: string) => Read<T>) {
  const client = useChatClient()
  const messages = roomId ? client.room(roomId).messages : null
  const read = useCallback<Read<T>>(
    async (page) => (messages && messageId ? of(messages, messageId)(page) : { items: [], nextCursor: null }),
    [messages, messageId, of],
  )
  return useListing(messages && messageId ? read : null, messageId)
}

const editsOf =
  (messages: Messages, id: string): Read<MessageEdit> =>
  (page) =>
    messages.edits(id, page)
const readersOf =
  (messages: Messages, id: string): Read<Member> =>
  (page) =>
    messages.readers(id, page)

/** What a message said before it was edited, newest first; where I may not see it, `error` says so. Nothing without both ids. */
export function useEdits<Source extends DataSource = AnyData>(
  roomId: MaybeId,
  messageId: MaybeId,
): Listing<MessageEdit<DataOf<Source>>> {
  return useOfMessage(roomId, messageId, editsOf) as Listing<MessageEdit<DataOf<Source>>>
}

/** Who has read a message, the latest reader first; where the room does not tell, `error` says so. Nothing without both ids. */
export function useReaders(roomId: MaybeId, messageId: MaybeId): Listing<Member> {
  return useOfMessage(roomId, messageId, readersOf)
}
