import type { Message } from 'express-chat'
import type { ChatClient, ShownMessage } from 'express-chat/client'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { sharedHost } from '../realtime/given.js'
import { liveClient, MutedWebSocket, memoryStorage, until } from './given.js'

const place = z.strictObject({ type: z.literal('place'), label: z.string().trim().max(20) })
const data = { type: 'place', label: 'Pier' }

const items = (client: ChatClient, roomId: string): readonly ShownMessage[] =>
  client.room(roomId).messages.getSnapshot().items

describe('data in a client', () => {
  const host = sharedHost({ data: { message: place, room: place } })

  async function room(...userIds: string[]) {
    const { id } = await host.chat.rooms.create('alice', { type: 'group', name: 'A', userIds })
    return id
  }

  it('is shown at once, and then as the server took it', async () => {
    const roomId = await room('bob')
    const [alice, bob] = [await liveClient(host, 'alice'), await liveClient(host, 'bob')]
    const { messages } = alice.room(roomId)
    await messages.load()
    await bob.room(roomId).messages.load()
    const given = { type: 'place', label: ' Pier ' }
    const sending = messages.send({ data: given })
    expect(items(alice, roomId).at(-1)).toMatchObject({ state: 'sending', text: '', data: given, as: null })
    const sent = await sending
    expect(sent.data).toEqual(data)
    expect(items(alice, roomId).at(-1)).toMatchObject({ state: 'sent', data })
    const isThere = ({ items }: { items: readonly Message[] }) => items.some(({ id }) => id === sent.id)
    const shown = await until(bob.room(roomId).messages, isThere)
    expect(shown.items.at(-1)).toMatchObject({ data })

    const other = { type: 'place', label: 'Lake' }
    const editing = messages.edit(sent.id, { data: other })
    expect(items(alice, roomId).at(-1)).toMatchObject({ data: other, text: '' })
    expect(await editing).toMatchObject({ data: other })
    const words = await messages.edit(sent.id, 'Here')
    expect(words).toMatchObject({ text: 'Here', data: other })
    const taking = messages.edit(sent.id, { data: null })
    expect(items(alice, roomId).at(-1)).toMatchObject({ data: null, text: 'Here' })
    await taking
    const deleting = messages.delete(sent.id)
    expect(items(alice, roomId).at(-1)).toMatchObject({ data: null, text: '' })
    await deleting
  })

  it('that the server refuses fails with where, and one that is too large before it is sent', async () => {
    const roomId = await room()
    const alice = await liveClient(host, 'alice')
    const { messages } = alice.room(roomId)
    await messages.load()
    const refused = await messages.send({ data: { type: 'song' } }).catch((error) => error)
    expect(refused).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/data/type' }, {}] })
    const large = await messages.send({ data: { ...data, more: 'x'.repeat(4096) } }).catch((error) => error)
    expect(large).toMatchObject({ code: 'too_large', errors: [{ pointer: '/data' }] })
    const [first, second] = items(alice, roomId).filter(({ state }) => state === 'failed')
    expect([first?.data, second?.state]).toEqual([{ type: 'song' }, 'failed'])
    const { id } = await messages.send({ text: 'Hello' })
    await expect(messages.edit(id, { data: { a: 'x'.repeat(4096) } })).rejects.toMatchObject({ code: 'too_large' })
  })

  it('waits in the storage with its message', async () => {
    const roomId = await room()
    const storage = memoryStorage()
    const before = await liveClient(host, 'alice', { storage, WebSocket: MutedWebSocket })
    await before.room(roomId).messages.load()
    before.room(roomId).messages.send({ text: 'Here', data })
    expect([...storage.items.values()].join()).toContain('"label":"Pier"')
    before.close()
    const after = await liveClient(host, 'alice', { storage })
    await after.room(roomId).messages.load()
    const isSent = () => items(after, roomId).some(({ text, state }) => text === 'Here' && state === 'sent')
    await until(after.room(roomId).messages, isSent, 'what waited')
    expect(items(after, roomId).at(-1)).toMatchObject({ data })
  })

  it('of a room changes for all who see it', async () => {
    const roomId = await room('bob')
    const [alice, bob] = [await liveClient(host, 'alice'), await liveClient(host, 'bob')]
    await alice.room(roomId).update({ data })
    await until(bob.room(roomId), ({ room }) => room?.data, 'the data')
    expect(bob.room(roomId).getSnapshot().room?.data).toEqual(data)
    expect((await alice.rooms.create({ type: 'group', name: 'B', data })).data).toEqual(data)
  })

  it('and a name of the host’s own are shown, in a reply too', async () => {
    const roomId = await room()
    const alice = await liveClient(host, 'alice')
    const { messages } = alice.room(roomId)
    await messages.load()
    const as = { name: 'Shop', avatarUrl: 'https://shop.test/a.png' }
    const { id } = await host.chat.system.messages.send(roomId, { data: { anything: 1 }, as })
    await until(messages, () => items(alice, roomId).some((message) => message.id === id))
    const [shop] = items(alice, roomId).slice(-1)
    expect(shop).toMatchObject({ as, user: null, data: { anything: 1 } })
    const sending = messages.send({ text: 'Thanks', replyTo: shop })
    expect(items(alice, roomId).at(-1)?.replyTo).toMatchObject({ id, userId: null, as })
    expect((await sending).replyTo).toMatchObject({ id, userId: null, as })
  })

  it('comes with a key, by which a client finds its room', async () => {
    const { room: keyed } = await host.chat.system.rooms.ensure({
      ...{ key: 'order:17', type: 'group', name: 'Order', userIds: ['bob'] },
    })
    const [alice, bob] = [await liveClient(host, 'alice'), await liveClient(host, 'bob')]
    expect(await bob.rooms.find('order:17')).toMatchObject({ id: keyed.id, key: 'order:17', me: { role: 'owner' } })
    expect(bob.room(keyed.id).getSnapshot()).toMatchObject({ status: 'joined', room: { key: 'order:17' } })
    expect(await alice.rooms.find('order:17')).toBeNull()
    await expect(bob.rooms.find('order ')).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
