import { useSyncExternalStore } from 'react'
import type { Topic } from '../client/index.js'

/** What is known of a topic of the client: renders again when it changes, and only then. */
export function useTopic<T>({ subscribe, getSnapshot, getInitialSnapshot }: Topic<T>): T {
  return useSyncExternalStore(subscribe, getSnapshot, getInitialSnapshot)
}
