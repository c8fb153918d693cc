import { ChatClientError } from 'express-chat/client'
import { describe, expect, it, vi } from 'vitest'
import { createOutboxStorage } from '../../src/client/outbox-storage.js'
import { asyncStorage, memoryStorage } from './given.js'
import { foundIn, givenTab, givenWriter, messageOf, pass, wait } from './given-outbox-storage.js'
import { stubLocks } from './locks.js'

describe('a stored message', () => {
  it.each([
    ['localStorage', memoryStorage],
    ['AsyncStorage', asyncStorage],
  ])('is found by who comes next, as it was put there last, and nowhere once it was removed: %s', async (_, make) => {
    const storage = make()
    const { outboxStorage } = await givenWriter(storage, 'one', 'two', 'three')
    outboxStorage.put(messageOf('two', { text: 'two, again', order: 7 }))
    outboxStorage.remove(messageOf('three'))
    await pass()
    expect(storage.items.size).toBe(2)
    outboxStorage.close()
    expect(await foundIn(storage)).toEqual([[['one', 'two, again'], 7]])
    outboxStorage.put(messageOf('four'))
    outboxStorage.remove(messageOf('one'))
    await pass()
    expect(storage.items.size).toBe(2)
  })

  it('is told apart from one of another room under the same `clientId`', async () => {
    const storage = memoryStorage()
    const { outboxStorage } = await givenWriter(storage, 'one')
    outboxStorage.put(messageOf('one', { roomId: 'other', text: 'elsewhere' }))
    expect(await foundIn(storage)).toEqual([[['one', 'elsewhere'], 1]])
    outboxStorage.remove(messageOf('one'))
    expect(await foundIn(storage)).toEqual([[['elsewhere'], 1]])
  })

  it('stays in its place when it is taken up: it is stored, changed and removed there', async () => {
    const storage = memoryStorage()
    const writer = await givenWriter(storage, 'one')
    writer.outboxStorage.close()
    const [key] = storage.items.keys()
    const { outboxStorage } = await givenWriter(storage)
    outboxStorage.put(messageOf('one', { text: 'changed' }))
    expect([...storage.items.keys()]).toEqual([key])
    expect(storage.items.get(key as string)).toContain('"changed"')
    outboxStorage.remove(messageOf('one'))
    expect(storage.items.size).toBe(0)
    const remove = vi.spyOn(storage, 'removeItem')
    outboxStorage.remove(messageOf('one'))
    expect(remove).not.toHaveBeenCalled()
    outboxStorage.put(messageOf('one'))
    expect(storage.items.size).toBe(1)
  })

  it('lies under the key, the user, the tab, the room and its own id, each encoded', async () => {
    const storage = memoryStorage()
    const { outboxStorage } = givenTab(storage, { url: 'https://chat.test/chat' })
    void outboxStorage.open('alice bob')
    await pass()
    outboxStorage.put(messageOf('c 1', { roomId: 'room/\ud800' }))
    const [key = ''] = storage.items.keys()
    expect(key.split(' ').toSpliced(2, 1)).toEqual([
      ...['express-chat%20https%3A%2F%2Fchat.test%2Fchat', 'alice%20bob', 'room%2F%EF%BF%BD', 'c%201'],
    ])
    outboxStorage.close()
    // Whatever follows the user is of another one.
    expect(await foundIn(storage, 'alice', { url: 'https://chat.test/chat' })).toEqual([[[], 0]])
    expect(await foundIn(storage, 'alice bob', { url: 'https://chat.test' })).toEqual([[[], 0]])
    expect(await foundIn(storage, 'alice bob', { url: 'https://chat.test/chat' })).toEqual([[['c 1'], 1]])
  })

  it('is found where an older version put it, which named no tabs', async () => {
    const storage = memoryStorage()
    storage.setItem('chat alice 1764-0.2', JSON.stringify(messageOf('1764-0.2')))
    storage.setItem('chat alice 1764-0.3', JSON.stringify(messageOf('1764-0.3')))
    expect(await foundIn(storage)).toEqual([[['1764-0.2', '1764-0.3'], 1]])
  })

  it('is nowhere before it is known whose it is, nor after they have gone, nor where there is no storage', async () => {
    const storage = memoryStorage()
    const { outboxStorage, found } = givenTab(storage)
    outboxStorage.put(messageOf('one'))
    outboxStorage.remove(messageOf('one'))
    await pass()
    expect([storage.items.size, found]).toEqual([0, []])
    const none = givenTab()
    await none.outboxStorage.open('alice')
    none.outboxStorage.put(messageOf('one'))
    none.outboxStorage.remove(messageOf('one'))
    none.outboxStorage.close()
    expect(none.found).toEqual([])
  })

  it('is found once where two tabs wrote it: the double goes', async () => {
    const storage = memoryStorage()
    storage.setItem('chat alice 1 room one', JSON.stringify(messageOf('one')))
    storage.setItem('chat alice 2 room one', JSON.stringify(messageOf('one', { text: 'double' })))
    expect(await foundIn(storage)).toEqual([[['one'], 1]])
    expect([...storage.items.keys()]).toEqual(['chat alice 1 room one'])
  })

  it('goes where nobody can read it, and stays where the storage does not give it now', async () => {
    const storage = memoryStorage()
    const { outboxStorage } = await givenWriter(storage, 'one', 'two', 'three')
    outboxStorage.close()
    const [one, two, three] = storage.items.keys() as unknown as [string, string, string]
    storage.setItem(one, 'no JSON')
    const get = storage.getItem
    vi.spyOn(storage, 'getItem').mockImplementation((key) => {
      if (key === two) throw new Error('not now')
      return key === three ? (7 as never) : get(key)
    })
    expect(await foundIn(storage)).toEqual([[[], 0]])
    vi.restoreAllMocks()
    expect(await foundIn(storage)).toEqual([[['two', 'three'], 1]])
    expect([...storage.items.keys()]).toEqual([two, three])
  })

  it.each([[{}], [undefined], [null], ['chat alice x room one'], [[null, 7, {}, 'other alice x room one']]])(
    'is none where a storage says that it holds %j',
    async (keys) => {
      const storage = { ...asyncStorage(), getAllKeys: async () => keys as never }
      expect(await foundIn(storage)).toEqual([[[], 0]])
    },
  )

  it('keeps the reason why it failed', async () => {
    const storage = memoryStorage()
    const { outboxStorage } = await givenWriter(storage)
    outboxStorage.put(messageOf('one', { error: new ChatClientError('too_large', { closeCode: 1009 }) }))
    outboxStorage.close()
    const found = vi.fn()
    const next = createOutboxStorage({ url: '/chat', storage, storageKey: 'chat' }, { found, gone: () => undefined })
    await next.open('alice')
    expect(found).toHaveBeenCalledWith(
      [expect.objectContaining({ error: expect.objectContaining({ closeCode: 1009 }) })],
      1,
    )
  })
})

describe('the storage of the outbox', () => {
  it('is opened once, however often it is told who is here, and for the next user once it was closed', async () => {
    const storage = memoryStorage()
    const writer = await givenWriter(storage, 'one')
    writer.outboxStorage.close()
    const { outboxStorage, found } = givenTab(storage)
    const opening = [outboxStorage.open('alice'), outboxStorage.open('alice')]
    await Promise.all(opening)
    await outboxStorage.open('alice')
    expect(found).toEqual([[['one'], 1]])
    outboxStorage.close()
    await outboxStorage.open('bob')
    expect(found.slice(1)).toEqual([[[], 0]])
    outboxStorage.close()
    await outboxStorage.open('alice')
    expect(found.slice(2)).toEqual([[['one'], 1]])
  })

  it('is open only when all was found', async () => {
    const storage = asyncStorage()
    const writer = await givenWriter(storage, 'one', 'two')
    await pass()
    writer.outboxStorage.close()
    const { outboxStorage, found } = givenTab(storage)
    const opened = vi.fn()
    void outboxStorage.open('alice').then(opened)
    // Who asks again, waits for the same.
    void outboxStorage.open('alice').then(opened)
    await Promise.resolve()
    expect(opened).not.toHaveBeenCalled()
    await pass()
    expect([opened.mock.calls.length, found]).toEqual([2, [[['one', 'two'], 1]]])
  })

  it('finds nothing for a user who goes at whatever moment, and all for the next one', async () => {
    const { held } = stubLocks()
    const storage = asyncStorage()
    // It is there still, and knows of nobody else.
    await givenWriter(storage, 'of another tab')
    const writer = await givenWriter(storage, 'one', 'two')
    await pass()
    writer.outboxStorage.close()
    await pass()
    for (let moment = 0; moment < 60; moment += 1) {
      const at = `gone at moment ${moment}`
      const { outboxStorage, found } = givenTab(storage)
      void outboxStorage.open('alice')
      for (let n = 0; n < moment; n += 1) await (n % 5 < 4 ? Promise.resolve() : wait(1))
      const before = found.length
      outboxStorage.close()
      void outboxStorage.open('bob')
      await pass()
      expect(found.slice(before), at).toEqual([[[], 0]])
      outboxStorage.close()
      await pass()
      expect(held.size, at).toBe(1)
    }
    expect(await foundIn(storage)).toEqual([[['one', 'two'], 1]])
  })
})
