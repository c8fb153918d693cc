import { type ChatClient, createChatClient, type ShownMessage } from 'express-chat/client'
import {
  ChatProvider,
  type Uploads,
  useChatClient,
  useConnection,
  useMe,
  useMembers,
  useMessages,
  usePresence,
  useRoom,
  useRooms,
  useTyping,
  useUnread,
  useUpload,
  useUser,
  useUserSearch,
} from 'express-chat/react'
import { createElement, memo, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { pixel, pixelStorage } from '../access/pixel.js'
import { longMs } from '../patience.js'
import { givenGroup, sharedHost } from '../realtime/given.js'
import { act, document, eventually, render } from './render.js'

describe('the hooks', () => {
  const host = sharedHost({ storage: pixelStorage })

  function clientOf(userId: string, opened: string[] = []): ChatClient {
    class Counted extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols)
        opened.push(url)
      }
    }
    const client = createChatClient({
      url: `${host.origin}/chat`,
      auth: () => ({ 'x-user': userId }),
      WebSocket: Counted,
    })
    onTestFinished(() => client.close())
    return client
  }

  const Row = memo(({ message, onRender }: { message: ShownMessage; onRender: (id: string) => void }) => {
    onRender(message.key)
    return createElement('li', null, `${message.text} ${message.state}`)
  })

  function Page({ roomId, onRender }: { roomId: string; onRender: (what: string) => void }) {
    onRender('page')
    const { status } = useConnection()
    const { items: rooms } = useRooms()
    const { room } = useRoom(roomId)
    const { items } = useMessages(roomId)
    const { items: members } = useMembers(roomId)
    const typing = useTyping(roomId)
    const unread = useUnread(roomId)
    return createElement(
      'main',
      { 'data-status': status },
      createElement('h1', null, room?.name),
      createElement(
        'p',
        null,
        `${useMe()?.name}, ${rooms.length > 0}, unread ${unread} of ${useUnread().messages >= unread}`,
      ),
      createElement('b', null, members.map(({ user }) => user.name).join()),
      createElement('i', null, typing.map(({ name }) => name).join()),
      createElement('u', null, `${useUser('bob')?.name} ${usePresence('bob')?.online}`),
      items.map((message) => createElement(Row, { key: message.key, message, onRender })),
    )
  }

  const text = () => document.body.textContent ?? ''

  it('show a room as it is and as it changes, over one socket, in StrictMode too', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('bob', roomId, { text: 'Hello' })
    const opened: string[] = []
    const client = clientOf('alice', opened)
    const page = createElement(Page, { roomId, onRender: () => undefined })
    const { container, unmount } = await render(
      createElement(StrictMode, null, createElement(ChatProvider, { client }, page)),
    )
    await eventually(() => text().includes('Hello sent') && text().includes('Alice,Bob'))
    expect(container.querySelector('main')?.dataset.status).toBe('live')
    expect(container.querySelector('h1')?.textContent).toBe('A group')
    expect(text()).toContain('Alice, true, unread 1 of true')
    await eventually(() => text().includes('Bob false'))
    await act(async () => {
      await client.room(roomId).messages.send({ text: 'Hi Bob' })
    })
    await eventually(() => text().includes('Hi Bob sent'))
    const bob = await host.socket('bob')
    await bob.ready()
    await bob.command('typing', { roomId, isTyping: true })
    await eventually(() => container.querySelector('i')?.textContent === 'Bob' && text().includes('Bob true'))
    expect(opened).toHaveLength(1)
    await unmount()
    await eventually(() => client.connection.getSnapshot().status === 'idle')
  })

  it(
    'render again nothing that did not change, with 2,000 messages',
    async () => {
      const roomId = await givenGroup(host, 'alice', 'bob')
      const { lastMessageSeq, revision } = (await host.as('alice').get(`/rooms/${roomId}`)).body
      const more = 2_000 - lastMessageSeq
      const data = Array.from({ length: more }, (_, n) => {
        const [seq, at] = [lastMessageSeq + 1 + n, revision + 1 + n]
        const said = { kind: 'user' as const, userId: 'bob', text: `No. ${seq}`, createdAt: new Date() }
        return { ...said, id: `${roomId} ${seq}`, roomId, seq, revision: at, createdRevision: at }
      })
      await host.prisma.chatMessage.createMany({ data })
      const room = { lastMessageSeq: 2_000, revision: revision + more }
      await host.prisma.chatRoom.update({ where: { id: roomId }, data: room })

      const client = clientOf('alice')
      client.connect()
      const { messages } = client.room(roomId)
      await messages.load()
      while (messages.getSnapshot().hasBefore) await messages.loadBefore(100)
      expect(messages.getSnapshot().items).toHaveLength(2_000)

      const rendered: string[] = []
      const onRender = (what: string) => void rendered.push(what)
      const page = createElement(Page, { roomId, onRender })
      await render(createElement(ChatProvider, { client, connect: false }, page))
      await eventually(() => client.room(roomId).members.getSnapshot().status === 'ready')
      expect(rendered.filter((what) => what !== 'page').length).toBeGreaterThanOrEqual(2_000)

      rendered.length = 0
      await act(async () => void (await messages.send({ text: 'One more', clientId: 'one-more' })))
      // Asked of the client: reading 2,000 rows again and again takes longer than rendering them.
      await eventually(() => messages.getSnapshot().items.at(-1)?.state === 'sent')
      // The message itself, as it is sent and once it was.
      expect(new Set(rendered.filter((what) => what !== 'page'))).toEqual(new Set(['one-more']))

      rendered.length = 0
      const elsewhere = await givenGroup(host, 'bob', 'alice')
      await host.chat.messages.send('bob', elsewhere, { text: 'Elsewhere' })
      await eventually(() => client.room(elsewhere).unread.getSnapshot() === 1)
      expect(rendered.filter((what) => what !== 'page')).toEqual([])

      const first = messages.getSnapshot().items.at(-2) as ShownMessage
      rendered.length = 0
      await act(async () => void (await messages.react(first.id, '👍')))
      await eventually(() => messages.getSnapshot().items.at(-2)?.reactions[0]?.count === 1)
      expect(new Set(rendered.filter((what) => what !== 'page'))).toEqual(new Set([first.key]))
    },
    longMs,
  )

  it('render on a server, and are taken over by a browser that is live already', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('bob', roomId, { text: 'Hello' })
    const element = (client: ChatClient) =>
      createElement(ChatProvider, { client }, createElement(Page, { roomId, onRender: () => undefined }))
    // There is no location on a server, nor a WebSocket.
    const html = renderToString(element(createChatClient({ url: '/chat' })))
    expect(html).toContain('data-status="idle"')
    const client = clientOf('alice')
    client.connect()
    await client.room(roomId).messages.load()
    const problems: unknown[] = []
    const { error } = console
    console.error = (...words: unknown[]) => void problems.push(words)
    onTestFinished(() => {
      console.error = error
    })
    await render(element(client), html)
    await eventually(() => text().includes('Hello sent'))
    expect(problems).toEqual([])
  })

  it('upload files for the next message, and search', async () => {
    const client = clientOf('alice')
    let uploads = {} as Uploads
    const Composer = () => {
      uploads = useUpload()
      const found = useUserSearch('bo')
      return createElement('p', null, found.isLoading ? 'searching' : found.items.map(({ name }) => name).join())
    }
    await render(createElement(ChatProvider, { client }, createElement(Composer)))
    await act(async () => uploads.add(new Blob([pixel]), { filename: 'dot.png' }))
    expect(uploads).toMatchObject({ isUploading: true, uploads: [{ filename: 'dot.png', status: 'uploading' }] })
    await eventually(() => !uploads.isUploading)
    expect(uploads.media).toMatchObject([{ filename: 'dot.png', contentType: 'image/png' }])
    await act(async () => uploads.add(new Blob(['<html>']), { filename: 'page.html' }))
    await eventually(() => !uploads.isUploading)
    expect(uploads.uploads[1]).toMatchObject({ status: 'failed', error: { code: 'unsupported_media_type' } })
    await act(async () => uploads.remove(2))
    expect(uploads.uploads).toHaveLength(1)
    await act(async () => uploads.clear())
    expect(uploads).toMatchObject({ uploads: [], media: [] })
    await eventually(() => text().includes('Bob'))
  })

  it('say so where there is no provider', async () => {
    const Lost = () => createElement('p', null, String(useChatClient()))
    expect(() => renderToString(createElement(Lost))).toThrow('ChatProvider')
  })
})
