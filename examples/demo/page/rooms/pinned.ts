import type { Message } from 'express-chat/client'
import { useBlocks, useMe } from 'express-chat/react'
import { summary } from '../messages/summary.js'
import { userName } from '../people/user-name.js'

/** Who wrote a pinned message, and what it says in one line; of somebody whom I block, only that. */
export function usePinned(): (message: Message) => { name: string; text: string } {
  const me = useMe()
  const { items: blocks } = useBlocks()
  return (message) => {
    const { user } = message
    const isBlocked = blocks.some((block) => block.user.id === user?.id)
    const name = user && user.id === me?.id ? 'You' : userName(user)
    return { name, text: isBlocked ? 'Message from somebody you blocked' : summary(message) }
  }
}
