import type { Member, User } from 'express-chat/client'
import { userName } from '../people/user-name.js'

const most = 6

/** Stands in the list for all who are in the room. */
export const everyone: User = { id: '', name: 'everyone', description: '', avatarUrl: null, lastSeenAt: null }

/** The beginning of a mention that stands before the caret: "@al" of "Hello @al". */
export function mentionAt(text: string, caret: number): { start: number; q: string } | null {
  const match = /(?:^|\s)@([\p{L}\p{N}_.-]*)$/u.exec(text.slice(0, caret))
  return match ? { start: caret - (match[1] ?? '').length - 1, q: match[1] ?? '' } : null
}

/** Whom it may mean; `withEveryone`: I may mention all at once. */
export function candidates(
  members: readonly Member[],
  q: string,
  myId: string | undefined,
  withEveryone: boolean,
): User[] {
  const begins = (user: User) =>
    userName(user)
      .toLowerCase()
      .split(' ')
      .some((word) => word.startsWith(q.toLowerCase()))
  const people = members.flatMap(({ user }) => (user.id !== myId && begins(user) ? [user] : []))
  return [...(withEveryone && begins(everyone) ? [everyone] : []), ...people].slice(0, most)
}

/** Ids of those whose names a text mentions. */
export const mentionedIn = (text: string, members: readonly Member[]): string[] =>
  members.flatMap(({ user }) => (text.includes(`@${userName(user)}`) ? [user.id] : [])).slice(0, 100)

/** Whether a text names everyone. */
export const namesEveryone = (text: string): boolean => /(?<![\p{L}\p{N}_@])@everyone(?![\p{L}\p{N}_])/u.test(text)
