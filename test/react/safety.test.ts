import { type ChatClient, createChatClient } from 'express-chat/client'
import { ChatProvider, useAudit, useBans, useBlocks, useMessages, useReports, useRequests } from 'express-chat/react'
import { createElement, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { people } from '../host.js'
import { givenGroup, sharedHost } from '../realtime/given.js'
import { act, eventually, render } from './render.js'

describe('the hooks for who is kept out', () => {
  const host = sharedHost({
    contact: (from) => (from.startsWith('stranger') ? 'ask' : true),
    isModerator: ({ id }) => id === 'dave',
  })

  function clientOf(userId: string, answer?: (url: string) => Response | undefined): ChatClient {
    const client = createChatClient({
      ...{ url: `${host.origin}/chat`, auth: () => ({ 'x-user': userId }), WebSocket },
      fetch: async (url, init) => answer?.(String(url)) ?? fetch(url, init),
    })
    onTestFinished(() => client.close())
    return client
  }

  /** What a hook gives, whenever it was rendered last. */
  async function hook<T>(client: ChatClient, use: () => T) {
    const seen = {} as { now: T; renders: number }
    const Page = () => {
      seen.now = use()
      seen.renders = (seen.renders ?? 0) + 1
      return null
    }
    const page = createElement(StrictMode, null, createElement(ChatProvider, { client }, createElement(Page)))
    const { unmount } = await render(page)
    return { seen, unmount }
  }

  let count = 0
  async function givenStranger(): Promise<string> {
    count += 1
    const id = `stranger-${count}`
    await people(host, id)
    return id
  }

  it('tell whom I block, mark what they say, and follow what is done elsewhere', async () => {
    const me = await givenStranger()
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.system.members.add(roomId, { userId: me })
    await host.chat.messages.send('bob', roomId, { text: 'Buy now' })
    const { seen } = await hook(clientOf(me), () => ({ blocks: useBlocks(), messages: useMessages(roomId) }))
    const said = () => seen.now.messages.items.find(({ text }) => text === 'Buy now')
    await eventually(() => seen.now.blocks.status === 'ready' && said())
    expect(seen.now.blocks).toMatchObject({ items: [], error: null })
    expect(said()?.isBlocked).toBeUndefined()
    await act(() => seen.now.blocks.handle.add('bob'))
    await eventually(() => said()?.isBlocked)
    expect(seen.now.blocks.items.map(({ user }) => user.name)).toEqual(['Bob'])
    await host.as(me).delete('/users/me/blocks/bob')
    await eventually(() => seen.now.blocks.items.length === 0)
    expect(said()?.isBlocked).toBeUndefined()
  })

  it('tell that whom I block could not be read, and try again', async () => {
    let isUp = false
    const client = clientOf(await givenStranger(), (url) =>
      isUp || !url.includes('/blocks') ? undefined : Response.json({ code: 'internal', status: 500 }, { status: 500 }),
    )
    const { seen } = await hook(client, useBlocks)
    await eventually(() => seen.now.status === 'failed')
    expect(seen.now.error?.code).toBe('internal')
    isUp = true
    await act(() => seen.now.handle.load())
    expect(seen.now).toMatchObject({ items: [], status: 'ready', error: null })
  })

  it('tell which rooms I am asked into, take my answer, and try again what could not be read', async () => {
    const [me, asking] = [await givenStranger(), await givenStranger()]
    let isUp = false
    const client = clientOf(me, (url) =>
      isUp || !url.includes('requests=')
        ? undefined
        : Response.json({ code: 'internal', status: 500 }, { status: 500 }),
    )
    const { seen } = await hook(client, useRequests)
    await eventually(() => seen.now.status === 'failed')
    expect(seen.now.error?.code).toBe('internal')
    isUp = true
    await act(() => seen.now.load())
    expect(seen.now).toMatchObject({ items: [], status: 'ready', error: null })
    const ask = (name: string) => host.chat.rooms.create(asking, { type: 'group', name, userIds: [me] })
    const [one, other] = [await ask('One'), await ask('Two')]
    await eventually(() => seen.now.items.length === 2)
    expect(seen.now.items[0]).toMatchObject({ id: other.id, request: { user: { id: asking } } })
    await act(() => seen.now.accept(one.id))
    await act(() => seen.now.refuse(other.id))
    expect(seen.now.items).toEqual([])
    expect(client.rooms.getSnapshot().items.map(({ id }) => id)).toEqual([one.id])
  })

  it('tell a moderator what was reported and done, a page at a time, and everybody else nothing', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    for (let n = 0; n < 60; n += 1) {
      const { id } = await host.chat.messages.send('bob', roomId, { text: `Buy ${n}` })
      await host.chat.messages.report('alice', roomId, id, { reason: 'spam' })
    }
    const client = clientOf('dave')
    const { seen } = await hook(client, () => ({
      open: useReports({ status: 'open', roomId }),
      handled: useReports({ status: 'dismissed', roomId }),
      audit: useAudit({ roomId, action: 'report.handled' }),
    }))
    await eventually(() => seen.now.open.items.length === 50 && !seen.now.audit.isLoading)
    expect(seen.now.open).toMatchObject({ hasMore: true, error: null })
    expect(seen.now.open.items[0]).toMatchObject({ copy: { text: 'Buy 59' }, status: 'open' })
    await act(async () => seen.now.open.loadMore())
    await eventually(() => seen.now.open.items.length === 60)
    expect(seen.now.open.hasMore).toBe(false)
    expect([seen.now.handled.items, seen.now.audit.items]).toEqual([[], []])
    const { id } = seen.now.open.items[0] as { id: string }
    await act(() => client.moderation.updateReport(id, { status: 'dismissed' }))
    await act(async () => {
      for (const list of [seen.now.open, seen.now.handled, seen.now.audit]) list.reload()
    })
    await eventually(() => seen.now.handled.items.length === 1 && seen.now.audit.items.length === 1)
    expect(seen.now.open.items.some((each) => each.id === id)).toBe(false)
    expect(seen.now.audit.items).toMatchObject([{ actorId: 'dave', action: 'report.handled' }])

    const other = await hook(clientOf('alice'), () => ({ reports: useReports(), audit: useAudit() }))
    await eventually(() => other.seen.now.reports.error && other.seen.now.audit.error)
    for (const list of [other.seen.now.reports, other.seen.now.audit]) {
      expect(list).toMatchObject({ items: [], isLoading: false, hasMore: false, error: { code: 'not_found' } })
    }
  })

  it('tell who is kept out of a room, and let in again', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.bans.set('alice', roomId, 'bob', { reason: 'spam' })
    const { seen } = await hook(clientOf('alice'), () => useBans(roomId))
    await eventually(() => seen.now.items.length === 1)
    expect(seen.now.items).toMatchObject([{ user: { name: 'Bob' }, reason: 'spam' }])
    await act(async () => seen.now.handle?.remove('bob'))
    await act(async () => seen.now.reload())
    await eventually(() => seen.now.items.length === 0)
  })

  it('ask for nothing on a server, and know nothing there', () => {
    const asked: string[] = []
    const client = clientOf('alice', (url) => {
      asked.push(url)
      return undefined
    })
    const Page = () => {
      const [blocks, requests, bans, reports] = [useBlocks(), useRequests(), useBans(null), useReports()]
      return [blocks.status, requests.status, bans.items.length, bans.handle, reports.isLoading].join()
    }
    expect(renderToString(createElement(ChatProvider, { client }, createElement(Page)))).toBe('idle,idle,0,,true')
    expect(asked).toEqual([])
  })
})
