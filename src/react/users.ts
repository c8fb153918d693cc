import { useEffect } from 'react'
import type { PresenceState, User } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { type MaybeId, unknown } from './nothing.js'
import { useObservable } from './observable.js'

/** Who is signed in; null until the server has said so. */
export function useMe(): User | null {
  return useObservable(useChatClient().me)
}

/** What was last heard of a user; undefined for one of whom nothing was, and without an id. */
export function useUser(userId: MaybeId): User | undefined {
  const { users } = useChatClient()
  return useObservable<User | undefined>(userId ? users.known(userId) : unknown)
}

/** Whether somebody is here, watched while this is mounted; undefined until the server has said so, and without an id. */
export function usePresence(userId: MaybeId): PresenceState | undefined {
  const { presence } = useChatClient()
  useEffect(() => (userId ? presence.watch([userId]) : undefined), [presence, userId])
  return useObservable<PresenceState | undefined>(userId ? presence.of(userId) : unknown)
}
