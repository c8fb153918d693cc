import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { type Chat, createChatRouter } from 'express-chat'
import { Server as SocketIo } from 'socket.io'
import { io } from 'socket.io-client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { secret, userOfHeader } from '../host.js'
import { TestSocket } from '../socket.js'
import { givenDatabase, type Options } from './given.js'
import { ask, handshake, open, textOf } from './raw.js'

type Neighbour = (server: Server) => void

interface Shared {
  server: Server
  origin: string
  chat: Chat
}

const h2c = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQCAAAAAAIAAAAA' }

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function givenChat(options: Options = {}): Promise<Chat> {
  const { prisma } = await givenDatabase()
  const chat = createChatRouter({ resolveUser: userOfHeader, prisma, secret, ...options })
  onTestFinished(() => chat.close())
  return chat
}

/** A chat on a server where somebody else was before it, or comes after. */
async function sharing({ before, after }: { before?: Neighbour; after?: Neighbour } = {}): Promise<Shared> {
  const chat = await givenChat()
  const app = express()
  app.use('/chat', chat.router)
  app.get('/plain', (_request, response) => void response.send('plain'))
  app.post('/length', express.text({ type: () => true, limit: '1mb' }), (request, response) => {
    response.send(String(request.body.length))
  })
  const server = createServer(app)
  before?.(server)
  chat.attach(server)
  after?.(server)
  return { server, origin: await listen(server), chat }
}

async function ourSocketWorks(origin: string, path = '/chat/ws'): Promise<void> {
  const socket = await TestSocket.open(`${origin.replace('http', 'ws')}${path}`, ['chat.v1'], { 'x-user': 'alice' })
  socket.send({ type: 'hello' })
  await socket.ready()
  await socket.settled()
  socket.terminate()
}

async function echoes(origin: string, path: string): Promise<void> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`)
  await once(socket, 'open')
  const text = 'echo '.repeat(1_000)
  socket.send(text)
  expect(String((await once(socket, 'message'))[0])).toBe(text)
  socket.terminate()
}

const echoServer: Neighbour = (server) => {
  new WebSocketServer({ server, path: '/echo', perMessageDeflate: true }).on('connection', (socket) => {
    socket.on('message', (data) => socket.send(String(data)))
  })
}

const socketIo: Neighbour = (server) => {
  new SocketIo(server).on('connection', (socket) => {
    socket.on('echo', (text, answer) => answer(text))
  })
}

async function socketIoWorks(origin: string): Promise<void> {
  const client = io(origin, { transports: ['websocket'] })
  onTestFinished(() => void client.close())
  expect(await client.timeout(5_000).emitWithAck('echo', 'hello')).toBe('hello')
}

describe('two chats on one server', () => {
  it('do not need each other, whichever goes first', async () => {
    const [first, second] = [await givenChat({ path: '/one' }), await givenChat({ path: '/two' })]
    const app = express().use('/one', first.router).use('/two', second.router)
    const server = createServer(app)
    for (const chat of [first, second]) chat.attach(server)
    const origin = await listen(server)
    for (const path of ['/one/ws', '/two/ws']) await ourSocketWorks(origin, path)
    expect((await ask(origin, { path: '/three/ws' })).status).toBe(404)
    await first.close()
    expect((await ask(origin, { path: '/one/ws' })).status).toBe(404)
    await ourSocketWorks(origin, '/two/ws')
    await second.close()
    expect((await ask(origin, { path: '/two/ws' })).status).toBe(404)
    expect(server.listenerCount('upgrade')).toBe(0)
  })
})

describe('an upgrade that nobody takes', () => {
  it('is what it would be without us: an ordinary request', async () => {
    const { origin } = await sharing()
    for (const headers of [handshake, h2c]) {
      for (const [path, status] of [
        ['/plain', 200],
        ['/chat/rooms', 401],
        ['/chat/wss', 404],
        ['/nowhere', 404],
      ] as const) {
        expect((await ask(origin, { path, headers })).status, path).toBe(status)
      }
    }
  })

  it('loses nothing of what it posts, however long', async () => {
    const { origin } = await sharing()
    for (const length of [10, 300_000]) {
      const headers = { ...h2c, 'Content-Length': String(length) }
      const asked = { method: 'POST', path: '/length', headers, body: 'x'.repeat(length) }
      expect(await ask(origin, asked)).toMatchObject({ status: 200, body: String(length) })
    }
  })

  it('keeps its connection, or ends it, as it wishes', async () => {
    const { origin } = await sharing()
    for (const wish of ['keep-alive', 'close']) {
      const headers = { ...h2c, Connection: `${wish}, Upgrade` }
      expect((await ask(origin, { path: '/plain', headers })).head).toContain(`Connection: ${wish}`)
    }
  })

  it('is safe from resets, though it hangs with a neighbour that ignores it', async () => {
    const listeners: number[] = []
    const { origin } = await sharing({
      after: (server) => server.on('upgrade', (_, socket) => listeners.push(socket.listenerCount('error'))),
    })
    const socket = open(origin)
    socket.write(textOf(origin, { path: '/ignored' }))
    await vi.waitFor(() => expect(listeners).toHaveLength(1))
    expect(listeners[0]).toBeGreaterThan(0)
    socket.resetAndDestroy()
  })

  it('is not touched where the host dispatches upgrades itself', async () => {
    const chat = await givenChat()
    const server = createServer(express().use('/chat', chat.router))
    const others: string[] = []
    server.on('upgrade', (request, socket, head) => {
      const listeners = socket.listenerCount('error')
      if (chat.handleUpgrade(request, socket, head)) return
      others.push(`${request.url} ${socket.listenerCount('error') - listeners}`)
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
    })
    const origin = await listen(server)
    await ourSocketWorks(origin)
    await ask(origin, { path: '/nowhere' })
    await ask(origin, { path: '/chat/ws', headers: { ...handshake, Upgrade: 'h2c' } })
    expect(others).toEqual(['/nowhere 0', '/chat/ws 0'])
  })
})

describe('after chat.close', () => {
  it.each<[string, Neighbour | undefined]>([
    ['nobody', undefined],
    ['socket.io', socketIo],
    ['another WebSocketServer', echoServer],
  ])('the server is as it was: with %s', async (_, neighbour) => {
    const before = createServer()
    neighbour?.(before)
    const { server, origin, chat } = await sharing(neighbour ? { before: neighbour } : {})
    await chat.close()
    expect(server.emit).toBe(before.emit)
    expect(Object.hasOwn(server, 'emit')).toBe(Object.hasOwn(before, 'emit'))
    expect(server.listenerCount('upgrade')).toBe(before.listenerCount('upgrade'))
    if (neighbour === socketIo) await socketIoWorks(origin)
    if (neighbour === echoServer) await echoes(origin, '/echo')
    expect((await fetch(`${origin}/plain`)).status).toBe(200)
  })

  it('what somebody wrapped around us stays', async () => {
    const seen: unknown[] = []
    const { server, origin, chat } = await sharing({
      after: (server) => {
        const { emit } = server
        server.emit = function (this: Server, ...event: Parameters<typeof emit>) {
          seen.push(event[0])
          return emit.apply(this, event)
        } as typeof emit
      },
    })
    const { emit } = server
    await chat.close()
    expect(server.emit).toBe(emit)
    expect((await ask(origin, { path: '/chat/ws' })).status).toBe(404)
    expect(seen).toContain('request')
  })
})

describe('a server with TLS', () => {
  it('takes our sockets', async () => {
    const chat = await givenChat()
    // A key that both know stands in for a certificate, which nothing here could make.
    const key = { psk: Buffer.from('0123456789abcdef'), identity: 'test' }
    const tls = { ciphers: 'PSK+HIGH', maxVersion: 'TLSv1.2' } as const
    const app = express().use('/chat', chat.router)
    const server = createSecureServer({ ...tls, pskCallback: () => key.psk }, app)
    chat.attach(server)
    const origin = await listen(server)
    const socket = new WebSocket(`${origin.replace('http', 'wss')}/chat/ws`, ['chat.v1'], {
      headers: { 'x-user': 'alice', origin: origin.replace('http', 'https') },
      ...tls,
      pskCallback: () => key,
      checkServerIdentity: () => undefined,
    } as object)
    await once(socket, 'open')
    socket.send('{"type":"hello"}')
    expect(JSON.parse(String((await once(socket, 'message'))[0]))).toMatchObject({
      type: 'welcome',
      user: { id: 'alice' },
    })
    socket.terminate()
  })
})
