import { ChatClientError } from 'express-chat/client'
import { describe, expect, it, vi } from 'vitest'
import { createShelf } from '../../src/client/shelf.js'
import { asyncStorage, memoryStorage } from './given.js'
import { foundIn, givenTab, givenWriter, messageOf, pass, wait } from './given-shelf.js'
import { stubLocks } from './locks.js'

describe('a message on the shelf', () => {
  it.each([
    ['localStorage', memoryStorage],
    ['AsyncStorage', asyncStorage],
  ])('is found by who comes next, as it was put there last, and nowhere once it was removed: %s', async (_, make) => {
    const storage = make()
    const { shelf } = await givenWriter(storage, 'one', 'two', 'three')
    shelf.put(messageOf('two', { text: 'two, again', order: 7 }))
    shelf.remove(messageOf('three'))
    await pass()
    expect(storage.items.size).toBe(2)
    shelf.close()
    expect(await foundIn(storage)).toEqual([[['one', 'two, again'], 7]])
    shelf.put(messageOf('four'))
    shelf.remove(messageOf('one'))
    await pass()
    expect(storage.items.size).toBe(2)
  })

  it('is told apart from one of another room under the same `clientId`', async () => {
    const storage = memoryStorage()
    const { shelf } = await givenWriter(storage, 'one')
    shelf.put(messageOf('one', { roomId: 'other', text: 'elsewhere' }))
    expect(await foundIn(storage)).toEqual([[['one', 'elsewhere'], 1]])
    shelf.remove(messageOf('one'))
    expect(await foundIn(storage)).toEqual([[['elsewhere'], 1]])
  })

  it('stays in its place when it is taken up: it is stored, changed and removed there', async () => {
    const storage = memoryStorage()
    const writer = await givenWriter(storage, 'one')
    writer.shelf.close()
    const [key] = storage.items.keys()
    const { shelf } = await givenWriter(storage)
    shelf.put(messageOf('one', { text: 'changed' }))
    expect([...storage.items.keys()]).toEqual([key])
    expect(storage.items.get(key as string)).toContain('"changed"')
    shelf.remove(messageOf('one'))
    expect(storage.items.size).toBe(0)
    const remove = vi.spyOn(storage, 'removeItem')
    shelf.remove(messageOf('one'))
    expect(remove).not.toHaveBeenCalled()
    shelf.put(messageOf('one'))
    expect(storage.items.size).toBe(1)
  })

  it('lies under the key, the user, the tab, the room and its own id, each encoded', async () => {
    const storage = memoryStorage()
    const { shelf } = givenTab(storage, { url: 'https://chat.test/chat' })
    void shelf.open('alice bob')
    await pass()
    shelf.put(messageOf('c 1', { roomId: 'room/\ud800' }))
    const [key = ''] = storage.items.keys()
    expect(key.split(' ').toSpliced(2, 1)).toEqual([
      ...['express-chat%20https%3A%2F%2Fchat.test%2Fchat', 'alice%20bob', 'room%2F%EF%BF%BD', 'c%201'],
    ])
    shelf.close()
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
    const { shelf, found } = givenTab(storage)
    shelf.put(messageOf('one'))
    shelf.remove(messageOf('one'))
    await pass()
    expect([storage.items.size, found]).toEqual([0, []])
    const none = givenTab()
    await none.shelf.open('alice')
    none.shelf.put(messageOf('one'))
    none.shelf.remove(messageOf('one'))
    none.shelf.close()
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
    const { shelf } = await givenWriter(storage, 'one', 'two', 'three')
    shelf.close()
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
    const { shelf } = await givenWriter(storage)
    shelf.put(messageOf('one', { error: new ChatClientError('too_large', { closeCode: 1009 }) }))
    shelf.close()
    const found = vi.fn()
    const next = createShelf({ url: '/chat', storage, storageKey: 'chat' }, { found, gone: () => undefined })
    await next.open('alice')
    expect(found).toHaveBeenCalledWith(
      [expect.objectContaining({ error: expect.objectContaining({ closeCode: 1009 }) })],
      1,
    )
  })
})

describe('a shelf', () => {
  it('is opened once, however often it is told who is here, and for the next user once it was closed', async () => {
    const storage = memoryStorage()
    const writer = await givenWriter(storage, 'one')
    writer.shelf.close()
    const { shelf, found } = givenTab(storage)
    const opening = [shelf.open('alice'), shelf.open('alice')]
    await Promise.all(opening)
    await shelf.open('alice')
    expect(found).toEqual([[['one'], 1]])
    shelf.close()
    await shelf.open('bob')
    expect(found.slice(1)).toEqual([[[], 0]])
    shelf.close()
    await shelf.open('alice')
    expect(found.slice(2)).toEqual([[['one'], 1]])
  })

  it('is open only when all was found', async () => {
    const storage = asyncStorage()
    const writer = await givenWriter(storage, 'one', 'two')
    await pass()
    writer.shelf.close()
    const { shelf, found } = givenTab(storage)
    const opened = vi.fn()
    void shelf.open('alice').then(opened)
    // Who asks again, waits for the same.
    void shelf.open('alice').then(opened)
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
    writer.shelf.close()
    await pass()
    for (let moment = 0; moment < 60; moment += 1) {
      const at = `gone at moment ${moment}`
      const { shelf, found } = givenTab(storage)
      void shelf.open('alice')
      for (let n = 0; n < moment; n += 1) await (n % 5 < 4 ? Promise.resolve() : wait(1))
      const before = found.length
      shelf.close()
      void shelf.open('bob')
      await pass()
      expect(found.slice(before), at).toEqual([[[], 0]])
      shelf.close()
      await pass()
      expect(held.size, at).toBe(1)
    }
    expect(await foundIn(storage)).toEqual([[['one', 'two'], 1]])
  })
})
