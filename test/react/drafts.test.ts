import { type ChatClient, createChatClient } from 'express-chat/client'
import { ChatProvider, useDraft } from 'express-chat/react'
import { createElement, StrictMode } from 'react'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { memoryStorage } from '../client/given.js'
import { sharedHost } from '../realtime/given.js'
import { act, eventually, render } from './render.js'

const host = sharedHost()

async function page(client: ChatClient, ...ids: Parameters<typeof useDraft>) {
  const seen = { text: '', set: (_: string): void => undefined }
  const Page = () => {
    const [text, set] = useDraft(...ids)
    Object.assign(seen, { text, set })
    return null
  }
  await render(createElement(StrictMode, null, createElement(ChatProvider, { client }, createElement(Page))))
  return seen
}

it('useDraft shows what was begun in a room or a thread, and keeps what is written, over a reload', async () => {
  const storage = memoryStorage()
  const given = () => {
    const client = createChatClient({
      url: `${host.origin}/chat`,
      auth: () => ({ 'x-user': 'alice' }),
      WebSocket,
      storage,
    })
    onTestFinished(() => client.close())
    return client
  }
  const first = given()
  const [room, thread, none] = [await page(first, 'r'), await page(first, 'r', 'm'), await page(first, null)]
  await eventually(() => first.me.getSnapshot())
  await act(async () => {
    room.set('In the room')
    thread.set('In the thread')
    none.set('Nowhere')
  })
  expect([room.text, thread.text, none.text]).toEqual(['In the room', 'In the thread', ''])
  const again = given()
  const [roomAgain, threadAgain] = [await page(again, 'r'), await page(again, 'r', 'm')]
  await eventually(() => roomAgain.text === 'In the room' && threadAgain.text === 'In the thread')
})
