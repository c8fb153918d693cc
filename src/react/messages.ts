import { useEffect } from 'react'
import type { Messages, MessageWindow } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { type MaybeId, noWindow } from './nothing.js'
import { useObservable } from './observable.js'

/** A room's messages, and the handle to act on them. Loads the newest page once it is mounted. Without an id: none, and no handle. */
export function useMessages(roomId: string): MessageWindow & { handle: Messages }
export function useMessages(roomId: MaybeId): MessageWindow & { handle: Messages | null }
export function useMessages(roomId: MaybeId): MessageWindow & { handle: Messages | null } {
  const client = useChatClient()
  const handle = roomId ? client.room(roomId).messages : null
  const window = useObservable(handle ?? noWindow)
  useEffect(() => void handle?.load(), [handle])
  return { ...window, handle }
}
