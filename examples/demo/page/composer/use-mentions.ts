import type { User } from 'express-chat/client'
import { useMe, useMembers } from 'express-chat/react'
import { type KeyboardEvent, type RefObject, useState } from 'react'
import { userName } from '../people/user-name.js'
import { candidates, mentionAt, mentionedIn } from './mentions.js'

export interface Mentions {
  users: readonly User[]
  /** Which of them Enter chooses. */
  at: number
  /** Looks whether a name is being typed where the caret is. */
  look(): void
  choose(user: User | undefined): void
  close(): void
  idsIn(text: string): string[]
  /** True if the key was for the list. */
  onKeyDown(event: KeyboardEvent): boolean
}

/** Offers people while a name is being typed after an "@". */
export function useMentions(
  roomId: string,
  field: RefObject<HTMLTextAreaElement | null>,
  put: (text: string, caret: number) => void,
): Mentions {
  const me = useMe()
  const members = useMembers(roomId).items
  const [typed, setTyped] = useState<{ start: number; q: string } | null>(null)
  const [at, setAt] = useState(0)
  const users = typed ? candidates(members, typed.q, me?.id) : []

  const look = () => {
    const { current } = field
    setTyped(current ? mentionAt(current.value, current.selectionStart) : null)
    setAt(0)
  }
  const choose = (user: User | undefined) => {
    const { current } = field
    if (!user || !typed || !current) return
    const before = `${current.value.slice(0, typed.start)}@${userName(user)} `
    put(before + current.value.slice(current.selectionStart), before.length)
    setTyped(null)
  }
  const keys: Record<string, () => void> = {
    ArrowDown: () => setAt((at + 1) % users.length),
    ArrowUp: () => setAt((at + users.length - 1) % users.length),
    Enter: () => choose(users[at]),
    Tab: () => choose(users[at]),
    Escape: () => setTyped(null),
  }
  return {
    users,
    at,
    look,
    choose,
    close: () => setTyped(null),
    idsIn: (text: string) => mentionedIn(text, members),
    onKeyDown(event) {
      const key = users.length > 0 ? keys[event.key] : undefined
      if (!key || event.shiftKey) return false
      event.preventDefault()
      key()
      return true
    },
  }
}
