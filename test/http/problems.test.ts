import express from 'express'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChatOptions } from '../../src/options.js'
import { databases, type OpenDatabase } from '../databases.js'
import { userOfHeader } from '../host.js'
import { type Served, serve } from './serve.js'

describe('problems over HTTP', () => {
  let database: OpenDatabase
  let host: Served | undefined
  const logger = { warn: vi.fn(), error: vi.fn() }

  beforeEach(async () => {
    logger.warn.mockClear()
    logger.error.mockClear()
    database = await (databases[0] as (typeof databases)[number]).open()
  })
  afterEach(async () => {
    await host?.close()
    await database.close()
  })

  const start = async (
    options: Partial<ChatOptions<OpenDatabase['prisma']>> = {},
    before: express.RequestHandler[] = [],
  ): Promise<Served> => {
    host = await serve(database, (chat) => express().use('/chat', ...before, chat.router), { logger, ...options })
    return host
  }

  it('carry the id of the request, which is the caller’s own if that is a safe one', async () => {
    const { call } = await start()
    const named = await call('GET /chat/rooms/1', { headers: { 'x-request-id': 'trace-1:a/b' } })
    expect(named.body.requestId).toBe('trace-1:a/b')
    expect(named.headers.get('x-request-id')).toBe('trace-1:a/b')
    for (const id of ['a b', '<script>', 'x'.repeat(101)]) {
      const { body, headers } = await call('GET /chat/rooms/1', { headers: { 'x-request-id': id } })
      expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers.get('x-request-id')).toBe(body.requestId)
    }
    expect((await call('GET /chat/rooms')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('carry the id that the host gave the request', async () => {
    const { call } = await start({}, [
      (_request, response, next) => {
        response.setHeader('X-Request-Id', 'of-the-host')
        next()
      },
    ])
    expect((await call('GET /chat/rooms/1')).body.requestId).toBe('of-the-host')
  })

  it('and all other answers are never stored nor sniffed', async () => {
    const { call, send } = await start()
    const answers = [
      await call('GET /chat/rooms'),
      await call('GET /chat/rooms/1'),
      await send('POST /chat/rooms', '{'),
    ]
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  it('ask for credentials where nobody is signed in, before a body is looked at', async () => {
    const { send } = await start()
    const { status, body, headers } = await send('POST /chat/rooms', '{', { user: null })
    expect([status, body.code]).toEqual([401, 'unauthenticated'])
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })

  it('say nothing of an error inside, and the logger says all', async () => {
    const failure = new Error('the password of the database is 1234')
    const { call } = await start({
      resolveUser: () => {
        throw failure
      },
    })
    const { status, body, text } = await call('GET /chat/rooms')
    expect([status, body.code, body.detail]).toEqual([500, 'internal', undefined])
    expect(text).not.toContain('1234')
    expect(logger.error).toHaveBeenCalledWith(expect.any(String), failure)
  })

  it('ask to come again while the database is away', async () => {
    const { call } = await start({
      resolveUser: () => {
        throw Object.assign(new Error("Can't reach database server"), {
          name: 'PrismaClientKnownRequestError',
          code: 'P1001',
        })
      },
    })
    const { status, body, headers } = await call('GET /chat/rooms')
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '1'])
  })

  it('ask to come again where somebody does too much', async () => {
    const rates = {
      sends: { points: 1, seconds: 60 },
      reactions: { points: 1, seconds: 60 },
      tickets: { points: 1, seconds: 60 },
    }
    const { call, send } = await start({ limits: { rates } })
    const { id } = (await send('POST /chat/rooms', { type: 'group', name: 'Friends' })).body
    const message = (await send(`POST /chat/rooms/${id}/messages`, { text: '1' })).body.id
    const asks = [
      () => call('POST /chat/ws-ticket'),
      () => send(`POST /chat/rooms/${id}/messages`, { text: '2' }),
      () => send(`POST /chat/rooms/${id}/messages/${message}/reactions`, { reaction: '👍' }),
    ]
    for (const ask of asks) {
      await ask()
      const { status, body, headers } = await ask()
      expect([status, body.code]).toEqual([429, 'rate_limited'])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(50)
    }
    expect((await call('POST /chat/ws-ticket', { user: 'bob' })).status).toBe(201)
  })

  it('come from the middleware of the host too, which runs before anyone is asked who it is', async () => {
    const refusals = [
      [Object.assign(new Error('no token'), { status: 401 }), 401, 'unauthenticated'],
      [Object.assign(new Error('banned'), { status: 403 }), 403, 'forbidden'],
      [new Error('the session store is away'), 500, 'internal'],
    ] as const
    for (const [error, status, code] of refusals) {
      const resolveUser = vi.fn(userOfHeader)
      const { call } = await start({ resolveUser, middleware: [async () => Promise.reject(error)] })
      expect(await call('GET /chat/rooms')).toMatchObject({ status, body: { code } })
      expect((await call('GET /chat/openapi.json')).status).toBe(200)
      expect(resolveUser).not.toHaveBeenCalled()
      await host?.close()
    }
    const { call } = await start({
      middleware: [
        (request, _response, next) => {
          request.headers['x-user'] = 'carol'
          next()
        },
      ],
    })
    expect((await call('GET /chat/users/me')).body.id).toBe('carol')
  })

  it('do not follow an answer that somebody else has begun', async () => {
    const { call } = await start({
      middleware: [
        (_request, response, next) => {
          response.end('too late')
          next()
        },
      ],
    })
    expect((await call('GET /chat/rooms')).text).toBe('too late')
    expect((await call('GET /chat/rooms/1')).text).toBe('too late')
  })
})
