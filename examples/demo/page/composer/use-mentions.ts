import type { User } from 'express-chat/client'
import { useMe, useMembers } from 'express-chat/react'
import { type KeyboardEvent, type RefObject, useState } from 'react'
import { userName } from '../people/user-name.js'
import { candidates, mentionAt, mentionedIn } from './mentions.js'

/** Offers people while a name is being typed after an "@". */
export function useMentions(
  roomId: string,
  field: RefObject<HTMLTextAreaElement | null>,
  setText: (text: string) => void,
) {
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
    setText(before + current.value.slice(current.selectionStart))
    setTyped(null)
    // Once React has put the text in, or the caret would go to its end.
    requestAnimationFrame(() => current.setSelectionRange(before.length, before.length))
    current.focus()
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
    /** True if the key was for the list. */
    onKeyDown(event: KeyboardEvent): boolean {
      const key = users.length > 0 ? keys[event.key] : undefined
      if (!key || event.shiftKey) return false
      event.preventDefault()
      key()
      return true
    },
  }
}
