import { useSyncExternalStore } from 'react'
import { arrive } from './accounts.js'

const changed = 'address-changed'

/** Who is signed in; null if nobody is. */
export const session = arrive()

const roomOf = (path: string): string | null => {
  const id = path.match(/^\/chat\/([^/]+)\/?$/)?.[1]
  return id === undefined ? null : decodeURIComponent(id)
}

/** The address of a room, or of the list of rooms. */
export function addressOf(roomId: string | null, account = session?.account): string {
  const place = roomId === null ? '/chat/' : `/chat/${encodeURIComponent(roomId)}/`
  return account === undefined ? place : `${place}?${new URLSearchParams({ as: account })}`
}

/** Where one signs in to come back to a room. */
export const signInAddress = (roomId: string | null): string =>
  roomId === null ? '/' : `/?${new URLSearchParams({ room: roomId })}`

export function openRoom(roomId: string | null): void {
  if (roomId !== roomOf(location.pathname)) history.pushState(null, '', addressOf(roomId))
  dispatchEvent(new Event(changed))
}

function subscribe(listener: () => void): () => void {
  for (const name of ['popstate', changed]) addEventListener(name, listener)
  return () => {
    for (const name of ['popstate', changed]) removeEventListener(name, listener)
  }
}

/** The room that is open; null while none is. */
export const useOpenRoom = (): string | null => useSyncExternalStore(subscribe, () => roomOf(location.pathname))
