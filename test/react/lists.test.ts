import { type ChatClient, createChatClient } from 'express-chat/client'
import { ChatProvider, useEdits, useInvite, useInvites, usePins, useReaders, useScheduled } from 'express-chat/react'
import { createElement, StrictMode } from 'react'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { people } from '../host.js'
import { sharedHost } from '../realtime/given.js'
import { act, eventually, render } from './render.js'

describe('the hooks for what a room keeps', () => {
  const host = sharedHost({ editHistory: 'members' })

  function clientOf(userId: string, asked: string[] = []): ChatClient {
    const auth = () => ({ 'x-user': userId })
    const client = createChatClient({
      ...{ url: `${host.origin}/chat`, auth, WebSocket },
      fetch: (url, init) => {
        if (init?.method === 'GET') asked.push(String(url))
        return fetch(url, init)
      },
    })
    onTestFinished(() => client.close())
    return client
  }

  /** What a hook gives, whenever it was rendered last. */
  async function hook<T>(client: ChatClient, use: () => T): Promise<{ now: T }> {
    const seen = {} as { now: T }
    const Page = () => {
      seen.now = use()
      return null
    }
    await render(createElement(StrictMode, null, createElement(ChatProvider, { client }, createElement(Page))))
    return seen
  }

  async function given() {
    const { id } = await host.chat.rooms.create('alice', { type: 'group', name: 'Kept', userIds: ['bob'] })
    const message = await host.chat.messages.send('alice', id, { text: 'Soup is redy' })
    return { id, message }
  }

  it('give what is pinned, and follow it', async () => {
    const { id, message } = await given()
    const seen = await hook(clientOf('bob'), () => usePins(id))
    await eventually(() => seen.now.status === 'ready')
    expect(seen.now.items).toEqual([])
    await host.chat.pins.pin('alice', id, message.id)
    await eventually(() => seen.now.items.length === 1)
    expect(seen.now.items).toMatchObject([{ id: message.id, pinnedById: 'alice' }])
    const refused = await seen.now.handle.unpin(message.id).catch((error) => error.code)
    expect(refused).toBe('forbidden')
  })

  it('give what I send later, in a room and in all, and follow it', async () => {
    const { id } = await given()
    const sendAt = new Date(Date.now() + 3_600_000).toISOString()
    const asked: string[] = []
    const seen = await hook(clientOf('bob', asked), () => ({
      ...{ room: useScheduled(id), all: useScheduled(), none: useScheduled(undefined) },
    }))
    await eventually(() => seen.now.room.handle?.getSnapshot() === 0)
    await act(async () => seen.now.room.handle?.create({ text: 'One', sendAt }))
    await eventually(() => seen.now.room.items.length === 1 && seen.now.all.items.length === 1)
    const [kept] = seen.now.room.items
    // Where there is nothing, nothing was asked for.
    expect(asked.filter((url) => url.endsWith(`${id}/scheduled`))).toHaveLength(1)
    await host.chat.scheduled.update('bob', id, kept?.id ?? '', { text: 'Two' })
    await eventually(() => seen.now.room.items[0]?.text === 'Two' && seen.now.all.items[0]?.text === 'Two')
    await host.chat.scheduled.cancel('bob', id, kept?.id ?? '')
    await eventually(() => seen.now.room.items.length === 0 && seen.now.all.items.length === 0)
    expect(seen.now.none).toMatchObject({ items: [], isLoading: false, error: null, handle: null })
  })

  it('give what a message said before, and who has read it', async () => {
    const { id, message } = await given()
    await host.chat.messages.edit('alice', id, message.id, { text: 'Soup is ready' })
    await host.chat.members.markRead('bob', id, message.seq)
    const seen = await hook(clientOf('bob'), () => ({
      edits: useEdits(id, message.id),
      readers: useReaders(id, message.id),
      nothing: useEdits(id, undefined),
    }))
    await eventually(() => seen.now.edits.items.length === 1 && seen.now.readers.items.length === 1)
    expect(seen.now.edits.items).toMatchObject([{ text: 'Soup is redy' }])
    expect(seen.now.readers.items).toMatchObject([{ user: { id: 'bob' } }])
    expect(seen.now.nothing).toMatchObject({ items: [], error: null, hasMore: false })
    await host.chat.rooms.update('alice', id, { readReceipts: false })
    await act(async () => seen.now.readers.reload())
    await eventually(() => seen.now.readers.error)
    expect(seen.now.readers.error?.code).toBe('forbidden')
  })

  it('give the links of a room, where one leads, and the way in', async () => {
    const { id } = await given()
    await people(host, 'zoe')
    const mine = await hook(clientOf('alice'), () => useInvites(id))
    await eventually(() => !mine.now.isLoading)
    expect(mine.now.items).toEqual([])
    const made = await mine.now.handle?.create({ maxUses: 1 })
    await act(async () => mine.now.reload())
    await eventually(() => mine.now.items.length === 1)
    const seen = await hook(clientOf('zoe'), () => ({ by: useInvite(made?.code), none: useInvite(undefined) }))
    await eventually(() => seen.now.by.room)
    expect(seen.now.by).toMatchObject({ room: { name: 'Kept', memberCount: 2 }, error: null })
    expect(seen.now.none).toMatchObject({ room: null, error: null })
    expect(await seen.now.by.join()).toMatchObject({ id, me: { role: 'member' } })
    const late = await hook(clientOf('erin'), () => useInvite(made?.code))
    await eventually(() => late.now.error)
    expect(late.now).toMatchObject({ room: null, error: { code: 'not_found' } })
  })
})
