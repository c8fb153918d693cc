import { useSyncExternalStore } from 'react'
import type { Observable } from '../client/index.js'

/** What is known of an observable of the client: renders again when it changes, and only then. */
export function useObservable<T>({ subscribe, getSnapshot, getInitialSnapshot }: Observable<T>): T {
  return useSyncExternalStore(subscribe, getSnapshot, getInitialSnapshot)
}
