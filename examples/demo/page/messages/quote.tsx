import type { ReplyTo } from 'express-chat/client'
import { useBlocks } from 'express-chat/react'
import { useConversation } from './conversation-actions.js'
import { quoted } from './summary.js'

/** What a message answers; a click goes there. */
export function Quote({ replyTo, tab }: { replyTo: ReplyTo; tab: number }) {
  const { nameOf, myId, jump } = useConversation()
  const { userId, as } = replyTo
  const name = userId === myId ? 'You' : userId ? nameOf(userId) : (as?.name ?? 'Somebody')
  const isBlocked = useBlocks().items.some(({ user }) => user.id === userId)
  const text = isBlocked ? 'Message from somebody you blocked' : quoted(replyTo)
  return (
    <button type="button" className="quote" tabIndex={tab} title="Jump to this message" onClick={() => jump(replyTo)}>
      <span className="for-screen-readers">In reply to</span>
      <b dir="auto">{name}</b>
      <span className="ellipsis" dir="auto">
        {text}
      </span>
    </button>
  )
}
