import { ChatClientError, createChatClient, type Message, type ShownMessage } from 'express-chat/client'
import { ChatProvider, useMediaSource, useMessages, useUnread } from 'express-chat/react'
import { createElement, type ReactElement } from 'react'

const client = createChatClient({ url: '/chat', auth: async () => ({ authorization: 'Bearer token' }) })

export function Room({ roomId }: { roomId: string }): ReactElement {
  const { items, handle } = useMessages(roomId)
  const unread: number = useUnread(roomId)
  const picture = useMediaSource(items[0]?.media[0]?.thumbnailUrl)
  const texts = items.map((message: ShownMessage) => createElement('li', { key: message.key }, message.text))
  const send = (): Promise<Message> => handle.send({ text: `${unread}` })
  return createElement('ul', { onClick: send }, createElement('img', picture), ...texts)
}

export const page = createElement(ChatProvider, { client }, createElement(Room, { roomId: 'room' }))

export async function find(name: string): Promise<string[]> {
  try {
    return (await client.users.search(name)).items.map((user) => user.name)
  } catch (error) {
    if (error instanceof ChatClientError && error.code === 'unreachable') return []
    throw error
  }
}
