import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { type Chat, type ChatOptions, createChatRouter, defaultLimits, type Limits } from 'express-chat'
import type { PrismaClient } from '../examples/prisma/generated/client.js'
import { type Answer, call as callServer } from './call.js'
import type { OpenDatabase } from './databases.js'
import { TestSocket } from './socket.js'

export const secret = 'a secret for tests, of more than 32 characters'

/** Fast enough that no test meets a rate by accident; a test about rates sets its own. */
export const generousRates: Partial<Limits['rates']> = Object.fromEntries(
  Object.keys(defaultLimits.rates).map((name) => [name, { points: 1_000_000, seconds: 1 }]),
)

export type { Answer }

/** One user's calls to the API: paths are relative to the mount. */
export interface Caller {
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  put(path: string, body?: unknown): Promise<Answer>
  patch(path: string, body: unknown): Promise<Answer>
  delete(path: string): Promise<Answer>
}

/** An Express app with a chat on a port of its own, whose users say their id in a header. */
export interface TestHost {
  chat: Chat<PrismaClient>
  app: Express
  server: Server
  prisma: PrismaClient
  /** `http://127.0.0.1:port` */
  origin: string
  as(userId: string | null): Caller
  /** Opens a socket; `hello` is said at once unless it is null. */
  socket(userId: string | null, options?: SocketOptions): Promise<TestSocket>
  close(): Promise<void>
}

export interface SocketOptions {
  hello?: { rooms?: Record<string, number> } | null
  protocols?: string[]
  headers?: Record<string, string>
  query?: string
}

export const userOfHeader = (request: IncomingMessage) => {
  const id = request.headers['x-user']
  return typeof id === 'string' ? { id, name: nameOf(id) } : null
}

/** alice is Alice. */
export const nameOf = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1)

export async function startHost(
  { prisma }: Pick<OpenDatabase, 'prisma'>,
  options: Partial<ChatOptions<PrismaClient>> = {},
): Promise<TestHost> {
  const { limits, ...others } = options
  const chat = createChatRouter({
    resolveUser: userOfHeader,
    prisma,
    secret,
    limits: { ...limits, rates: { ...generousRates, ...limits?.rates } },
    ...others,
  })
  const app = express()
  app.use('/chat', chat.router)
  // On a busy machine it takes longer from one request to the next than a server keeps a connection, which would end just then.
  const server = createServer({ keepAliveTimeout: 0 }, app)
  chat.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const sockets: TestSocket[] = []
  return {
    chat,
    app,
    server,
    prisma,
    origin,
    as: (userId) => caller(`${origin}/chat`, userId),
    async socket(userId, { hello = {}, protocols = ['chat.v1'], headers = {}, query = '' } = {}) {
      const user: Record<string, string> = userId === null ? {} : { 'x-user': userId }
      const url = `${origin.replace('http', 'ws')}/chat/ws${query}`
      const socket = await TestSocket.open(url, protocols, { ...user, ...headers })
      sockets.push(socket)
      if (hello) socket.send({ type: 'hello', ...hello })
      return socket
    },
    async close() {
      for (const socket of sockets) socket.terminate()
      await chat.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Makes the chat know people before they come. */
export async function people(host: TestHost, ...ids: string[]): Promise<void> {
  for (const id of ids) await host.chat.users.save({ id, name: nameOf(id) })
}

function caller(base: string, userId: string | null): Caller {
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    callServer(base, `${method} ${path}`, {
      headers: {
        ...(userId === null ? {} : { 'x-user': userId }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  return {
    get: (path) => call('GET', path),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
  }
}
