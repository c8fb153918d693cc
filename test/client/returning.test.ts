import { type ChatClient, createChatClient } from 'express-chat/client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { givenGroup, givenHost } from '../realtime/given.js'
import { givenClient, live, liveClient, until } from './given.js'
import { givenRelay, type Relay } from './relay.js'

/** A page that a test shows, hides and uses. */
function givenPage() {
  const listeners = new Map<string, Set<() => void>>()
  const page = { visibilityState: 'visible' }
  vi.stubGlobal('document', page)
  vi.stubGlobal('addEventListener', (type: string, listener: () => void) => {
    listeners.set(type, (listeners.get(type) ?? new Set()).add(listener))
  })
  vi.stubGlobal('removeEventListener', (type: string, listener: () => void) => listeners.get(type)?.delete(listener))
  onTestFinished(() => void vi.unstubAllGlobals())
  return {
    page,
    listeners: () => [...listeners.values()].reduce((sum, { size }) => sum + size, 0),
    happens(type: string) {
      for (const listener of [...(listeners.get(type) ?? [])]) listener()
    },
  }
}

const replaced = async (client: ChatClient, relay: Relay) => {
  relay.closeWith(4409, 'replaced')
  await until(client.connection, ({ status }) => status === 'replaced')
}

const ticketsOf = ({ asked }: Relay) => asked.filter((each) => each.endsWith('ws-ticket')).length

describe('a client that was replaced by a newer one', () => {
  it.each(['visibilitychange', 'focus', 'pointerdown', 'keydown'])('comes back with %s', async (type) => {
    const { happens, page } = givenPage()
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const alice = await liveClient(relay, 'alice')
    await replaced(alice, relay)
    expect(alice.connection.getSnapshot()).toMatchObject({ error: { closeCode: 4409 }, retryAt: null })
    page.visibilityState = 'hidden'
    happens('visibilitychange')
    happens('online')
    expect(alice.connection.getSnapshot().status).toBe('replaced')
    page.visibilityState = 'visible'
    happens(type)
    await live(alice)
  })

  it('comes back when the host says that somebody is back, and with whatever is asked of it', async () => {
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'alice')
    const alice = await liveClient(relay, 'alice')
    const room = alice.room(roomId)
    const uses: [string, () => unknown][] = [
      ['wake', () => alice.wake()],
      ['connect', () => alice.connect()],
      ['load', () => room.messages.load()],
      ['send', () => room.messages.send({ text: 'Hello' })],
      ['update', () => room.update({ name: 'Named' })],
      ['get', () => alice.users.get('alice')],
    ]
    for (const [name, use] of uses) {
      await replaced(alice, relay)
      const done = use()
      await until(alice.connection, ({ status }) => status === 'live', `live after ${name}`)
      await done
    }
  })

  it('stays away from a hidden page that only reads, though not from one that has something to say', async () => {
    const { page } = givenPage()
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'alice')
    const alice = await liveClient(relay, 'alice')
    await replaced(alice, relay)
    page.visibilityState = 'hidden'
    await alice.users.get('alice')
    expect(alice.connection.getSnapshot().status).toBe('replaced')
    await alice.room(roomId).messages.send({ text: 'From behind' })
    expect(alice.connection.getSnapshot().status).toBe('live')
  })

  it('does not fight with the others: of eleven the newest ten are live, and the first one waits', async () => {
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const first = await liveClient(relay, 'alice')
    const others: ChatClient[] = []
    for (let n = 0; n < 10; n += 1) others.push(await liveClient(relay, 'alice'))
    await until(first.connection, ({ status }) => status === 'replaced')
    const tickets = ticketsOf(relay)
    expect(tickets).toBe(11)
    // Whoever is used is let in, and one of the others waits.
    first.wake()
    await live(first)
    const statuses = () => others.map(({ connection }) => connection.getSnapshot().status)
    await expect.poll(() => statuses().filter((status) => status === 'replaced').length).toBe(1)
    // Once all have answered, nobody has asked for another ticket.
    await Promise.all([first, ...others].map((client) => client.users.get('alice').catch(() => undefined)))
    expect(statuses().filter((status) => status === 'reconnecting').length).toBeLessThanOrEqual(1)
  })
})

describe('a client that was signed out', () => {
  const users = new Set<string>()
  const options = {
    resolveUser: ({ headers }: { headers: Record<string, unknown> }) => {
      const id = String(headers['x-user'])
      return users.has(id) ? { id, name: id } : null
    },
  }

  it.each(['visibilitychange', 'focus', 'online'])('is back with %s where the session is', async (type) => {
    const { happens } = givenPage()
    const host = await givenHost(options)
    const relay = await givenRelay(host.origin)
    const alice = givenClient(relay, 'alice')
    await until(alice.connection, ({ status }) => status === 'signed-out')
    const seen: string[] = []
    onTestFinished(alice.connection.subscribe(() => seen.push(alice.connection.getSnapshot().status)))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6_000 })
    onTestFinished(() => void vi.useRealTimers())
    // Nobody is shown that it was looked for in vain.
    happens(type)
    await expect.poll(() => ticketsOf(relay)).toBe(2)
    await alice.users.get('alice').catch(() => undefined)
    expect(seen).toEqual([])
    users.add('alice')
    onTestFinished(() => void users.delete('alice'))
    vi.setSystemTime(Date.now() + 6_000)
    happens(type)
    await live(alice)
  })

  it('looks for a session no more than now and then, however often its page is shown, and in no loop', async () => {
    const { happens } = givenPage()
    const host = await givenHost(options)
    const relay = await givenRelay(host.origin)
    const auth = vi.fn(() => null)
    const alice = givenClient(relay, 'alice', { auth })
    await until(alice.connection, ({ status }) => status === 'signed-out')
    const asked = auth.mock.calls.length
    for (let n = 0; n < 50; n += 1) happens('focus')
    expect(auth.mock.calls.length).toBe(asked)
    alice.wake()
    await expect.poll(() => auth.mock.calls.length).toBe(asked + 1)
    alice.connect()
    await expect.poll(() => auth.mock.calls.length).toBe(asked + 2)
    await until(alice.connection, ({ status }) => status === 'signed-out')
    expect(auth.mock.calls.length).toBe(asked + 2)
    expect(ticketsOf(relay)).toBe(0)
  })

  it('listens to its page no more once nobody wants it', async () => {
    const { listeners } = givenPage()
    const host = await givenHost(options)
    const alice = createChatClient({ url: `${host.origin}/chat`, auth: () => null, WebSocket })
    alice.connect()
    await until(alice.connection, ({ status }) => status === 'signed-out')
    expect(listeners()).toBeGreaterThan(0)
    alice.close()
    expect(listeners()).toBe(0)
  })
})
