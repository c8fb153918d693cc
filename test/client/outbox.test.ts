import { describe, expect, it } from 'vitest'
import { givenGroup, givenHost } from '../realtime/given.js'
import { givenClient, live, liveClient, memoryStorage, textsOf, until } from './given.js'
import { givenLine } from './line.js'
import { stubLocks } from './locks.js'

describe('a message that could not be sent yet', () => {
  it('survives a reload where there is a storage, and is sent once by whoever comes', async () => {
    const host = await givenHost()
    const line = await givenLine(host.origin)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const storage = memoryStorage()
    const before = await liveClient(line, 'alice', { storage })
    line.isUp = false
    line.cut()
    await until(before.connection, ({ status }) => status === 'reconnecting')
    void before.room(roomId).messages.send({ text: 'Written in a tunnel' })
    void before.room(roomId).messages.send({ text: 'And another' })
    // The page is gone without a word.
    before.close()
    expect(storage.length).toBe(2)
    line.isUp = true
    const after = await liveClient(line, 'alice', { storage })
    await after.room(roomId).messages.load()
    await until(after.room(roomId).messages, () => textsOf(after, roomId).length === 2)
    await expect.poll(() => storage.length).toBe(0)
    expect(textsOf(after, roomId)).toEqual(['Written in a tunnel', 'And another'])
    const { items } = await host.chat.system.messages.list(roomId, {})
    expect(items.filter(({ kind }) => kind === 'user')).toHaveLength(2)
  })

  it('is not for somebody else who signs in', async () => {
    const host = await givenHost()
    const line = await givenLine(host.origin)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const storage = memoryStorage()
    const alice = await liveClient(line, 'alice', { storage })
    line.isUp = false
    line.cut()
    await until(alice.connection, ({ status }) => status === 'reconnecting')
    void alice.room(roomId).messages.send({ text: 'Of Alice' })
    alice.close()
    line.isUp = true
    const bob = await liveClient(line, 'bob', { storage })
    await bob.room(roomId).messages.load()
    await bob.room(roomId).messages.send({ text: 'Of Bob' })
    expect(textsOf(bob, roomId)).toEqual(['Of Bob'])
    expect(storage.length).toBe(1)
  })

  it('is sent by the tab that wrote it, and by another once that one is gone', async () => {
    stubLocks()
    const host = await givenHost()
    const [ours, theirs] = await Promise.all([givenLine(host.origin), givenLine(host.origin)])
    const roomId = await givenGroup(host, 'alice', 'bob')
    const storage = memoryStorage()
    const one = await liveClient(ours, 'alice', { storage, storageKey: 'chat' })
    ours.isUp = false
    ours.cut()
    await until(one.connection, ({ status }) => status === 'reconnecting')
    void one.room(roomId).messages.send({ text: 'From the first tab' })
    expect(storage.length).toBe(1)
    const other = await liveClient(theirs, 'alice', { storage, storageKey: 'chat' })
    await other.room(roomId).messages.load()
    // It could send it, and leaves it to the first.
    await other.room(roomId).messages.send({ text: 'From the second tab' })
    expect(textsOf(other, roomId)).toEqual(['From the second tab'])
    one.close()
    await until(other.room(roomId).messages, () => textsOf(other, roomId).length === 2)
    await expect.poll(() => storage.length).toBe(0)
    expect(textsOf(other, roomId)).toEqual(['From the second tab', 'From the first tab'])
  })

  it('stays one message though two tabs send it', async () => {
    const host = await givenHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const tabs = await Promise.all([liveClient(host, 'alice'), liveClient(host, 'alice')])
    await Promise.all(tabs.map((tab) => tab.room(roomId).messages.load()))
    const sent = await Promise.all(
      tabs.map((tab) => tab.room(roomId).messages.send({ text: 'Twice', clientId: 'the-same' })),
    )
    expect(sent[0]?.id).toBe(sent[1]?.id)
    for (const tab of tabs) {
      await until(tab.room(roomId).messages, () => textsOf(tab, roomId).length > 0)
      expect(textsOf(tab, roomId)).toEqual(['Twice'])
    }
  })

  it('is shown as failed when it is refused, and can be sent again or discarded', async () => {
    const host = await givenHost({
      before: {
        message: (message) => {
          if (message.text?.includes('spam') && isStrict) throw new Error('no')
          return message
        },
      },
      logger: { warn: () => undefined, error: () => undefined },
    })
    let isStrict = true
    const roomId = await givenGroup(host, 'alice')
    const storage = memoryStorage()
    const alice = await liveClient(host, 'alice', { storage })
    const { messages } = alice.room(roomId)
    await messages.load()
    await expect(messages.send({ text: 'spam', clientId: 'c1' })).rejects.toMatchObject({ code: 'internal' })
    await expect(messages.send({ text: 'more spam', clientId: 'c2' })).rejects.toMatchObject({ code: 'internal' })
    await messages.send({ text: 'Fine' })
    const shown = () => messages.getSnapshot().items.filter(({ kind }) => kind === 'user')
    expect(shown()).toMatchObject([
      { text: 'Fine' },
      { state: 'failed', error: { code: 'internal' } },
      { state: 'failed' },
    ])
    // A reload shows them still.
    alice.close()
    const again = await liveClient(host, 'alice', { storage })
    await again.room(roomId).messages.load()
    const failed = () =>
      again
        .room(roomId)
        .messages.getSnapshot()
        .items.filter(({ state }) => state === 'failed')
    expect(failed()).toMatchObject([{ clientId: 'c1', error: { code: 'internal', status: 500 } }, { clientId: 'c2' }])
    isStrict = false
    again.room(roomId).messages.retry('c1')
    again.room(roomId).messages.discard('c2')
    await until(again.room(roomId).messages, () => failed().length === 0)
    await until(again.room(roomId).messages, () => textsOf(again, roomId).length === 2)
    await expect
      .poll(() =>
        again
          .room(roomId)
          .messages.getSnapshot()
          .items.every(({ state }) => state === 'sent'),
      )
      .toBe(true)
    expect(textsOf(again, roomId)).toEqual(['Fine', 'spam'])
    await expect.poll(() => storage.length).toBe(0)
  })

  it('waits its turn when it is too fast, and keeps its order', async () => {
    const host = await givenHost({ limits: { rates: { sends: { points: 5, seconds: 1 } } } })
    const roomId = await givenGroup(host, 'alice')
    const alice = givenClient(host, 'alice')
    await live(alice)
    const { messages } = alice.room(roomId)
    await messages.load()
    const texts = Array.from({ length: 12 }, (_, n) => `${n}`)
    await Promise.all(texts.map((text) => messages.send({ text })))
    expect(textsOf(alice, roomId)).toEqual(texts)
  })

  it('goes on without a storage that is full or forbidden', async () => {
    const host = await givenHost()
    const roomId = await givenGroup(host, 'alice')
    const fail = () => {
      throw new Error('QuotaExceededError')
    }
    const storage = { ...memoryStorage(), setItem: fail, key: fail, getItem: fail, removeItem: fail }
    const alice = await liveClient(host, 'alice', { storage })
    expect(await alice.room(roomId).messages.send({ text: 'Sent all the same' })).toMatchObject({ seq: 2 })
  })
})
