import type { User } from 'express-chat/client'
import { userName } from '../people/user-name.js'

export function typingText(users: readonly User[], isPrivate = false): string {
  const [first, second] = users
  if (!first) return ''
  if (isPrivate) return 'typing…'
  if (!second) return `${userName(first)} is typing…`
  if (users.length === 2) return `${userName(first)} and ${userName(second)} are typing…`
  return `${userName(first)} and ${users.length - 1} others are typing…`
}
