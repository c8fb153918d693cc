import { useEffect } from 'react'
import type { RoomHandle, RoomList, RoomState, UnreadTotal, User } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useTopic } from './topic.js'

/** My rooms, last active first. */
export function useRooms(): RoomList {
  return useTopic(useChatClient().rooms)
}

/** One room, mine or public, and the handle to act on it. Asks the server where it is not mine. */
export function useRoom(roomId: string): RoomState & { handle: RoomHandle } {
  const handle = useChatClient().room(roomId)
  const state = useTopic(handle)
  useEffect(() => void handle.load(), [handle])
  return { ...state, handle }
}

/** Who else is typing in a room. */
export function useTyping(roomId: string): readonly User[] {
  return useTopic(useChatClient().room(roomId).typing)
}

/** How many messages I have not read: in a room, or, without one, in all rooms that are not muted. */
export function useUnread(): UnreadTotal
export function useUnread(roomId: string): number
export function useUnread(roomId?: string): UnreadTotal | number {
  const client = useChatClient()
  return useTopic<UnreadTotal | number>(roomId === undefined ? client.unread : client.room(roomId).unread)
}
