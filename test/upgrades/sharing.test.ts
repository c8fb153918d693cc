import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import express from 'express'
import { createChatRouter } from 'express-chat'
import { Server as SocketIo } from 'socket.io'
import { io } from 'socket.io-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { secret, userOfHeader } from '../host.js'
import { givenDatabase, quietLogger } from '../realtime/given.js'
import { TestSocket } from '../socket.js'

/** A server whose host sets up what shares it before and after the chat is attached. */
async function givenServer(
  beside: { before?(server: Server): void; after?(server: Server): void; slowMs?: number } = {},
) {
  const { prisma } = await givenDatabase()
  const app = express()
  const server = createServer(app)
  const chat = createChatRouter({
    async resolveUser(request) {
      if (beside.slowMs) await new Promise((resolve) => setTimeout(resolve, beside.slowMs))
      return userOfHeader(request)
    },
    prisma,
    secret,
    logger: quietLogger(),
  })
  beside.before?.(server)
  app.use('/chat', chat.router)
  chat.attach(server)
  beside.after?.(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  onTestFinished(async () => {
    await chat.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { chat, server, port }
}

/** Our socket, up to the point where everything is live. */
async function talks(port: number, path = '/chat'): Promise<TestSocket> {
  const socket = await TestSocket.open(`ws://127.0.0.1:${port}${path}/ws`, ['chat.v1'], { 'x-user': 'alice' })
  onTestFinished(() => socket.terminate())
  socket.send({ type: 'hello' })
  await socket.ready()
  return socket
}

/** Sends a request by hand and gives the first line of its answer; the connection may stay. */
const rawRequest = (port: number, path: string, upgrade: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', (data) => {
      resolve(String(data).split('\r\n')[0] ?? '')
      socket.destroy()
    })
    socket.on('error', reject)
    const headers = ['Host: x', 'Connection: Upgrade', `Upgrade: ${upgrade}`]
    if (upgrade === 'websocket')
      headers.push('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')
    socket.write(`GET ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
  })

const echoes = (port: number, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`)
    socket.on('open', () => socket.send('hello'))
    socket.on('message', (data) => {
      resolve(data.toString())
      socket.close()
    })
    socket.on('error', reject)
  })

const echoServer = (server: Server) =>
  new WebSocketServer({ server, path: '/echo' }).on('connection', (socket) =>
    socket.on('message', (data) => socket.send(data.toString())),
  )

describe('alone on a server', () => {
  test('a foreign path is answered with 404 and does not hang', async () => {
    const { port } = await givenServer()
    expect(await rawRequest(port, '/elsewhere', 'websocket')).toBe('HTTP/1.1 404 Not Found')
  })

  test('a request that asks for another protocol is an ordinary one', async () => {
    const { port } = await givenServer()
    expect(await rawRequest(port, '/chat/openapi.json', 'h2c')).toBe('HTTP/1.1 200 OK')
  })

  test('our path is taken with and without a slash at its end', async () => {
    const { port } = await givenServer()
    await talks(port)
    const socket = await TestSocket.open(`ws://127.0.0.1:${port}/chat/ws/`, ['chat.v1'], { 'x-user': 'bob' })
    socket.terminate()
  })

  test('closing leaves the server as it was', async () => {
    const server = createServer()
    const { prisma } = await givenDatabase()
    const chat = createChatRouter({ resolveUser: userOfHeader, prisma, secret })
    const { emit } = server
    await chat.ready()
    chat.attach(server)
    expect(server.emit).not.toBe(emit)
    await chat.close()
    expect(server.emit).toBe(emit)
    expect(server.listenerCount('upgrade')).toBe(0)
  })
})

describe('two chats on one server', () => {
  test('each takes its own path, and a foreign one is answered once', async () => {
    const { port, server } = await givenServer()
    const { prisma } = await givenDatabase()
    const other = createChatRouter({ resolveUser: userOfHeader, prisma, secret, path: '/support' })
    other.attach(server)
    onTestFinished(() => other.close())
    await talks(port)
    await talks(port, '/support')
    expect(await rawRequest(port, '/elsewhere', 'websocket')).toBe('HTTP/1.1 404 Not Found')
  })
})

describe('beside socket.io', () => {
  test.each(['before', 'after'] as const)(
    'made %s us, both work, however long our users take to be found',
    async (when) => {
      let socketIo: SocketIo | undefined
      // Longer than the second after which socket.io ends upgrades that it does not know.
      const { port } = await givenServer({
        slowMs: 1_500,
        [when]: (server: Server) => {
          socketIo = new SocketIo(server)
          socketIo.on('connection', (socket) => socket.on('ask', (value, answer) => answer(`${value}!`)))
        },
      })
      onTestFinished(async () => void (await socketIo?.close()))
      const theirs = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] })
      onTestFinished(() => void theirs.disconnect())
      const [answer] = await Promise.all([theirs.emitWithAck('ask', 'well'), talks(port)])
      expect(answer).toBe('well!')
    },
  )
})

describe('beside another WebSocketServer', () => {
  test.each(['before', 'after'] as const)('made %s us, both work', async (when) => {
    const { port } = await givenServer({ [when]: echoServer })
    await talks(port)
    expect(await echoes(port, '/echo')).toBe('hello')
  })
})

describe('beside Vite', () => {
  test('its hot reload and our sockets work on one server', async () => {
    const { createServer: createVite } = await import('vite')
    const { port, server } = await givenServer()
    const vite = await createVite({
      configFile: false,
      logLevel: 'silent',
      appType: 'custom',
      server: { middlewareMode: true, hmr: { server } },
    })
    onTestFinished(() => vite.close())
    await talks(port)
    const token = (vite.config as unknown as { webSocketToken: string }).webSocketToken
    const socket = new WebSocket(`ws://127.0.0.1:${port}/?token=${token}`, 'vite-hmr')
    onTestFinished(() => socket.terminate())
    const first = await new Promise((resolve, reject) => {
      socket.on('message', (data) => resolve(JSON.parse(data.toString())))
      socket.on('error', reject)
    })
    expect(first).toEqual({ type: 'connected' })
  })
})

describe('with a dispatcher of the host’s own', () => {
  test('handleUpgrade takes what is ours and says so of what is not', async () => {
    const { prisma } = await givenDatabase()
    const chat = createChatRouter({ resolveUser: userOfHeader, prisma, secret })
    const server = createServer()
    const echo = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request, socket, head) => {
      if (chat.handleUpgrade(request, socket, head)) return
      echo.handleUpgrade(request, socket, head, (their) => their.on('message', (data) => their.send(data.toString())))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(async () => {
      await chat.close()
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    await talks(port)
    expect(await echoes(port, '/anything')).toBe('hello')
  })
})
