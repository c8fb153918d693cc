import { useSyncExternalStore } from 'react'

const changed = 'address-changed'

/** Who is signed in: in this demo the token is in the address, so that a link opens the chat as somebody. */
export const token: string | null = new URLSearchParams(location.search).get('token')

const roomOf = (path: string): string | null => {
  const id = path.match(/^\/chat\/([^/]+)\/?$/)?.[1]
  return id === undefined ? null : decodeURIComponent(id)
}

/** The address of a room, or of the list of rooms. */
export function addressOf(roomId: string | null, as = token): string {
  const place = roomId === null ? '/chat/' : `/chat/${encodeURIComponent(roomId)}/`
  return as === null ? place : `${place}?${new URLSearchParams({ token: as })}`
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
