import { type ChatClient, createChatClient } from 'express-chat/client'
import { ChatProvider, useMessages, useRoomByKey } from 'express-chat/react'
import { createElement, StrictMode } from 'react'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { sharedHost } from '../realtime/given.js'
import { eventually, render } from './render.js'

describe('useRoomByKey', () => {
  const host = sharedHost()

  function given(fetchBy: typeof fetch = fetch): ChatClient {
    const url = `${host.origin}/chat`
    const client = createChatClient({ url, auth: () => ({ 'x-user': 'alice' }), WebSocket, fetch: fetchBy })
    onTestFinished(() => client.close())
    return client
  }

  async function page(client: ChatClient, key: string | null) {
    const seen = { status: '', name: '', handle: '', data: [] as unknown[] }
    const Page = ({ roomKey }: { roomKey: string | null }) => {
      const { status, room, handle } = useRoomByKey(roomKey)
      const { items } = useMessages(room?.id)
      Object.assign(seen, {
        ...{ status, name: room?.name, handle: handle?.id },
        data: items.flatMap(({ data }) => data ?? []),
      })
      return null
    }
    const around = (roomKey: string | null) =>
      createElement(StrictMode, null, createElement(ChatProvider, { client }, createElement(Page, { roomKey })))
    const { show } = await render(around(key))
    return { seen, show: (roomKey: string | null) => show(around(roomKey)) }
  }

  const ensure = (key: string, userIds: string[]) =>
    host.chat.system.rooms.ensure({ key, type: 'group', name: `Of ${key}`, userIds })

  it('finds the room that the application calls so, with what is said in it', async () => {
    const { room } = await ensure('order:1', ['alice'])
    await ensure('order:2', ['bob'])
    await host.chat.system.messages.send(room.id, { data: { number: 1 }, as: { name: 'Shop' } })
    const { seen, show } = await page(given(), 'order:1')
    await eventually(() => seen.data.length > 0)
    expect(seen).toEqual({ status: 'joined', name: 'Of order:1', handle: room.id, data: [{ number: 1 }] })
    await show('order:2')
    await eventually(() => seen.status === 'missing')
    expect(seen).toMatchObject({ name: undefined, handle: undefined, data: [] })
    await show(null)
    expect(seen).toMatchObject({ status: 'loading', handle: undefined })
  })

  it('shows it as soon as I am in it, also where the application calls another one so since', async () => {
    const { room: first } = await ensure('order:3', ['bob'])
    const { seen } = await page(given(), 'order:3')
    await eventually(() => seen.status === 'missing')
    await host.chat.system.members.add(first.id, { userId: 'alice' })
    await eventually(() => seen.status === 'joined')
    await host.chat.system.rooms.delete(first.id)
    await eventually(() => seen.status === 'left')
    const { room: second } = await ensure('order:3', ['alice'])
    await eventually(() => seen.handle === second.id && seen.status === 'joined')
  })

  it('asks again where nobody answered, once there is a connection', async () => {
    const { room } = await ensure('order:4', ['alice'])
    let isAway = true
    const client = given((...asked) => {
      if (isAway && String(asked[0]).includes('key=')) throw new TypeError('there is no network')
      return fetch(...asked)
    })
    const { seen } = await page(client, 'order:4')
    await eventually(() => client.connection.getSnapshot().status === 'live')
    expect(seen.status).toBe('loading')
    isAway = false
    client.close()
    client.connect()
    await eventually(() => seen.handle === room.id)
  })
})
