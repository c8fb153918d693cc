import { useEffect } from 'react'
import type { Messages, MessageWindow } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useTopic } from './topic.js'

/** A room's messages, and the handle to act on them. Loads the newest page once it is mounted. */
export function useMessages(roomId: string): MessageWindow & { handle: Messages } {
  const handle = useChatClient().room(roomId).messages
  const window = useTopic(handle)
  useEffect(() => void handle.load(), [handle])
  return { ...window, handle }
}
