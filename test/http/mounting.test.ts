import express from 'express'
import express4 from 'express4'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import type { Chat } from '../../src/create-chat-router.js'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { type Served, serve } from './serve.js'

type Host = (chat: Chat<PrismaClient>) => Parameters<typeof serve>[1] extends (chat: never) => infer App ? App : never

let database: OpenDatabase
let host: Served | undefined

beforeEach(async () => {
  database = await (databases[0] as TestDatabase).open()
})
afterEach(async () => {
  await host?.close()
  await database.close()
})

const broken = { body: '{', headers: { 'content-type': 'application/json' } }

// That these compile is half of the test: no argument of an arrow function has a type of its own.
const behindMiddleware: Record<string, Host> = {
  'Express 5': (chat) => {
    const app = express()
    app.use('/chat', (_request, response, next) => next(void response.set('X-Before', 'here')), chat.router)
    return app
  },
  'Express 4': (chat) => {
    const app = express4()
    app.use('/chat', (_request, response, next) => next(void response.set('X-Before', 'here')), chat.router)
    return app
  },
}

describe.each(Object.keys(behindMiddleware))('the router in %s', (name) => {
  it('stands in one `use` with a middleware, whose arguments keep their types', async () => {
    host = await serve(database, behindMiddleware[name] as Host)
    const { status, headers } = await host.call('GET /chat/users/me')
    expect([status, headers.get('x-before')]).toEqual([200, 'here'])
  })
})

describe.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
])('the router in %s', (_, engine) => {
  it('is a function, which a host may call by itself', async () => {
    host = await serve(database, (chat) =>
      engine().use('/chat', (request, response, next) => chat.router(request, response, next)),
    )
    expect((await host.call('GET /chat/users/me')).status).toBe(200)
  })

  it('answers at each of its places for what the parser of the app refused', async () => {
    host = await serve(database, (chat) => engine().use(engine.json()).use(['/chat', '/talk'], [chat.router]))
    for (const path of ['/chat', '/talk']) {
      expect(await host.call(`POST ${path}/rooms`, broken)).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      })
    }
  })

  it('leaves what the parser of a Router refused to the app, whose handlers hear of it', async () => {
    host = await serve(database, (chat) => {
      const api = engine.Router().use(engine.json()).use('/chat', chat.router)
      const heard: express.ErrorRequestHandler = (_error, _request, response, _next) => void response.sendStatus(418)
      return engine().use('/api', api).use(heard)
    })
    expect((await host.call('POST /api/chat/rooms', broken)).status).toBe(418)
    expect((await host.call('GET /api/chat/users/me')).status).toBe(200)
  })
})
