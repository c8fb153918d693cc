import type { Media, ReplyTo } from 'express-chat/client'
import { useBlocks, useMediaSource } from 'express-chat/react'
import { useConversation } from './conversation-actions.js'
import { isPicture } from './media-grid.js'
import { quoted } from './summary.js'

/** What a message answers; a click goes there. */
export function Quote({ replyTo, tab }: { replyTo: ReplyTo; tab: number }) {
  const { myId, jump } = useConversation()
  const { userId, userName, as, firstMedia } = replyTo
  const name = userId === myId ? 'You' : (userName ?? as?.name ?? 'Somebody')
  const isBlocked = useBlocks().items.some(({ user }) => user.id === userId)
  const text = isBlocked ? 'Message from somebody you blocked' : quoted(replyTo)
  return (
    <button type="button" className="quote" tabIndex={tab} title="Jump to this message" onClick={() => jump(replyTo)}>
      <span className="for-screen-readers">In reply to</span>
      <b dir="auto">{name}</b>
      <span className="ellipsis" dir="auto">
        {text}
      </span>
      {firstMedia && isPicture(firstMedia) && !isBlocked && <Thumbnail media={firstMedia} />}
    </button>
  )
}

function Thumbnail({ media }: { media: Media }) {
  return <img className="quote-picture" {...useMediaSource(media.thumbnailUrl ?? media.url)} alt="" />
}
