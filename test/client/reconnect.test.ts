import type { MessagePage } from 'express-chat'
import { type ChatClient, type ChatEvent, createChatClient } from 'express-chat/client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { people, startHost } from '../host.js'
import { longMs } from '../patience.js'
import { givenDatabase, givenGroup, givenHost, quietLogger, revisionOf, say } from '../realtime/given.js'
import { givenClient, live, liveClient, textsOf, until } from './given.js'
import { givenLine } from './line.js'

/** The room as the server tells it now, and as the client knows it. */
async function expectSame(client: ChatClient, roomId: string, origin: string, userId: string) {
  const get = async (path: string) =>
    (await fetch(`${origin}/chat/rooms/${roomId}${path}`, { headers: { 'x-user': userId } })).json()
  const known = () => {
    const { items } = client.room(roomId).messages.getSnapshot()
    return items.map(({ key: _, state, error: __, user: ___, ...message }) => ({ ...message, state }))
  }
  const page = async () => {
    const all: { seq: number; user: unknown }[] = []
    for (let after = 0, hasAfter = true; hasAfter; ) {
      const read = (await get(`/messages?limit=100&after=${after}`)) as MessagePage
      all.push(...read.items)
      after = read.items.at(-1)?.seq ?? after
      hasAfter = read.hasAfter
    }
    return all.map(({ user: _, ...message }) => ({ ...message, state: 'sent' }))
  }
  const first = known()[0]?.seq ?? 1
  await expect.poll(known).toEqual((await page()).filter(({ seq }) => seq >= first))
}

describe('a client whose line breaks', () => {
  it('comes back, and shows what was said meanwhile and what it wanted to say, each once and in order', async () => {
    const host = await givenHost()
    const line = await givenLine(host.origin)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await liveClient(line, 'alice')
    const { messages } = alice.room(roomId)
    await messages.load()
    await messages.send({ text: 'Before' })
    line.isUp = false
    line.cut()
    await until(alice.connection, ({ status }) => status === 'reconnecting')
    const sent = [1, 2, 3].map((n) => messages.send({ text: `Mine ${n}` }))
    await host.chat.messages.send('bob', roomId, { text: 'Theirs' })
    expect(messages.getSnapshot().items.slice(-3)).toMatchObject([
      { text: 'Mine 1', state: 'sending' },
      { text: 'Mine 2', state: 'sending' },
      { text: 'Mine 3', state: 'sending' },
    ])
    line.isUp = true
    await Promise.all(sent)
    expect(textsOf(alice, roomId)).toEqual(['Before', 'Theirs', 'Mine 1', 'Mine 2', 'Mine 3'])
    await expectSame(alice, roomId, host.origin, 'alice')
  })

  it(
    'loses, doubles and misorders nothing while sockets are cut at random and servers are stopped and started',
    async () => {
      const database = await givenDatabase()
      const { logger } = { logger: quietLogger() }
      let host = await startHost(database, { logger })
      await people(host, 'alice', 'bob')
      onTestFinished(() => host.close())
      const line = await givenLine(host.origin)
      const roomId = await givenGroup(host, 'alice', 'bob')
      const clients = await Promise.all(['alice', 'bob'].map((userId) => liveClient(line, userId)))
      const heard = clients.map((client) => {
        const events: ChatEvent[] = []
        client.onEvent((event) => events.push(event))
        return events
      })
      await Promise.all(clients.map((client) => client.room(roomId).messages.load()))
      const sent: Promise<unknown>[] = []
      for (let round = 0; round < 12; round += 1) {
        for (const [n, client] of clients.entries()) {
          for (let each = 0; each < 4; each += 1) {
            sent.push(client.room(roomId).messages.send({ text: `${n} ${round * 4 + each}` }))
          }
        }
        // Somewhere in the middle of it.
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 150))
        if (round % 4 === 3) {
          await host.close()
          host = await startHost(database, { logger })
          line.lead(host.origin)
        } else line.cut()
      }
      await Promise.all(sent)
      const texts = (await host.chat.system.messages.list(roomId, { limit: 100 })).items
        .filter(({ kind }) => kind === 'user')
        .map(({ text }) => text)
      expect(texts).toHaveLength(96)
      for (const n of [0, 1]) {
        const own = texts.filter((text) => text.startsWith(`${n} `))
        expect(own).toEqual(Array.from({ length: 48 }, (_, each) => `${n} ${each}`))
      }
      for (const [n, client] of clients.entries()) {
        await expectSame(client, roomId, host.origin, ['alice', 'bob'][n] as string)
        const revisions =
          heard[n]?.flatMap((event) => ('revision' in event && event.type !== 'me.updated' ? event.revision : [])) ?? []
        expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other))
        expect(revisions.at(-1)).toBe(await revisionOf(host, roomId))
      }
    },
    longMs,
  )

  it('reads a room anew that has changed too much to be told', async () => {
    const host = await givenHost()
    const line = await givenLine(host.origin)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await liveClient(line, 'alice')
    await alice.room(roomId).messages.load()
    await alice.room(roomId).members.load()
    const waiting = alice.room(roomId).messages.send({ text: 'Old' })
    await waiting
    line.isUp = false
    line.cut()
    await until(alice.connection, ({ status }) => status === 'reconnecting')
    await say(host, 'bob', roomId, 520)
    await host.as('alice').patch(`/rooms/${roomId}`, { description: 'Described' })
    line.isUp = true
    await live(alice)
    await until(alice.room(roomId), ({ room }) => room?.description === 'Described')
    await until(alice.room(roomId).messages, ({ items, status }) => status === 'ready' && items.length === 50)
    await until(alice.room(roomId).members, ({ status, items }) => status === 'ready' && items.length === 2)
    expect(alice.room(roomId).unread.getSnapshot()).toBe(520)
    await expectSame(alice, roomId, host.origin, 'alice')
  })

  it('notices a line that has gone dead without a word, since each command is answered', async () => {
    const host = await givenHost()
    const line = await givenLine(host.origin)
    const roomId = await givenGroup(host, 'alice')
    const alice = await liveClient(line, 'alice')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    line.isSilent = true
    const sent = alice.room(roomId).messages.send({ text: 'Is anybody there?' })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(alice.connection.getSnapshot()).toMatchObject({ status: 'reconnecting', error: { code: 'unreachable' } })
    line.isSilent = false
    line.cut()
    await vi.advanceTimersByTimeAsync(10_000)
    vi.useRealTimers()
    expect(await sent).toMatchObject({ text: 'Is anybody there?', seq: 1 + 1 })
  })

  it('finds a hole in what it is told, and asks for what is missing', async () => {
    const host = await givenHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    let isDeaf = false
    // A socket that drops what comes, as no socket should.
    class Leaky extends WebSocket {
      override emit(name: string | symbol, ...given: unknown[]): boolean {
        return name === 'message' && isDeaf ? true : super.emit(name, ...given)
      }
    }
    const alice = await liveClient(host, 'alice', { WebSocket: Leaky })
    await alice.room(roomId).messages.load()
    isDeaf = true
    await host.chat.messages.send('bob', roomId, { text: 'Lost' })
    // Its frame was on the line before that of the answer to anything that is asked now.
    const other = await liveClient(host, 'alice')
    await other.presence.watch(['bob'])
    await until(other.presence.of('bob'), (state) => state)
    isDeaf = false
    await host.chat.messages.send('bob', roomId, { text: 'Heard' })
    await until(alice.room(roomId).messages, () => textsOf(alice, roomId).join() === 'Lost,Heard')
    expect(alice.room(roomId).unread.getSnapshot()).toBe(2)
  })

  it('is woken by the network and by its page, and waits as long as the server asks', async () => {
    const host = await givenHost()
    const line = await givenLine(host.origin)
    const listeners: Record<string, () => void> = {}
    vi.stubGlobal('addEventListener', (type: string, listener: () => void) => (listeners[type] = listener))
    vi.stubGlobal('removeEventListener', () => undefined)
    onTestFinished(() => void vi.unstubAllGlobals())
    const alice = await liveClient(line, 'alice')
    line.isUp = false
    listeners.offline?.()
    await until(alice.connection, ({ status }) => status === 'reconnecting')
    line.isUp = true
    // Sooner than any timer of its own.
    const { retryAt } = alice.connection.getSnapshot()
    expect(retryAt).toBeGreaterThan(0)
    listeners.online?.()
    await live(alice)
  })

  it('opens one socket for all who want to be connected, and ends it after the last of them', async () => {
    const opened: string[] = []
    class Counted extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols)
        opened.push(url)
      }
    }
    const host = await givenHost()
    const client = createChatClient({
      url: `${host.origin}/chat/`,
      auth: () => ({ 'x-user': 'alice' }),
      WebSocket: Counted,
    })
    onTestFinished(() => client.close())
    expect(client.connection.getSnapshot().status).toBe('idle')
    const first = client.connect()
    first()
    const second = client.connect()
    const third = client.connect()
    await live(client)
    second()
    second()
    await client.me.reactions()
    expect(client.connection.getSnapshot().status).toBe('live')
    third()
    await until(client.connection, ({ status }) => status === 'idle')
    expect(opened).toHaveLength(1)
    client.connect()
    await live(client)
    expect(opened).toHaveLength(2)
  })
})

describe('a client whose session ends', () => {
  const users = new Map([['a token', 'alice']])
  const tokens = { resolveUser: ({ headers }: { headers: Record<string, unknown> }) => idOf(headers.authorization) }
  const idOf = (authorization: unknown) => {
    const id = users.get(String(authorization).replace('Bearer ', ''))
    return id ? { id, name: id } : null
  }

  it('goes on with the next token, asked for at each connection and when one is refused', async () => {
    const host = await givenHost(tokens)
    let token = 'a token'
    const auth = vi.fn(async () => token)
    const client = givenClient(host, 'alice', { auth })
    await live(client)
    expect(auth).toHaveBeenCalledTimes(1)
    users.set('another token', 'alice')
    users.delete('a token')
    onTestFinished(() => {
      users.set('a token', 'alice')
    })
    token = 'another token'
    expect((await Promise.all([client.users.get('alice'), client.users.get('bob')])).map(({ id }) => id)).toEqual([
      'alice',
      'bob',
    ])
    expect(auth).toHaveBeenCalledTimes(2)
    users.set('the third token', 'alice')
    token = 'the third token'
    host.chat.disconnect('alice')
    await until(client.connection, ({ status }) => status !== 'live')
    await live(client)
  })

  it('is signed out when there is nothing new, keeps what it shows, and starts the next session', async () => {
    const host = await givenHost(tokens)
    const roomId = await givenGroup(host, 'alice', 'bob')
    let token = 'a token'
    const client = await liveClient(host, 'alice', { auth: () => token })
    host.chat.disconnect('alice')
    const { error } = await until(client.connection, ({ status }) => status === 'signed-out')
    expect(error?.code).toBe('unauthenticated')
    expect(client.rooms.getSnapshot().items.map(({ id }) => id)).toEqual([roomId])
    const waiting = client.room(roomId).messages.send({ text: 'Of Alice' })
    waiting.catch(() => undefined)
    // Somebody else: nothing of Alice's is shown or sent.
    users.set('of bob', 'bob')
    token = 'of bob'
    client.connect()
    await live(client)
    expect(client.me.getSnapshot()?.id).toBe('bob')
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
    await client.room(roomId).messages.load()
    expect(textsOf(client, roomId)).toEqual([])
  })

  it('is signed out at once where nobody is signed in', async () => {
    const host = await givenHost(tokens)
    const client = givenClient(host, 'alice', { auth: () => null })
    await until(client.connection, ({ status }) => status === 'signed-out')
    const other = givenClient(host, 'alice', { auth: () => 'wrong' })
    await until(other.connection, ({ status }) => status === 'signed-out')
  })

  it('tries again when it cannot be told who is signed in', async () => {
    const host = await givenHost(tokens)
    let failures = 2
    const client = givenClient(host, 'alice', {
      auth: () => {
        failures -= 1
        if (failures >= 0) throw new Error('the identity provider is away')
        return 'a token'
      },
    })
    await live(client)
  })
})
