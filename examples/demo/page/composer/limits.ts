import { useChatClient, useObservable } from 'express-chat/react'

/** What the server takes unless its host has said otherwise; it tells as soon as one is connected. */
const defaultTextLength = 8000

/** From where on one is told how much is left. */
const nearLimit = 200

/** How many characters a message may have, counted as the server does. */
export const useTextLimit = (): number => useObservable(useChatClient().limits)?.textLength ?? defaultTextLength

/** How many characters are left, negative beyond the limit; null while there are plenty. */
export function charactersLeft(text: string, limit: number): number | null {
  if (text.length < limit - nearLimit) return null
  const left = limit - [...text].length
  return left <= nearLimit ? left : null
}
