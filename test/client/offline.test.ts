import type { Message } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { givenGroup, sharedHost } from '../realtime/given.js'
import { liveClient, memoryStorage, until } from './given.js'
import { givenLine } from './line.js'
import { stubLocks } from './locks.js'
import { givenRelay } from './relay.js'

describe('what is done to messages offline', () => {
  const host = sharedHost()

  /** Alice's client in a room with three messages of hers, cut off from the server until `line.isUp`. */
  async function givenOffline(storage = memoryStorage()) {
    const line = await givenLine(host.origin)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await liveClient(line, 'alice', { storage, storageKey: 'chat' })
    const { messages } = alice.room(roomId)
    await messages.load()
    const ids: string[] = []
    for (const text of ['First', 'Second', 'Third']) ids.push((await messages.send({ text })).id)
    const { items } = await host.chat.system.messages.list(roomId, {})
    const revision = Math.max(...items.map((item) => item.revision))
    line.isUp = false
    line.cut()
    await until(alice.connection, ({ status }) => status !== 'live')
    const [first = '', second = '', third = ''] = ids
    return { ...{ line, roomId, alice, storage, messages, revision }, ids: { first, second, third } }
  }

  const done = async (roomId: string, since: number) => {
    const { body } = await host.as('alice').get(`/rooms/${roomId}/changes?since=${since}`)
    return body.events.map(({ type, message }: { type: string; message: Message }) => [type, message.text])
  }

  it('reaches the others after a reload, once and in its order, with what was written', async () => {
    const { line, roomId, alice, storage, messages, revision, ids } = await givenOffline()
    for (const waits of [
      messages.edit(ids.first, 'First, edited'),
      messages.react(ids.third, '👍'),
      messages.delete(ids.second),
      messages.react(ids.third, '🎉'),
      messages.unreact(ids.third, '👍'),
    ]) {
      await expect(waits).rejects.toMatchObject({ code: 'disconnected' })
    }
    void messages.send({ text: 'Fourth', clientId: 'fourth' })
    void messages.edit('fourth', 'Fourth, edited')
    alice.close()
    line.isUp = true
    const again = await liveClient(line, 'alice', { storage, storageKey: 'chat' })
    await again.room(roomId).messages.load()
    await expect.poll(() => storage.length).toBe(0)
    expect(await done(roomId, revision)).toEqual([
      ['message.updated', 'First, edited'],
      ['message.deleted', ''],
      ['message.updated', 'Third'],
      ['message.created', 'Fourth, edited'],
    ])
    const { items } = await host.chat.messages.list('bob', roomId, {})
    expect(items.at(-2)?.reactions).toEqual([{ reaction: '🎉', count: 1, userIds: ['alice'] }])
    expect(items.at(-1)?.editedAt).toBeNull()
    const { items: shown, failedMutations } = again.room(roomId).messages.getSnapshot()
    expect([shown.map(({ mutations }) => mutations), failedMutations]).toEqual([shown.map(() => undefined), []])
  })

  it('is done once where its answer was lost', async () => {
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'alice')
    const alice = await liveClient(relay, 'alice')
    const { messages } = alice.room(roomId)
    await messages.load()
    const { id, revision } = await messages.send({ text: 'Hello' })
    let isLost = true
    relay.alter = (frame) => {
      if (!isLost || !/ok|message.updated/.test(frame.type)) return frame
      relay.closeWith(1012)
      return { type: 'unheard' }
    }
    await expect(messages.edit(id, 'Better')).rejects.toMatchObject({ code: 'disconnected', closeCode: 1012 })
    isLost = false
    await until(messages, ({ items }) => items.every(({ mutations }) => !mutations))
    expect(relay.said.flat().filter(({ type }) => type === 'message.edit')).toHaveLength(2)
    expect(await done(roomId, revision)).toEqual([['message.updated', 'Better']])
    expect(messages.getSnapshot().items.at(-1)).toMatchObject({ text: 'Better', revision: revision + 1 })
  })

  it('ends without a word for a message that is gone, and says why where it is refused', async () => {
    const { line, roomId, alice, storage, messages, ids } = await givenOffline()
    const theirs = await host.chat.messages.send('bob', roomId, { text: 'Not hers' })
    messages.edit(ids.first, 'Better').catch(() => undefined)
    messages.delete(ids.first).catch(() => undefined)
    messages.edit(ids.second, 'Better').catch(() => undefined)
    messages.edit(theirs.id, 'Better').catch(() => undefined)
    await host.chat.messages.delete('alice', roomId, ids.first)
    await host.chat.messages.delete('alice', roomId, ids.second)
    line.isUp = true
    const { failedMutations } = await until(messages, ({ failedMutations }) => failedMutations.length > 0)
    expect(failedMutations).toMatchObject([{ messageId: theirs.id, text: 'Better', error: { code: 'forbidden' } }])
    await expect.poll(() => storage.length).toBe(1)
    const [failed] = failedMutations
    messages.discard(failed?.clientId ?? '')
    expect([messages.getSnapshot().failedMutations, storage.length]).toEqual([[], 0])
    await until(alice.connection, ({ status }) => status === 'live')
  })

  it('is done by another tab once the one that did it is closed', async () => {
    stubLocks()
    const { roomId, alice, storage, messages, ids } = await givenOffline()
    messages.edit(ids.first, 'Better').catch(() => undefined)
    const other = await liveClient(host, 'alice', { storage, storageKey: 'chat' })
    await other.room(roomId).messages.load()
    const shown = () =>
      other
        .room(roomId)
        .messages.getSnapshot()
        .items.find(({ id }) => id === ids.first)
    expect(shown()).toMatchObject({ text: 'First' })
    alice.close()
    await until(other.room(roomId).messages, () => shown()?.text === 'Better')
    await expect.poll(() => storage.length).toBe(0)
  })

  it('is not done by somebody else who signs in', async () => {
    const { line, roomId, alice, storage, messages, ids, revision } = await givenOffline()
    messages.delete(ids.first).catch(() => undefined)
    alice.close()
    line.isUp = true
    const bob = await liveClient(line, 'bob', { storage, storageKey: 'chat' })
    await bob.room(roomId).messages.load()
    await bob.room(roomId).messages.send({ text: 'Hello' })
    expect(
      bob
        .room(roomId)
        .messages.getSnapshot()
        .items.find(({ id }) => id === ids.first),
    ).toMatchObject({
      ...{ text: 'First', deletedAt: null },
    })
    expect(await done(roomId, revision)).toEqual([['message.created', 'Hello']])
    expect(storage.length).toBe(1)
  })
})
