import type { ChatClient } from 'express-chat/client'
import { describe, expect, it, vi } from 'vitest'
import type { TestHost } from '../host.js'
import { givenGroup, sharedHost } from '../realtime/given.js'
import { givenClient, live, liveClient, MutedWebSocket, memoryStorage, textsOf, until } from './given.js'
import { givenLine } from './line.js'
import { stubLocks } from './locks.js'

/** localStorage of a browser that lists its keys sorted. */
function sortedStorage() {
  const storage = memoryStorage()
  return {
    ...storage,
    get length() {
      return storage.length
    },
    key: (n: number) => [...storage.items.keys()].sort()[n] ?? null,
  }
}

describe('the order of what was written offline', () => {
  const host = sharedHost()

  /** Alice's client, cut off from the server until `line.isUp`. */
  async function givenOffline(storage = memoryStorage()) {
    const line = await givenLine(host.origin)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await liveClient(line, 'alice', { storage, storageKey: 'chat' })
    line.isUp = false
    line.cut()
    await until(alice.connection, ({ status }) => status !== 'live')
    const write = (text: string, clientId?: string, client: ChatClient = alice) =>
      void client.room(roomId).messages.send({ text, clientId })
    return { line, roomId, alice, storage, write }
  }

  async function stored({ chat }: TestHost, roomId: string) {
    const { items } = await chat.system.messages.list(roomId, {})
    return items.filter(({ kind }) => kind === 'user').map(({ text }) => text)
  }

  const arrive = (roomId: string, ...texts: string[]) => expect.poll(() => stored(host, roomId)).toEqual(texts)

  it('is that of writing, though the clock was put back meanwhile', async () => {
    const { line, roomId, alice, write } = await givenOffline()
    vi.useFakeTimers({ toFake: ['Date'] })
    write('One')
    vi.setSystemTime(Date.now() - 5_000)
    write('Two')
    vi.setSystemTime(Date.now() + 1)
    write('Three')
    expect(textsOf(alice, roomId)).toEqual(['One', 'Two', 'Three'])
    line.isUp = true
    await arrive(roomId, 'One', 'Two', 'Three')
  })

  it('is that of writing after a reload over a storage that lists its keys sorted, within one millisecond', async () => {
    const { line, roomId, alice, storage, write } = await givenOffline(sortedStorage())
    vi.useFakeTimers({ toFake: ['Date'] })
    for (const clientId of ['c', 'a', 'd', 'b']) write(clientId, clientId)
    vi.useRealTimers()
    alice.close()
    line.isUp = true
    const again = givenClient(line, 'alice', { storage, storageKey: 'chat' })
    await again.room(roomId).messages.load()
    await arrive(roomId, 'c', 'a', 'd', 'b')
    await until(again.room(roomId).messages, () => textsOf(again, roomId).join() === 'c,a,d,b')
  })

  it('goes on after a reload, though the clock was put back', async () => {
    const { line, roomId, alice, storage, write } = await givenOffline()
    write('One')
    write('Two')
    alice.close()
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() - 60_000)
    const again = givenClient(line, 'alice', { storage, storageKey: 'chat' })
    // Nobody knows yet whose storage it is.
    write('Three', undefined, again)
    write('Four', undefined, again)
    line.isUp = true
    await live(again)
    write('Five', undefined, again)
    await arrive(roomId, 'One', 'Two', 'Three', 'Four', 'Five')
  })

  it('outlives a second reload of what was written behind the clock of what was stored', async () => {
    const { line, roomId, alice, storage, write } = await givenOffline()
    write('One')
    alice.close()
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() - 60_000)
    line.isUp = true
    const again = givenClient(line, 'alice', { storage, storageKey: 'chat', WebSocket: MutedWebSocket })
    write('Two', undefined, again)
    await until(again.room(roomId).messages, () => textsOf(again, roomId).join() === 'One,Two')
    write('Three', undefined, again)
    expect(textsOf(again, roomId)).toEqual(['One', 'Two', 'Three'])
    again.close()
    expect(storage.length).toBe(3)
    givenClient(line, 'alice', { storage, storageKey: 'chat' })
    await arrive(roomId, 'One', 'Two', 'Three')
  })

  it('is kept by a tab that takes up what a closed one left', async () => {
    stubLocks()
    const { line, roomId, alice, storage, write } = await givenOffline(sortedStorage())
    await liveClient(host, 'alice', { storage, storageKey: 'chat' })
    for (const text of ['5', '3', '1', '2', '4']) write(text, `id-${text}`)
    alice.close()
    expect(line.isUp).toBe(false)
    givenClient(host, 'alice', { storage, storageKey: 'chat' })
    await arrive(roomId, '5', '3', '1', '2', '4')
  })
})
