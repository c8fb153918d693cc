import { useSyncExternalStore } from 'react'

const prefix = 'express-chat-demo draft '
const changed = 'draft-changed'

const keyOf = (userId: string, roomId: string): string => prefix + JSON.stringify([userId, roomId])

// A browser may forbid storage, and then drafts live as long as the page.
const unsaved = new Map<string, string>()

/** What somebody has begun to write in a room; it survives a reload. */
export function draftOf(userId: string, roomId: string): string {
  const key = keyOf(userId, roomId)
  try {
    return localStorage.getItem(key) ?? unsaved.get(key) ?? ''
  } catch {
    return unsaved.get(key) ?? ''
  }
}

export function saveDraft(userId: string, roomId: string, text: string): void {
  const key = keyOf(userId, roomId)
  if (text.trim() === '') unsaved.delete(key)
  else unsaved.set(key, text)
  try {
    if (text.trim() === '') localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {}
  dispatchEvent(new Event(changed))
}

function subscribe(listener: () => void): () => void {
  for (const name of ['storage', changed]) addEventListener(name, listener)
  return () => {
    for (const name of ['storage', changed]) removeEventListener(name, listener)
  }
}

/** The same, kept up to date, also with what is written in another tab. */
export const useDraft = (userId: string | undefined, roomId: string): string =>
  useSyncExternalStore(subscribe, () => (userId === undefined ? '' : draftOf(userId, roomId)))
