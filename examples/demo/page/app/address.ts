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

const invited = (address: string): string | null => new URLSearchParams(address).get('invite')

/** The address of a link into a room; it says nothing of who gives it to others. */
export const inviteAddress = (code: string, account?: string): string =>
  `/chat/?${new URLSearchParams({ invite: code, ...(account === undefined ? {} : { as: account }) })}`

/** Where one signs in to come back to a room, or to a link into one. */
export function signInAddress(roomId: string | null, code: string | null = null): string {
  const back = { ...(roomId === null ? {} : { room: roomId }), ...(code === null ? {} : { invite: code }) }
  const query = `${new URLSearchParams(back)}`
  return query === '' ? '/' : `/?${query}`
}

export function openRoom(roomId: string | null): void {
  if (roomId !== roomOf(location.pathname) || invited(location.search) !== null)
    history.pushState(null, '', addressOf(roomId))
  dispatchEvent(new Event(changed))
}

function subscribe(listener: () => void): () => void {
  for (const name of ['popstate', changed]) addEventListener(name, listener)
  return () => {
    for (const name of ['popstate', changed]) removeEventListener(name, listener)
  }
}

/** The code of the link that is looked at; null while none is. */
export const useInviteCode = (): string | null => useSyncExternalStore(subscribe, () => invited(location.search))

/** The room that is open; null while none is. */
export const useOpenRoom = (): string | null => useSyncExternalStore(subscribe, () => roomOf(location.pathname))
