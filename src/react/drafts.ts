import { useChatClient } from './chat-provider.js'
import { type MaybeId, noText } from './nothing.js'
import { useObservable } from './observable.js'

const ignore = () => undefined

/** What I have begun to write in a room, or in the thread of a message of it, and what keeps another text. Empty without an id. */
export function useDraft(roomId: MaybeId, messageId?: MaybeId): readonly [text: string, set: (text: string) => void] {
  const client = useChatClient()
  const room = roomId ? client.room(roomId) : null
  const draft = room && messageId ? room.thread(messageId).draft : room?.draft
  return [useObservable<string>(draft ?? noText), draft?.set ?? ignore]
}
