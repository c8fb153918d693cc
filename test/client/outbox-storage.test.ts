import { type ChatClient, type ChatClientOptions, type ChatClientStorage, createChatClient } from 'express-chat/client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { givenGroup, sharedHost } from '../realtime/given.js'
import { asyncStorage, givenClient, live, liveClient, MutedWebSocket, memoryStorage, textsOf, until } from './given.js'
import { stubLocks } from './locks.js'

const host = sharedHost()

/** A client that can write and not send. */
const givenMuted = (userId: string, options: Partial<ChatClientOptions>): ChatClient =>
  givenClient(host, userId, { WebSocket: MutedWebSocket, ...options })

async function saidIn(roomId: string): Promise<string[]> {
  const { items } = await host.chat.system.messages.list(roomId, {})
  return items.flatMap(({ kind, user, text }) => (kind === 'user' ? `${user?.id}: ${text}` : []))
}

const arrive = (roomId: string, ...said: string[]) => expect.poll(() => saidIn(roomId)).toEqual(said)

/** What a message is stored as, and under what name. */
async function givenStored(roomId: string, text = 'Stored') {
  const storage = memoryStorage()
  const alice = givenMuted('alice', { storage, storageKey: 'chat' })
  await live(alice)
  alice
    .room(roomId)
    .messages.send({ text, clientId: 'c1' })
    .catch(() => undefined)
  alice.close()
  const [[key, value]] = [...storage.items] as [[string, string]]
  return { storage, key, value, entry: JSON.parse(value) as Record<string, unknown> }
}

describe('a stored message that cannot be read', () => {
  it('is removed, and what lies beside it is sent', async () => {
    const roomId = await givenGroup(host, 'alice')
    const { storage, key, value } = await givenStored(roomId)
    storage.setItem(key.replace('c1', 'c0'), value.slice(1))
    const alice = await liveClient(host, 'alice', { storage, storageKey: 'chat' })
    await arrive(roomId, 'alice: Stored')
    await expect.poll(() => [...storage.items.keys()]).toEqual([])
    await alice.room(roomId).messages.send({ text: 'And on' })
  })

  it('keeps its text where what is spoilt can be done without', async () => {
    const roomId = await givenGroup(host, 'alice')
    const { storage, key, entry } = await givenStored(roomId)
    const { media: _, mentions: __, replyTo: ___, strikes: ____, ...bare } = entry
    storage.setItem(
      key,
      JSON.stringify({ ...bare, createdAt: 'yesterday', order: 'first', error: { code: 7, problem: 'no', errors: 1 } }),
    )
    const alice = await liveClient(host, 'alice', { storage, storageKey: 'chat' })
    await until(alice.room(roomId).messages, () => textsOf(alice, roomId).length > 0)
    const [failed] = alice.room(roomId).messages.getSnapshot().items
    expect(failed).toMatchObject({ text: 'Stored', state: 'failed', media: [], error: { code: 'aborted', errors: [] } })
    expect(Date.parse(failed?.createdAt as string)).toBe(0)
    alice.room(roomId).messages.retry('c1')
    await arrive(roomId, 'alice: Stored')
  })

  it('is taken up where an older version stored it', async () => {
    const roomId = await givenGroup(host, 'alice')
    const { storage, key, entry } = await givenStored(roomId)
    storage.removeItem(key)
    const { order: _, strikes: __, ...old } = entry
    storage.setItem(
      'chat alice 1764-0.2',
      JSON.stringify({ ...old, text: 'Second', clientId: '1764-0.2', createdAt: '2026-01-01T00:00:02.000Z' }),
    )
    storage.setItem(
      'chat alice 1764-0.3',
      JSON.stringify({ ...old, text: 'First', clientId: '1764-0.3', createdAt: '2026-01-01T00:00:01.000Z' }),
    )
    givenClient(host, 'alice', { storage, storageKey: 'chat' })
    await arrive(roomId, 'alice: First', 'alice: Second')
    await expect.poll(() => storage.length).toBe(0)
  })
})

describe('a storage', () => {
  it.each(['length', 'key', 'getItem', 'setItem', 'removeItem'] as const)(
    'may be forbidden at any call: `%s`',
    async (name) => {
      const roomId = await givenGroup(host, 'alice')
      const { storage } = await givenStored(roomId)
      const fail = () => {
        throw new DOMException('not here', 'SecurityError')
      }
      Object.defineProperty(storage, name, name === 'length' ? { get: fail } : { value: fail })
      const alice = await liveClient(host, 'alice', { storage, storageKey: 'chat' })
      expect(await alice.room(roomId).messages.send({ text: 'All the same' })).toMatchObject({ text: 'All the same' })
      const said = await saidIn(roomId)
      expect(said).toEqual(/set|remove/.test(name) ? ['alice: Stored', 'alice: All the same'] : ['alice: All the same'])
    },
  )

  it.each<[what: string, answer: unknown]>([
    ['rejects', () => Promise.reject(new Error('disk full'))],
    [
      'throws',
      () => {
        throw new Error('no native module')
      },
    ],
    ['answers nothing', () => Promise.resolve(undefined)],
    ['answers something else', () => Promise.resolve({})],
  ])('may be one that %s, and answers late', async (_what, answer) => {
    const roomId = await givenGroup(host, 'alice')
    const storage = { getAllKeys: answer, getItem: answer, setItem: answer, removeItem: answer } as ChatClientStorage
    const alice = await liveClient(host, 'alice', { storage })
    expect(await alice.room(roomId).messages.send({ text: 'All the same' })).toMatchObject({ text: 'All the same' })
  })

  it('is waited for a moment and no longer, where it never answers', async () => {
    const roomId = await givenGroup(host, 'alice')
    const storage = { ...asyncStorage(), getAllKeys: () => new Promise<string[]>(() => undefined) }
    const alice = await liveClient(host, 'alice', { storage })
    expect(await alice.room(roomId).messages.send({ text: 'All the same' })).toMatchObject({ text: 'All the same' })
  })

  it('may be asynchronous: what was written offline is sent in its order, before what is written later', async () => {
    const roomId = await givenGroup(host, 'alice')
    const storage = asyncStorage()
    const before = givenMuted('alice', { storage })
    await live(before)
    for (const text of ['One', 'Two', 'Three'])
      before
        .room(roomId)
        .messages.send({ text })
        .catch(() => undefined)
    before.close()
    await expect.poll(() => storage.items.size).toBe(3)
    const after = givenClient(host, 'alice', { storage })
    const four = after.room(roomId).messages.send({ text: 'Four' })
    await four
    expect(await saidIn(roomId)).toEqual(['alice: One', 'alice: Two', 'alice: Three', 'alice: Four'])
    await expect.poll(() => storage.items.size).toBe(0)
  })

  it('keeps what was stored last, though an asynchronous one finishes out of order', async () => {
    const roomId = await givenGroup(host, 'alice')
    const storage = asyncStorage()
    const set = storage.setItem
    /** The next message is not stored before the function is called that this gives. */
    const stall = () => {
      let release = () => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      storage.setItem = async (key, value) => {
        // Only the first is slow: whatever is asked for after it would be faster.
        storage.setItem = set
        await released
        await set(key, value)
      }
      return release
    }
    const alice = await liveClient(host, 'alice', { storage })
    let release = stall()
    await Promise.all(['1', '2', '3'].map((text) => alice.room(roomId).messages.send({ text })))
    release()
    release = stall()
    const failing = alice.room(roomId).messages.send({ text: 'x'.repeat(9_000), clientId: 'c1' })
    await expect(failing).rejects.toMatchObject({ code: 'too_large' })
    release()
    await expect
      .poll(() => [...storage.items.values()].map((value) => JSON.parse(value).error?.code))
      .toEqual(['too_large'])
    alice.room(roomId).messages.discard('c1')
    await expect.poll(() => storage.items.size).toBe(0)
  })
})

describe('what one user stored', () => {
  const names = ['alice', 'alic', 'alice bob', 'alice%20bob', 'alice%', '%', 'a', 'alice/1']

  it.each(names)('is for them alone, whoever else is called alike: %s', async (userId) => {
    const roomId = (await host.chat.rooms.create('bob', { type: 'group', name: 'All' })).id
    for (const each of names) {
      await host.chat.users.save({ id: each, name: each })
      await host.chat.system.members.add(roomId, { userId: each })
    }
    const storage = memoryStorage()
    const kept = { storage, storageKey: 'chat' }
    const writer = givenMuted(userId, kept)
    await live(writer)
    writer
      .room(roomId)
      .messages.send({ text: 'Mine' })
      .catch(() => undefined)
    writer.close()
    expect(storage.length).toBe(1)
    for (const each of names) {
      if (each === userId) continue
      const other = givenClient(host, each, kept)
      await live(other)
      await other.room(roomId).messages.send({ text: 'Another' })
      expect(textsOf(other, roomId)).not.toContain('Mine')
      other.close()
    }
    expect(storage.length).toBe(1)
    const said = await saidIn(roomId)
    expect(said.filter((text) => text.endsWith('Mine'))).toEqual([])
    givenClient(host, userId, kept)
    await expect.poll(async () => (await saidIn(roomId)).at(-1)).toBe(`${userId}: Mine`)
    await expect.poll(() => storage.length).toBe(0)
  })

  it.each([
    ['chat', 'chat alice'],
    ['chat alice', 'chat'],
    ['chat', 'chat%20alice'],
    ['', ' '],
  ])('under one `storageKey` is not for another that begins alike: "%s", "%s"', async (one, another) => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const storage = memoryStorage()
    for (const storageKey of [one, another]) {
      const writer = givenMuted('bob', { storage, storageKey })
      await live(writer)
      writer
        .room(roomId)
        .messages.send({ text: `Of ${storageKey}` })
        .catch(() => undefined)
      writer.close()
    }
    expect(storage.length).toBe(2)
    const alice = await liveClient(host, 'alice', { storage, storageKey: one })
    await alice.room(roomId).messages.send({ text: 'Mine' })
    expect(await saidIn(roomId)).toEqual(['alice: Mine'])
    givenClient(host, 'bob', { storage, storageKey: one })
    await arrive(roomId, 'alice: Mine', `bob: Of ${one}`)
    await expect.poll(() => storage.length).toBe(1)
  })

  it.each(['localStorage', 'AsyncStorage'])(
    'is not sent or shown by who signs in next in the same client, over %s',
    async (kind) => {
      const roomId = await givenGroup(host, 'alice', 'bob')
      const storage = kind === 'AsyncStorage' ? asyncStorage() : memoryStorage()
      let userId = 'alice'
      const client = givenMuted('', { storage, auth: () => ({ 'x-user': userId }) })
      await live(client)
      const waiting = client.room(roomId).messages.send({ text: 'Of Alice' })
      userId = 'bob'
      host.chat.disconnect('alice')
      await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
      await until(client.me, (me) => me?.id === 'bob')
      await live(client)
      await client.room(roomId).messages.load()
      expect(textsOf(client, roomId)).toEqual([])
      client
        .room(roomId)
        .messages.send({ text: 'Of Bob' })
        .catch(() => undefined)
      client.close()
      await expect.poll(() => storage.items.size).toBe(2)
      givenClient(host, 'bob', { storage })
      await arrive(roomId, 'bob: Of Bob')
      givenClient(host, 'alice', { storage })
      await arrive(roomId, 'bob: Of Bob', 'alice: Of Alice')
    },
  )

  it('is not mixed with another’s by a client that is closed at whatever moment of its start', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const storage = asyncStorage()
    stubLocks()
    const writer = givenMuted('alice', { storage })
    await live(writer)
    for (const text of ['One', 'Two'])
      writer
        .room(roomId)
        .messages.send({ text })
        .catch(() => undefined)
    writer.close()
    await expect.poll(() => storage.items.size).toBe(2)
    let userId = 'alice'
    const client = createChatClient({
      ...{ url: `${host.origin}/chat`, auth: () => ({ 'x-user': userId }), WebSocket: MutedWebSocket, storage },
    })
    onTestFinished(() => client.close())
    for (let turns = 0; turns < 12; turns += 1) {
      userId = turns % 2 === 0 ? 'alice' : 'bob'
      client.connect()
      await until(client.me, (me) => me?.id === userId)
      // Somewhere between asking for the lock, for the names and for each of the messages.
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setTimeout(resolve))
      client.close()
      expect(textsOf(client, roomId)).toEqual([])
    }
    userId = 'bob'
    client.connect()
    await live(client)
    await client.room(roomId).messages.load()
    expect(textsOf(client, roomId)).toEqual([])
    expect(storage.items.size).toBe(2)
    client.close()
    givenClient(host, 'alice', { storage })
    await arrive(roomId, 'alice: One', 'alice: Two')
    await expect.poll(() => storage.items.size).toBe(0)
  })
})

describe('two tabs over one storage', () => {
  /** The browser tells a tab of what another one stored. */
  function stubStorageEvents(): () => void {
    const listeners = new Set<() => void>()
    vi.stubGlobal(
      'addEventListener',
      (type: string, listener: () => void, { signal }: { signal?: AbortSignal } = {}) => {
        if (type !== 'storage') return
        listeners.add(listener)
        signal?.addEventListener('abort', () => listeners.delete(listener))
      },
    )
    onTestFinished(() => void vi.unstubAllGlobals())
    return () => {
      for (const listener of listeners) listener()
    }
  }

  it.each([true, false])('send what was written in either once, with locks: %s', async (hasLocks) => {
    if (hasLocks) stubLocks()
    const roomId = await givenGroup(host, 'alice')
    const storage = memoryStorage()
    const [one, other] = await Promise.all([1, 2].map(() => liveClient(host, 'alice', { storage })))
    const sent = [one, other].map((client, n) => client?.room(roomId).messages.send({ text: `Of ${n}` }))
    await Promise.all(sent)
    expect((await saidIn(roomId)).sort()).toEqual(['alice: Of 0', 'alice: Of 1'])
    await expect.poll(() => storage.length).toBe(0)
  })

  it.each([true, false])('go on with what the one that is closed had written, with locks: %s', async (hasLocks) => {
    const tell = stubStorageEvents()
    const locks = hasLocks ? stubLocks() : undefined
    const roomId = await givenGroup(host, 'alice')
    const storage = memoryStorage()
    const one = givenMuted('alice', { storage })
    await live(one)
    const other = await liveClient(host, 'alice', { storage })
    for (const text of ['One', 'Two'])
      one
        .room(roomId)
        .messages.send({ text })
        .catch(() => undefined)
    tell()
    if (locks) {
      // The other tab waits for the lock of the one that wrote it, which has it as long as it lives.
      await expect.poll(locks.waiting).toBe(1)
      expect(textsOf(other, roomId)).toEqual([])
      expect(storage.length).toBe(2)
      one.close()
    }
    await arrive(roomId, 'alice: One', 'alice: Two')
    await expect.poll(() => storage.length).toBe(0)
  })

  it('do not go on showing, without locks, what the tab that wrote it has discarded', async () => {
    const tell = stubStorageEvents()
    const roomId = await givenGroup(host, 'alice')
    const storage = memoryStorage()
    const one = givenMuted('alice', { storage })
    await live(one)
    one
      .room(roomId)
      .messages.send({ text: 'Never mind', clientId: 'c1' })
      .catch(() => undefined)
    const other = givenMuted('alice', { storage })
    await until(other.room(roomId).messages, () => textsOf(other, roomId).length === 1)
    one.room(roomId).messages.discard('c1')
    tell()
    await until(other.room(roomId).messages, () => textsOf(other, roomId).length === 0)
    expect(textsOf(one, roomId)).toEqual([])
    expect(storage.length).toBe(0)
  })

  it('is one again after a page has mounted, unmounted and mounted its client', async () => {
    const { held } = stubLocks()
    const roomId = await givenGroup(host, 'alice')
    const storage = memoryStorage()
    const client = givenMuted('alice', { storage })
    await live(client)
    client
      .room(roomId)
      .messages.send({ text: 'One', clientId: 'c1' })
      .catch(() => undefined)
    for (let n = 0; n < 3; n += 1) {
      client.close()
      client.connect()
      await live(client)
      await until(client.room(roomId).messages, () => textsOf(client, roomId).join() === 'One')
    }
    client
      .room(roomId)
      .messages.send({ text: 'Two', clientId: 'c2' })
      .catch(() => undefined)
    expect(textsOf(client, roomId)).toEqual(['One', 'Two'])
    expect(storage.length).toBe(2)
    client.close()
    await expect.poll(() => held.size).toBe(0)
    givenClient(host, 'alice', { storage })
    await arrive(roomId, 'alice: One', 'alice: Two')
  })

  it('store a message under the locks of a page that may not use them', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new DOMException('no', 'SecurityError')) } })
    onTestFinished(() => void vi.unstubAllGlobals())
    const roomId = await givenGroup(host, 'alice')
    const { storage } = await givenStored(roomId)
    const alice = await liveClient(host, 'alice', { storage, storageKey: 'chat' })
    await arrive(roomId, 'alice: Stored')
    await alice.room(roomId).messages.send({ text: 'And on' })
    await expect.poll(() => storage.length).toBe(0)
  })
})
