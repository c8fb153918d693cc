import { describe, expect, it, vi } from 'vitest'
import { createOutboxStorage } from '../../src/client/outbox-storage.js'
import { acknowledge } from '../../src/client/state/outbox.js'
import type { Pending } from '../../src/client/state/state.js'
import { asyncStorage, memoryStorage } from './given.js'
import { givenOutbox, pass, settle } from './given-outbox.js'
import { stubPage } from './page.js'
import { messageOf, pendingOf, userOf } from './state/room-model.js'

const stored = (storage: { items: Map<string, string> }): Pending[] =>
  [...storage.items.values()].map((value) => JSON.parse(value))

describe('what waits to be sent', () => {
  it('is stored from the moment on that it is known whose it is, and no longer than it waits', async () => {
    const storage = memoryStorage()
    const { send, ok, open } = givenOutbox({ storage })
    void send('One')
    await settle()
    expect(storage.length).toBe(0)
    await open()
    void send('Two')
    expect(stored(storage).map(({ text }) => text)).toEqual(['One', 'Two'])
    await ok(0)
    await ok(1)
    expect(storage.length).toBe(0)
  })

  it('is given up when the client is closed, stays stored, and is sent by the next one before what that writes', async () => {
    const storage = memoryStorage()
    const before = givenOutbox({ storage })
    await before.open()
    for (const text of ['One', 'Two']) void before.send(text)
    before.outbox.close()
    await settle()
    expect([before.entries(), before.ends, storage.length]).toEqual([[], { One: 'aborted', Two: 'aborted' }, 2])
    const after = givenOutbox({ storage })
    await after.open()
    void after.send('Three')
    for (let n = 0; n < 3; n += 1) await after.ok(n)
    expect([after.texts(), storage.length]).toEqual([['One', 'Two', 'Three'], 0])
  })

  it.each(['answered', 'refused', 'cut off'])(
    'is nobody’s business any more when it is %s after a sign-out',
    async (end) => {
      const storage = memoryStorage()
      const { store, outbox, ok, refuse, send, open, texts } = givenOutbox({ storage })
      await open()
      void send('One')
      outbox.close()
      store.set({ me: userOf('bob') })
      await open('bob')
      const { version } = store.state
      if (end === 'answered') await ok(0)
      else await refuse(0, end === 'refused' ? 'forbidden' : 'disconnected', { closeCode: 1009 })
      expect([store.state.version, texts(), storage.length]).toEqual([version, ['One'], 1])
      void send('Of Bob')
      expect(texts()).toEqual(['One', 'Of Bob'])
    },
  )

  it('is sent anew by the same user after a sign-out, whatever becomes of it as it was sent before', async () => {
    const { outbox, entry, refuse, send, open, texts } = givenOutbox({ storage: memoryStorage() })
    await open()
    void send('One')
    outbox.close()
    await open()
    expect(texts()).toEqual(['One', 'One'])
    await refuse(0, 'forbidden')
    expect(entry('One')?.error).toBeNull()
  })

  it('needs no more care, where an earlier page wrote it, once anything has told that it arrived', async () => {
    const storage = memoryStorage()
    const before = givenOutbox({ storage })
    await before.open()
    void before.send('One')
    before.outbox.close()
    const { store, line, entries, open } = givenOutbox({ storage })
    line.isLive = false
    await open()
    expect(entries()).toMatchObject([{ text: 'One' }])
    store.update(acknowledge, [messageOf('room', 1, { clientId: 'One', user: userOf('alice') })])
    expect([entries(), storage.length]).toEqual([[], 0])
  })

  it('waits for a storage that takes its time, and three seconds at most for one that never answers', async () => {
    const slow = givenOutbox({ storage: asyncStorage() })
    slow.outbox.open('alice')
    void slow.send('One')
    expect(slow.texts()).toEqual([])
    await pass(100)
    expect(slow.texts()).toEqual(['One'])
    const never = givenOutbox({ storage: { ...asyncStorage(), getAllKeys: () => new Promise(() => undefined) } })
    never.outbox.open('alice')
    void never.send('One')
    await pass(2_999)
    expect(never.texts()).toEqual([])
    await pass(1)
    expect(never.texts()).toEqual(['One'])
  })

  it('is let go of where another tab has settled it', async () => {
    const page = stubPage()
    const storage = memoryStorage()
    const one = givenOutbox({ storage })
    one.line.isLive = false
    await one.open()
    void one.send('One')
    const other = givenOutbox({ storage })
    other.line.isLive = false
    await other.open()
    expect(other.entries()).toMatchObject([{ text: 'One' }])
    one.outbox.discard('room', 'One')
    page.fire('storage')
    await pass(1_000)
    expect(other.entries()).toEqual([])
  })
})

describe('the order of what waits', () => {
  /** A storage in which an earlier page has left messages. */
  async function givenLeft(...left: { text: string; order: number }[]) {
    const storage = memoryStorage()
    const outboxStorage = createOutboxStorage(
      { url: '/chat', storageKey: 'chat', storage },
      { found: () => undefined, gone: () => undefined },
    )
    await outboxStorage.open('alice')
    for (const { text, order } of left) {
      outboxStorage.put(pendingOf(text, { order, createdAt: new Date(0).toISOString() }))
    }
    outboxStorage.close()
    return storage
  }
  const now = Date.parse('2026-11-26T12:00:00Z')
  const ordersOf = (entries: readonly Pending[]) => entries.map(({ text, order }) => [text, order])

  it('is that of writing, whatever the clock says', async () => {
    const { entries, send, open } = givenOutbox()
    vi.setSystemTime(now)
    await open()
    void send('One')
    void send('Two')
    vi.setSystemTime(now - 60_000)
    void send('Three')
    vi.setSystemTime(now + 60_000)
    void send('Four')
    expect(ordersOf(entries())).toEqual([
      ['One', now],
      ['Two', now + 1],
      ['Three', now + 2],
      ['Four', now + 60_000],
    ])
  })

  it('has what an earlier page left before what was written until that was known, which is stored so', async () => {
    const storage = await givenLeft({ text: 'Left', order: now + 5_000 }, { text: 'Before', order: 7 })
    const { entries, line, send, open } = givenOutbox({ storage })
    line.isLive = false
    vi.setSystemTime(now)
    void send('One')
    void send('Two')
    await open()
    void send('Three')
    const all = [
      ['Before', 7],
      ['Left', now + 5_000],
      ['One', now + 5_001],
      ['Two', now + 5_002],
      ['Three', now + 5_003],
    ]
    expect(ordersOf(entries())).toEqual(all)
    expect(ordersOf(stored(storage)).sort(([, one], [, other]) => Number(one) - Number(other))).toEqual(all)
  })

  it('makes room where what was left has the very place of what was written', async () => {
    const storage = await givenLeft({ text: 'Left', order: now })
    const { entries, line, send, open } = givenOutbox({ storage })
    line.isLive = false
    vi.setSystemTime(now)
    void send('One')
    await open()
    expect(ordersOf(entries())).toEqual([
      ['Left', now],
      ['One', now + 1],
    ])
  })

  it('goes on behind what was left, where nothing was written before that was known', async () => {
    const storage = await givenLeft({ text: 'Left', order: now + 5_000 })
    const { entries, line, send, open } = givenOutbox({ storage })
    line.isLive = false
    vi.setSystemTime(now)
    await open()
    void send('One')
    expect(ordersOf(entries())).toEqual([
      ['Left', now + 5_000],
      ['One', now + 5_001],
    ])
  })

  it('stays as it is, and stored as it is, where what was left is older', async () => {
    const storage = await givenLeft({ text: 'Left', order: now - 5_000 })
    const { entries, line, send, open } = givenOutbox({ storage })
    line.isLive = false
    vi.setSystemTime(now)
    void send('One')
    const set = vi.spyOn(storage, 'setItem')
    await open()
    vi.setSystemTime(now - 60_000)
    void send('Two')
    expect(ordersOf(entries())).toEqual([
      ['Left', now - 5_000],
      ['One', now],
      ['Two', now + 1],
    ])
    expect(set).toHaveBeenCalledTimes(2)
  })

  it('has once what was written here under the name of what was left', async () => {
    const storage = await givenLeft({ text: 'One', order: now - 1 }, { text: 'Two', order: now - 2 })
    const { entries, line, send, open } = givenOutbox({ storage })
    line.isLive = false
    vi.setSystemTime(now)
    void send('One', 'room', { text: 'Written here' })
    await open()
    expect(ordersOf(entries())).toEqual([
      ['Two', now - 2],
      ['Written here', now],
    ])
  })
})
