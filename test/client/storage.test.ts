import type { ChatClientStorage } from 'express-chat/client'
import { describe, expect, it } from 'vitest'
import { createStorage } from '../../src/client/storage.js'
import { memoryStorage } from './given.js'

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A storage like AsyncStorage that does each thing only when the test says so. */
function givenSlow() {
  const items = new Map<string, string>()
  const asked: { what: string; end(isRefused?: boolean): void }[] = []
  const later = <T>(what: string, action: () => T) =>
    new Promise<T>((resolve, reject) => {
      const end = (isRefused = false) => (isRefused ? reject(new Error('disk full')) : resolve(action()))
      asked.push({ what, end })
    })
  const storage = createStorage({
    getAllKeys: () => later('keys', () => [...items.keys()]),
    getItem: (key) => later(`get ${key}`, () => items.get(key) ?? null),
    setItem: (key, value) => later(`set ${key}`, () => void items.set(key, value)),
    removeItem: (key) => later(`remove ${key}`, () => void items.delete(key)),
  } satisfies ChatClientStorage)
  return {
    items,
    storage,
    asked: () => asked.map(({ what }) => what),
    end: (n: number) => asked[n]?.end.bind(asked[n]),
  }
}

describe('a storage that answers at once', () => {
  it('is used at once, as long as a page lives', () => {
    const items = memoryStorage()
    const storage = createStorage(items)
    storage.set('a', '1')
    storage.set('b', '2')
    expect([...items.items]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ])
    expect(storage.keys()).toEqual(['a', 'b'])
    expect([storage.get('a'), storage.get('c')]).toEqual(['1', null])
    storage.remove('a')
    expect(storage.keys()).toEqual(['b'])
  })

  it('is as if it held nothing at each call that it forbids', () => {
    const forbid = () => {
      throw new DOMException('not here', 'SecurityError')
    }
    const storage = createStorage({
      ...{ key: forbid, getItem: forbid, setItem: forbid, removeItem: forbid },
      get length() {
        return forbid()
      },
    })
    storage.set('a', '1')
    storage.remove('a')
    expect([storage.keys(), storage.get('a')]).toEqual([undefined, undefined])
  })
})

describe('a storage that takes its time', () => {
  it('is asked for one thing after the other, in the order in which they were wanted', async () => {
    const { items, storage, asked, end } = givenSlow()
    storage.set('a', '1')
    storage.set('a', '2')
    const found = storage.get('a')
    await turn()
    expect(asked()).toEqual(['set a'])
    end(0)?.()
    await turn()
    expect(asked()).toEqual(['set a', 'set a'])
    // While the second is under way, the first is done: a third one waits for the second.
    storage.remove('a')
    await turn()
    expect(asked()).toHaveLength(2)
    end(1)?.()
    await turn()
    expect(asked()).toEqual(['set a', 'set a', 'get a'])
    end(2)?.()
    expect(await found).toBe('2')
    await turn()
    end(3)?.()
    await turn()
    expect([...items]).toEqual([])
  })

  it('is asked at once where nothing is under way any more', async () => {
    const { storage, asked, end } = givenSlow()
    storage.set('a', '1')
    expect(asked()).toEqual(['set a'])
    end(0)?.()
    await turn()
    const keys = storage.keys()
    expect(asked()).toEqual(['set a', 'keys'])
    end(1)?.()
    expect(await keys).toEqual(['a'])
  })

  it('is as if it held nothing where it refuses, and is asked on', async () => {
    const { storage, asked, end } = givenSlow()
    storage.set('a', '1')
    const keys = storage.keys()
    const found = storage.get('a')
    end(0)?.(true)
    await turn()
    end(1)?.(true)
    expect(await keys).toBeUndefined()
    await turn()
    expect(asked()).toEqual(['set a', 'keys', 'get a'])
    end(2)?.()
    expect(await found).toBeNull()
  })

  it('is as if it held nothing where it throws after it was asked for something else', async () => {
    const storage = createStorage({
      getAllKeys: () => Promise.resolve(['a']),
      getItem: () => {
        throw new Error('no native module')
      },
      setItem: () => Promise.resolve(),
      removeItem: () => Promise.resolve(),
    })
    storage.set('a', '1')
    expect(await storage.get('a')).toBeUndefined()
    expect(await storage.keys()).toEqual(['a'])
  })
})
