import { type ChatClient, createChatClient } from 'express-chat/client'
import {
  ChatProvider,
  useMediaSource,
  useMembers,
  useMessageSearch,
  useMessages,
  usePresence,
  useRoom,
  useTyping,
  useUnread,
  useUser,
} from 'express-chat/react'
import { createElement, StrictMode } from 'react'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { givenGroup, sharedHost } from '../realtime/given.js'
import { eventually, render } from './render.js'

describe('hooks whose id is not there yet', () => {
  const host = sharedHost()

  function given(asked: string[]): ChatClient {
    const client = createChatClient({
      ...{ url: `${host.origin}/chat`, auth: () => ({ 'x-user': 'alice' }), WebSocket },
      fetch: (url, init) => {
        asked.push(`${init?.method} ${String(url).replace(host.origin, '')}`)
        return fetch(url, init)
      },
    })
    onTestFinished(() => client.close())
    return client
  }

  it.each([undefined, null, ''])(
    'know nothing, ask for nothing and do nothing for %j, and follow an id that comes and goes',
    async (none) => {
      const roomId = await givenGroup(host, 'alice', 'bob')
      await host.chat.messages.send('bob', roomId, { text: 'Hello' })
      const asked: string[] = []
      const client = given(asked)
      let seen: Record<string, unknown> = {}
      const Page = ({ id, userId }: { id: string | null | undefined; userId: string | null | undefined }) => {
        const room = useRoom(id)
        const messages = useMessages(id)
        const members = useMembers(id)
        seen = {
          ...{
            status: room.status,
            room: room.handle,
            texts: messages.items.map(({ text }) => text),
            list: messages.handle,
          },
          ...{ listStatus: messages.status, members: members.items.length, book: members.handle },
          ...{
            typing: useTyping(id).length,
            unread: useUnread(id),
            total: useUnread().messages,
            user: useUser(userId)?.name,
          },
          ...{ presence: usePresence(userId)?.online, found: useMessageSearch(id, 'Hello').items.length },
          picture: useMediaSource(none).src,
        }
        return null
      }
      const page = (id: string | null | undefined, userId: string | null | undefined) =>
        createElement(StrictMode, null, createElement(ChatProvider, { client }, createElement(Page, { id, userId })))
      const nothing = {
        ...{ status: 'loading', room: null, texts: [], list: null, listStatus: 'idle', members: 0, book: null },
        ...{ typing: 0, unread: 0, user: undefined, presence: undefined, found: 0, picture: undefined },
      }
      const { show } = await render(page(none, none))
      await eventually(() => client.rooms.getSnapshot().status === 'ready')
      expect(seen).toMatchObject(nothing)
      expect(asked.filter((each) => !/ws-ticket|\/rooms\?/.test(each))).toEqual([])
      await show(page(roomId, 'bob'))
      await eventually(() => (seen.texts as string[]).includes('Hello') && seen.members === 2 && seen.found === 1)
      await eventually(() => seen.presence === false)
      expect(seen).toMatchObject({ status: 'joined', unread: 1, user: 'Bob', room: client.room(roomId) })
      const before = asked.length
      await show(page(none, none))
      expect(seen).toMatchObject(nothing)
      await show(page(roomId, 'bob'))
      await eventually(() => (seen.texts as string[]).includes('Hello'))
      // What was loaded is there still; the search is asked anew.
      await eventually(() => seen.found === 1)
      expect(asked.slice(before).filter((each) => !each.includes('q=Hello'))).toEqual([])
    },
  )
})
