import { useBlocks, useChatClient, useMe } from 'express-chat/react'
import { useEffect, useState } from 'react'
import { authorName } from '../people/user-name.js'
import { summary } from './summary.js'
import { useSystemText } from './system-text.js'

/** Reads out what others write in the open room. */
export function Announcer({ roomId, threadId }: { roomId: string; threadId: string | undefined }) {
  const client = useChatClient()
  const myId = useMe()?.id
  const systemText = useSystemText()
  const blocked = useBlocks().items
  const [text, setText] = useState('')
  useEffect(
    () =>
      client.onEvent((event) => {
        if (event.type !== 'message.created' || event.roomId !== roomId || event.message.user?.id === myId) return
        const { message } = event
        if (threadId === undefined ? message.threadId !== null && !message.alsoInRoom : message.threadId !== threadId)
          return
        if (blocked.some(({ user }) => user.id === message.user?.id)) return
        setText(message.kind === 'user' ? `${authorName(message)}: ${summary(message)}` : systemText(message))
      }),
    [client, roomId, threadId, myId, blocked, systemText],
  )
  return (
    <p className="for-screen-readers" role="status">
      {text}
    </p>
  )
}
