import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import express, { type Express, type RequestHandler } from 'express'
import { type Chat, ChatError, createChatRouter } from 'express-chat'
import { createChatClient } from 'express-chat/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { call } from '../command/command.js'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { people, secret, startHost, userOfHeader } from '../host.js'
import { databaseOfBefore } from '../prisma/before.js'
import { shapeOf } from '../prisma/shape.js'
import { blockOf, execute, stands } from '../readme.js'
import { type Refused, TestSocket } from '../socket.js'

const load = createRequire(import.meta.url)
const block = (name: string): string => blockOf('docs/hosts.md', `test/docs/hosts.test.ts: ${name}`)

let database: OpenDatabase
let app: Express
let server: Server
let chat: Chat<PrismaClient>
let origin: string

beforeEach(async () => {
  database = await (databases[0] as TestDatabase).open()
  app = express()
})
afterEach(async () => {
  await chat?.close()
  server?.closeAllConnections()
  server?.close()
  await database.close()
})

/** Runs a piece of the page, and serves the app that it has added to. */
async function start(name: string, scope: Record<string, unknown> = {}): Promise<void> {
  const given = { app, prisma: database.prisma, secret, sessionSecret: 'of the session', createChatRouter, ...scope }
  await serve((await execute(`${block(name)}\nreturn chat`, given)) as Chat<PrismaClient>)
}

async function serve(made: Chat<PrismaClient>): Promise<void> {
  chat = made
  server = createServer(app)
  chat.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const status = async (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<number> =>
  (await fetch(origin + path, { method, headers })).status

const openSocket = async (headers: Record<string, string>): Promise<TestSocket> => {
  const socket = await TestSocket.open(`${origin.replace('http', 'ws')}/chat/ws`, ['chat.v1'], headers)
  socket.send({ type: 'hello' })
  return socket
}

/** Signs in at a route of the host's, and keeps its cookie. */
async function signIn(): Promise<{ cookie: string }> {
  const { headers } = await fetch(`${origin}/sign-in`, { method: 'POST' })
  return { cookie: `${headers.get('set-cookie')?.split(';', 1)}` }
}

const signingIn: RequestHandler = (request, response) => {
  Object.assign(request, { session: Object.assign(Reflect.get(request, 'session'), { user: { id: 'alice' } }) })
  response.sendStatus(204)
}

describe('docs/hosts.md shows how sessions', () => {
  it('of express-session sign in requests and sockets, which end with them', async () => {
    await start('express-session', { session: load('express-session') })
    app.post('/sign-in', signingIn)
    const session = await signIn()
    expect([await status('/chat/users/me'), await status('/chat/users/me', session)]).toEqual([401, 200])
    const socket = await openSocket({ ...session, origin })
    expect(await socket.next('welcome')).toMatchObject({ user: { id: 'alice' } })

    expect(await status('/sign-out', session, 'POST')).toBe(204)
    expect(await socket.ended()).toMatchObject({ code: 4401 })
    expect(await status('/chat/users/me', session)).toBe(401)
  })

  it('that run in front of the router alone sign in our client, and no socket that brings the cookie without a ticket', async () => {
    app.use(load('express-session')({ secret: 'of the session', resave: false, saveUninitialized: false }))
    const resolveUser = (request: object) => Reflect.get(Reflect.get(request, 'session') ?? {}, 'user') ?? null
    const made = createChatRouter({ resolveUser, prisma: database.prisma, secret })
    app.use('/chat', made.router).post('/sign-in', signingIn)
    await serve(made)
    const session = await signIn()
    const client = createChatClient({ url: `${origin}/chat`, auth: () => session, WebSocket })
    client.connect()
    await expect.poll(() => client.connection.getSnapshot().status).toBe('live')
    client.close()
    await expect(openSocket({ ...session, origin })).rejects.toMatchObject({ status: 401 } satisfies Partial<Refused>)
  })

  it('of Passport do', async () => {
    const passport = new (load('passport').Passport)()
    passport.serializeUser((user: { id: number }, done: (error: null, id: number) => void) => done(null, user.id))
    passport.deserializeUser((id: number, done: (error: null, user: object) => void) =>
      done(null, { id, name: 'Alice' }),
    )
    await start('passport', { session: load('express-session'), passport })
    app.post('/sign-in', (request, response, next) => {
      const logIn: (user: object, done: (error?: unknown) => void) => void = Reflect.get(request, 'logIn').bind(request)
      logIn({ id: 7 }, (error) => (error ? next(error) : void response.sendStatus(204)))
    })
    const session = await signIn()
    expect([await status('/chat/users/me'), await status('/chat/users/me', session)]).toEqual([401, 200])
    const socket = await openSocket({ ...session, origin })
    expect(await socket.next('welcome')).toMatchObject({ user: { id: '7', name: 'Alice' } })
    socket.terminate()
    await expect(openSocket({ origin })).rejects.toMatchObject({ status: 401 } satisfies Partial<Refused>)
  })
})

describe('docs/hosts.md shows how Vite shares a server', () => {
  it('as the shop does it', () => {
    expect(stands(blockOf('docs/hosts.md', 'examples/shop/page.ts'), 'examples/shop/page.ts')).toBe(true)
  })
})

describe('docs/hosts.md shows how pages of another site', () => {
  it('are let in, and no others', async () => {
    await start('cors', { cors: load('cors'), resolveUser: userOfHeader })
    const preflight = await fetch(`${origin}/chat/rooms`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'https://app.example.com',
    ])
    const user = { 'x-user': 'alice' }
    const socket = await openSocket({ ...user, origin: 'https://app.example.com' })
    await socket.next('welcome')
    socket.terminate()
    await expect(openSocket({ ...user, origin: 'https://evil.example' })).rejects.toMatchObject({ status: 403 })
  })
})

describe('docs/hosts.md shows how a route for administrators', () => {
  it('deletes a message of anybody, and answers as the chat does for one that there is not', async () => {
    const host = await startHost(database)
    await people(host, 'alice')
    const room = await host.chat.rooms.create('alice', { type: 'group', name: 'Friends' })
    const { id } = await host.chat.messages.send('alice', room.id, { text: 'Not nice', clientId: 'one' })
    const onlyAdmins: RequestHandler = (_request, _response, next) => next()
    await execute(block('admin'), { app: host.app, chat: host.chat, onlyAdmins, ChatError })

    const remove = async (messageId: string) =>
      (await fetch(`${host.origin}/admin/rooms/${room.id}/messages/${messageId}`, { method: 'DELETE' })).status
    expect([await remove(id), await remove('none')]).toEqual([204, 404])
    expect((await host.chat.messages.list('alice', room.id)).items.map(({ text }) => text)).not.toContain('Not nice')
    await host.close()
  })
})

describe.each(databases)('docs/hosts.md shows how tables on $name', ({ open, name }) => {
  it('of 0.1 become those of now, by one command', async () => {
    const [old, fresh] = [await open(databaseOfBefore(name)), await open()]
    const [npx, command, ...args] = block('upgrade').trim().split(' ')
    expect([npx, command]).toEqual(['npx', 'express-chat'])
    expect(await call(args, { env: { DATABASE_URL: old.url } })).toMatchObject({ code: 0, err: '' })
    expect(await shapeOf(old.prisma, name)).toEqual(await shapeOf(fresh.prisma, name))
    await Promise.all([old.close(), fresh.close()])
  })
})

describe.each(databases)('docs/hosts.md shows how a chat that runs gets tenants on $name', ({ open }) => {
  it('so that each room is of the tenant of its members', async () => {
    const own = await open()
    const host = await startHost(own)
    await people(host, 'alice', 'bob', 'carol')
    const rooms = {
      acme: await host.chat.rooms.create('alice', { type: 'group', name: 'A', userIds: ['bob'] }),
      beta: await host.chat.rooms.create('carol', { type: 'group', name: 'B' }),
      '': await host.chat.system.rooms.create({ type: 'channel', name: 'Empty' }),
    }
    for (const [id, tenantId] of Object.entries({ alice: 'acme', bob: 'acme', carol: 'beta' })) {
      await host.chat.users.save({ id, tenantId })
    }
    await own.execute(block('tenants'))
    const rows = await own.prisma.chatRoom.findMany({ select: { id: true, tenantId: true } })
    const expected = Object.entries(rooms).map(([tenantId, { id }]) => ({ id, tenantId }))
    expect(new Set(rows)).toEqual(new Set(expected))
    await host.close()
    await own.close()
  })
})
