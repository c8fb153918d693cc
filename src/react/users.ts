import { useEffect } from 'react'
import type { PresenceState, User } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useTopic } from './topic.js'

/** Who is signed in; null until the server has said so. */
export function useMe(): User | null {
  return useTopic(useChatClient().me)
}

/** What was last heard of a user; undefined for one of whom nothing was. */
export function useUser(userId: string): User | undefined {
  return useTopic(useChatClient().users.known(userId))
}

/** Whether somebody is here, watched while this is mounted; undefined until the server has said so. */
export function usePresence(userId: string): PresenceState | undefined {
  const { presence } = useChatClient()
  useEffect(() => presence.watch([userId]), [presence, userId])
  return useTopic(presence.of(userId))
}
