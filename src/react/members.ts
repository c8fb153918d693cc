import { useEffect } from 'react'
import type { MemberList, Members } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { type MaybeId, noMembers } from './nothing.js'
import { useObservable } from './observable.js'

/** A room's members, and the handle to act on them. Loads the first 100 once it is mounted. Without an id: none, and no handle. */
export function useMembers(roomId: string): MemberList & { handle: Members }
export function useMembers(roomId: MaybeId): MemberList & { handle: Members | null }
export function useMembers(roomId: MaybeId): MemberList & { handle: Members | null } {
  const client = useChatClient()
  const handle = roomId ? client.room(roomId).members : null
  const list = useObservable(handle ?? noMembers)
  useEffect(() => void handle?.load(), [handle])
  return { ...list, handle }
}
