import { useEffect } from 'react'
import type { MemberList, Members } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useTopic } from './topic.js'

/** A room's members, and the handle to act on them. Loads the first 100 once it is mounted. */
export function useMembers(roomId: string): MemberList & { handle: Members } {
  const handle = useChatClient().room(roomId).members
  const list = useTopic(handle)
  useEffect(() => void handle.load(), [handle])
  return { ...list, handle }
}
