import { useEffect } from 'react'
import type { RoomHandle, RoomList, RoomState, Rooms, UnreadTotal, User } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { type MaybeId, nobody, noRoom, zero } from './nothing.js'
import { useObservable } from './observable.js'

/** My rooms, last active first, as far as they were loaded, and the handle that loads more. */
export function useRooms(): RoomList & { handle: Rooms } {
  const handle = useChatClient().rooms
  return { ...useObservable(handle), handle }
}

/** One room, mine or public, and the handle to act on it. Asks the server where it is not mine. Without an id: `loading`, and no handle. */
export function useRoom(roomId: string): RoomState & { handle: RoomHandle }
export function useRoom(roomId: MaybeId): RoomState & { handle: RoomHandle | null }
export function useRoom(roomId: MaybeId): RoomState & { handle: RoomHandle | null } {
  const client = useChatClient()
  const handle = roomId ? client.room(roomId) : null
  const state = useObservable<RoomState>(handle ?? noRoom)
  useEffect(() => void handle?.load(), [handle])
  return { ...state, handle }
}

/** Who else is typing in a room; nobody without an id. */
export function useTyping(roomId: MaybeId): readonly User[] {
  const client = useChatClient()
  return useObservable<readonly User[]>(roomId ? client.room(roomId).typing : nobody)
}

/** How many messages I have not read: in a room, or, called without anything, in all rooms that are not muted. */
export function useUnread(): UnreadTotal
export function useUnread(roomId: MaybeId): number
export function useUnread(...of: [roomId?: MaybeId]): UnreadTotal | number {
  const client = useChatClient()
  const [roomId] = of
  // An id that is not there yet is no question for all rooms.
  const inRoom = roomId ? client.room(roomId).unread : zero
  return useObservable<UnreadTotal | number>(of.length === 0 ? client.unread : inRoom)
}
