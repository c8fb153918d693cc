import { describe, expect, it, vi } from 'vitest'
import { createDraftTexts } from '../../src/client/draft-texts.js'
import type { Http } from '../../src/client/http.js'
import { createOutboxStorage } from '../../src/client/outbox-storage.js'
import { createStore } from '../../src/client/store.js'
import { asyncStorage, memoryStorage } from './given.js'
import { userOf } from './state/room-model.js'

/** The drafts of a client, which knows who is here from the beginning unless it says otherwise. */
function given(storage?: ReturnType<typeof memoryStorage> | ReturnType<typeof asyncStorage>, userId?: string) {
  const store = createStore()
  const options = { url: '/chat', storageKey: 'chat', storage }
  const draft = createDraftTexts(store, { options } as unknown as Http)
  const is = (id: string | null) => store.set({ me: id === null ? null : userOf(id) })
  if (userId !== undefined) is(userId)
  return { draft, is, options }
}

describe('a draft', () => {
  it('is of its room or thread, and survives a reload where there is a storage', () => {
    const storage = memoryStorage()
    const { draft } = given(storage, 'alice')
    draft('room').set('To be continued')
    draft('room', 'room-1').set('In the thread')
    expect(draft('other').getSnapshot()).toBe('')
    const after = given(storage, 'alice')
    expect(after.draft('room').getSnapshot()).toBe('To be continued')
    expect(after.draft('room', 'room-1').getSnapshot()).toBe('In the thread')
    after.draft('room').set(' ')
    expect(given(storage, 'alice').draft('room').getSnapshot()).toBe('')
    const { draft: unstored } = given(undefined, 'alice')
    unstored('room').set('As long as the client')
    expect(unstored('room').getSnapshot()).toBe('As long as the client')
  })

  it('is not shown to who signs in next, and is there again for its author', () => {
    const storage = memoryStorage()
    const { draft, is } = given(storage, 'alice')
    draft('room').set('Hers')
    is('bob')
    expect(draft('room').getSnapshot()).toBe('')
    draft('room').set('His')
    is(null)
    expect(draft('room').getSnapshot()).toBe('')
    is('alice')
    expect(draft('room').getSnapshot()).toBe('Hers')
  })

  it('that is begun before it is known who is here is theirs then, and told to who listens', () => {
    const storage = memoryStorage()
    given(storage, 'alice').draft('other').set('Stored')
    const { draft, is } = given(storage)
    const heard = vi.fn()
    draft('other').subscribe(heard)
    expect(draft('other').getSnapshot()).toBe('')
    draft('room').set('Early')
    heard.mockClear()
    is('alice')
    expect(heard).toHaveBeenCalled()
    expect([draft('room').getSnapshot(), draft('other').getSnapshot()]).toEqual(['Early', 'Stored'])
    expect(given(storage, 'alice').draft('room').getSnapshot()).toBe('Early')
  })

  it('is told once a slow storage has answered', async () => {
    const storage = asyncStorage()
    given(storage, 'alice').draft('room').set('Slow')
    await vi.waitUntil(() => storage.items.size === 1)
    const { draft } = given(storage, 'alice')
    const heard = vi.fn()
    draft('room').subscribe(heard)
    expect(draft('room').getSnapshot()).toBe('')
    await vi.waitUntil(() => draft('room').getSnapshot() === 'Slow')
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('gives way to what is written before a slow storage has answered', async () => {
    const storage = asyncStorage()
    given(storage, 'alice').draft('room').set('Older')
    await vi.waitUntil(() => storage.items.size === 1)
    const { draft } = given(storage, 'alice')
    expect(draft('room').getSnapshot()).toBe('')
    draft('room').set('Newer')
    await vi.waitUntil(() => [...storage.items.values()].includes('Newer'))
    expect(draft('room').getSnapshot()).toBe('Newer')
  })

  it('lives on where the storage is forbidden', () => {
    const storage = memoryStorage()
    storage.setItem = storage.getItem = () => {
      throw new Error('forbidden')
    }
    const { draft } = given(storage, 'alice')
    draft('room').set('Still here')
    expect(draft('room').getSnapshot()).toBe('Still here')
  })

  it('follows what another tab writes, and is no message that waits', async () => {
    const storage = memoryStorage()
    const page = new EventTarget()
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
    const [one, other] = [given(storage, 'alice'), given(storage, 'alice')]
    const heard = vi.fn()
    const end = other.draft('room').subscribe(heard)
    expect(other.draft('room').getSnapshot()).toBe('')
    one.draft('room').set('Elsewhere')
    page.dispatchEvent(new Event('storage'))
    expect([other.draft('room').getSnapshot(), heard.mock.calls.length]).toEqual(['Elsewhere', 1])
    end()
    page.dispatchEvent(new Event('storage'))
    expect(heard).toHaveBeenCalledTimes(1)
    vi.unstubAllGlobals()
    const found = vi.fn()
    const outbox = createOutboxStorage(one.options, { found, gone: () => undefined })
    await outbox.open('alice')
    outbox.close()
    expect(found).toHaveBeenCalledWith([], 0)
    expect([...storage.items.values()]).toEqual(['Elsewhere'])
  })
})
