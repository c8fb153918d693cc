import type { Message } from 'express-chat/client'
import { useChatClient } from 'express-chat/react'
import { useEffect, useState } from 'react'
import { shortTime } from '../design/time.js'

/** What was said around a message, in a room that is not the reader's. The chat writes down that they have read it. */
export function RoomReader({ roomId, seq }: { roomId: string; seq: number }) {
  const { moderation } = useChatClient()
  const [messages, setMessages] = useState<readonly Message[]>([])
  useEffect(() => {
    let isWanted = true
    moderation
      .room(roomId)
      .messages({ around: seq, limit: 20 })
      .then(({ items }) => isWanted && setMessages(items))
      .catch(() => undefined)
    return () => {
      isWanted = false
    }
  }, [moderation, roomId, seq])
  return (
    <ol className="list" aria-label="The conversation">
      {messages.map((message) => (
        <li key={message.id}>
          <small>
            {message.user?.name ?? 'The shop'}, {shortTime(message.createdAt)}
          </small>
          <p>{message.deletedAt ? 'This was deleted.' : message.text}</p>
        </li>
      ))}
    </ol>
  )
}
