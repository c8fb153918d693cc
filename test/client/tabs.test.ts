import { describe, expect, it, vi } from 'vitest'
import { browser } from '../../src/client/browser.js'
import { asyncStorage, memoryStorage } from './given.js'
import { foundIn, givenTab, givenWriter, messageOf, pass, wait } from './given-outbox-storage.js'
import { stubLocks } from './locks.js'
import { stub, stubPage } from './page.js'

describe('two tabs with locks', () => {
  const tabs = () => {
    const page = stubPage()
    const { held } = stubLocks()
    const { locks } = browser.navigator ?? {}
    return { page, held, request: vi.spyOn(locks as NonNullable<typeof locks>, 'request') }
  }

  it('leave to each other what each of them wrote, but know how high that counts', async () => {
    const { page } = tabs()
    const storage = memoryStorage()
    const one = await givenWriter(storage, 'one')
    one.outboxStorage.put(messageOf('high', { order: 9 }))
    const other = await givenWriter(storage)
    expect([one.found, other.found]).toEqual([[[[], 0]], [[[], 9]]])
    other.outboxStorage.put(messageOf('two'))
    page.fire('storage')
    await wait(60_000)
    expect([one.found, other.found]).toEqual([[[[], 0]], [[[], 9]]])
    expect(storage.items.size).toBe(3)
  })

  it('take up what another one wrote once that is gone, also what it wrote after they had come', async () => {
    const { page } = tabs()
    const storage = memoryStorage()
    const one = await givenWriter(storage, 'before')
    const other = await givenWriter(storage)
    const third = await givenWriter(storage)
    one.outboxStorage.put(messageOf('after'))
    third.outboxStorage.put(messageOf('of the third'))
    page.fire('storage')
    await wait(1_000)
    await pass()
    one.outboxStorage.close()
    await pass()
    expect(other.found.slice(1)).toEqual([[['before', 'after'], 0]])
    expect(third.found).toHaveLength(1)
    third.outboxStorage.close()
    await pass()
    expect(other.found.slice(2)).toEqual([[['of the third'], 0]])
    expect([one.gone, other.gone, third.gone]).toEqual([[], [], []])
  })

  it('ask for each other once, however often something is stored', async () => {
    const { page, request } = tabs()
    const storage = memoryStorage()
    const one = await givenWriter(storage, 'one')
    await givenWriter(storage)
    await givenWriter(storage)
    const late = await givenWriter(storage, 'late')
    for (let n = 0; n < 3; n += 1) {
      page.fire('storage')
      await wait(1_000)
      await pass()
    }
    const asked = request.mock.calls.length
    for (let n = 0; n < 3; n += 1) {
      one.outboxStorage.put(messageOf(`${n}`))
      late.outboxStorage.put(messageOf(`late ${n}`))
      page.fire('storage')
      await wait(1_000)
      await pass()
    }
    expect(request).toHaveBeenCalledTimes(asked)
  })

  it('let go of all when they are closed, also of what they are still waiting for', async () => {
    const { held } = tabs()
    const storage = memoryStorage()
    const one = await givenWriter(storage, 'one')
    const other = await givenWriter(storage, 'two')
    expect(held.size).toBe(2)
    other.outboxStorage.close()
    one.outboxStorage.close()
    await pass()
    expect(held.size).toBe(0)
    // Closed before any lock was given.
    void other.outboxStorage.open('alice')
    other.outboxStorage.close()
    await pass()
    expect(held.size).toBe(0)
    expect(await foundIn(storage)).toEqual([[['one', 'two'], 1]])
  })

  it('wait for each other no more once they are closed, but anew when they are opened again', async () => {
    tabs()
    const storage = memoryStorage()
    const one = await givenWriter(storage, 'one')
    const { outboxStorage, found } = await givenWriter(storage, 'two')
    outboxStorage.close()
    void outboxStorage.open('alice')
    await pass()
    expect(found.slice(1)).toEqual([[['two'], 1]])
    one.outboxStorage.close()
    await pass()
    expect(found.slice(2)).toEqual([[['one'], 0]])
  })

  it('take up nothing for a user who goes at whatever moment after the other tab is gone', async () => {
    tabs()
    const storage = asyncStorage()
    for (let moment = 0; moment < 32; moment += 1) {
      const one = await givenWriter(storage, 'one')
      await pass()
      const { outboxStorage, found } = await givenWriter(storage)
      await pass()
      one.outboxStorage.close()
      for (let n = 0; n < moment; n += 1) await (n % 8 < 7 ? Promise.resolve() : wait(1))
      outboxStorage.close()
      const before = found.length
      await pass()
      expect(found, `gone at moment ${moment}`).toHaveLength(before)
      storage.items.clear()
    }
  })

  it('find at once what they wrote themselves before they were closed and opened again', async () => {
    tabs()
    const storage = memoryStorage()
    const { outboxStorage, found } = await givenWriter(storage, 'one')
    for (let n = 0; n < 3; n += 1) {
      outboxStorage.close()
      void outboxStorage.open('alice')
    }
    await pass()
    expect(found.slice(1)).toEqual([[['one'], 1]])
    outboxStorage.close()
    void outboxStorage.open('alice')
    await pass()
    expect(found.slice(2)).toEqual([[['one'], 1]])
  })

  it('are as without locks where a page may not use them', async () => {
    stub('navigator', { locks: { request: () => Promise.reject(new DOMException('no', 'SecurityError')) } })
    const storage = memoryStorage()
    await givenWriter(storage, 'one')
    expect(await foundIn(storage)).toEqual([[['one'], 1]])
  })
})

describe('two tabs without locks', () => {
  it('take up what the other one stores a second later, once, and let go of what it has settled', async () => {
    const page = stubPage()
    const storage = memoryStorage()
    const one = await givenWriter(storage, 'one')
    const other = await givenWriter(storage, 'mine')
    expect(other.found).toEqual([[['one'], 1]])
    one.outboxStorage.put(messageOf('two'))
    page.fire('storage')
    await wait(999)
    expect(other.found).toHaveLength(1)
    await wait(1)
    expect(other.found.slice(1).filter(([texts]) => texts.length > 0)).toEqual([[['two'], 0]])
    expect(other.gone.flat()).toEqual([])
    one.outboxStorage.remove(messageOf('one'))
    page.fire('storage')
    await wait(1_000)
    expect(other.gone.flat()).toEqual([{ roomId: 'room', clientId: 'one' }])
    expect(storage.items.size).toBe(2)
    // It may come back, under the same name.
    one.outboxStorage.put(messageOf('one'))
    page.fire('storage')
    await wait(1_000)
    expect(other.found.at(-1)).toEqual([['one'], 0])
    expect(other.gone.flat()).toHaveLength(1)
  })

  it('do not give up what they wrote themselves where the storage has lost it', async () => {
    const page = stubPage()
    // Older than locks, and than all else that a browser tells of itself.
    stub('navigator', undefined)
    const storage = memoryStorage()
    const { gone } = await givenWriter(storage, 'one')
    storage.items.clear()
    page.fire('storage')
    await wait(1_000)
    expect(gone.flat()).toEqual([])
  })

  it('look once for all that happens within a second, and no more once they are closed', async () => {
    const page = stubPage()
    const storage = memoryStorage()
    const keys = vi.spyOn(storage, 'key')
    const { outboxStorage } = await givenWriter(storage, 'one')
    keys.mockClear()
    for (let n = 0; n < 5; n += 1) page.fire('storage')
    await wait(1_000)
    expect(keys).toHaveBeenCalledTimes(1)
    page.fire('storage')
    await wait(1_000)
    expect(keys).toHaveBeenCalledTimes(2)
    page.fire('storage')
    outboxStorage.close()
    expect(page.listenedTo).toEqual([])
    await wait(1_000)
    expect(keys).toHaveBeenCalledTimes(2)
  })

  it('let go of nothing for a user who goes while they look', async () => {
    const page = stubPage()
    const storage = asyncStorage()
    const one = await givenWriter(storage, 'one')
    await pass()
    const { outboxStorage, found, gone } = await givenWriter(storage)
    expect(found).toEqual([[['one'], 1]])
    one.outboxStorage.remove(messageOf('one'))
    page.fire('storage')
    await wait(1_000)
    outboxStorage.close()
    await pass()
    expect([found.length, gone]).toEqual([1, []])
  })

  it('count only what others wrote as what is there already', async () => {
    const storage = asyncStorage()
    const { outboxStorage, found } = givenTab(storage)
    void outboxStorage.open('alice')
    outboxStorage.put(messageOf('one', { order: 9 }))
    await pass()
    expect(found).toEqual([[[], 0]])
  })
})
