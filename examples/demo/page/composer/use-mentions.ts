import type { Message, User } from 'express-chat/client'
import { useMe, useMembers, useRoom } from 'express-chat/react'
import { type KeyboardEvent, type RefObject, useState } from 'react'
import { userName } from '../people/user-name.js'
import { candidates, mentionAt, mentionedIn, namesEveryone } from './mentions.js'

export interface Mentions {
  users: readonly User[]
  /** Which of them Enter chooses. */
  at: number
  /** Looks whether a name is being typed where the caret is. */
  look(): void
  choose(user: User | undefined): void
  close(): void
  /** Whom a text mentions; `before` is the message that it is to replace, in which everyone may stay. */
  in(text: string, before?: Pick<Message, 'mentionsEveryone'>): { mentions: string[]; mentionsEveryone: boolean }
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
  const mayMentionEveryone = useRoom(roomId).room?.me?.permissions.canEditRoom ?? false
  const [typed, setTyped] = useState<{ start: number; q: string } | null>(null)
  const [at, setAt] = useState(0)
  const users = typed ? candidates(members, typed.q, me?.id, mayMentionEveryone) : []

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
    in: (text, before) => ({
      mentions: mentionedIn(text, members),
      mentionsEveryone: namesEveryone(text) && (mayMentionEveryone || (before?.mentionsEveryone ?? false)),
    }),
    onKeyDown(event) {
      const key = users.length > 0 ? keys[event.key] : undefined
      if (!key || event.shiftKey) return false
      event.preventDefault()
      key()
      return true
    },
  }
}
