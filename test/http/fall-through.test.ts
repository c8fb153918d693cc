import express from 'express'
import express4 from 'express4'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import type { Chat } from '../../src/create-chat-router.js'
import { databases, type OpenDatabase } from '../databases.js'
import { userOfHeader } from '../host.js'
import { type Served, serve } from './serve.js'

// Both mount the router without a cast: that its type fits either is a part of what is tested here.
const hosts = {
  'Express 5': (chat: Chat<PrismaClient>) => {
    const app = express()
    app.use('/chat', chat.router)
    app.use('/chat', express.text({ type: '*/*' }))
    app.use(
      (request, response) => void response.send(`the host: ${request.method} ${request.url} ${request.body ?? ''}`),
    )
    return app
  },
  'Express 4': (chat: Chat<PrismaClient>) => {
    const app = express4()
    app.use('/chat', chat.router)
    app.use('/chat', express4.text({ type: '*/*' }))
    app.use((request, response) => {
      const body = typeof request.body === 'string' ? request.body : ''
      response.send(`the host: ${request.method} ${request.url} ${body}`)
    })
    return app
  },
}

describe.each(Object.entries(hosts))('beside the routes of a host on %s', (_name, appOf) => {
  let database: OpenDatabase
  let host: Served
  const resolveUser = vi.fn(userOfHeader)

  beforeEach(async () => {
    resolveUser.mockClear()
    database = await (databases[0] as (typeof databases)[number]).open()
  })
  afterEach(async () => {
    await host.close()
    await database.close()
  })

  it('leaves unknown paths and methods to the host, with their body unread and nobody asked who they are', async () => {
    host = await serve(database, appOf, { resolveUser })
    const foreign = [
      'GET /chat/',
      'GET /chat/elsewhere',
      'GET /chat/rooms/1/elsewhere',
      'GET /chat/01a/?token=t',
      'POST /chat/rooms/1/messages/2',
      'PUT /chat/rooms',
      'OPTIONS /chat/rooms',
      'DELETE /chat/users/me',
      'GET /elsewhere',
    ] as const
    for (const target of foreign) {
      const [method = '', path] = target.split(' ')
      const body = method === 'GET' ? {} : { body: 'unread', headers: { 'content-type': 'text/plain' } }
      const { status, text, headers } = await host.call(target, { user: null, ...body })
      expect(text.trim()).toBe(`the host: ${method} ${path} ${method === 'GET' ? '' : 'unread'}`.trim())
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBeNull()
    }
    expect(resolveUser).not.toHaveBeenCalled()
  })

  it('answers HEAD as GET, without a body', async () => {
    host = await serve(database, appOf)
    const { status, text, headers } = await host.call('HEAD /chat/rooms')
    expect([status, text]).toEqual([200, ''])
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  it('describes itself to anyone, unless it is told not to', async () => {
    const documents = [
      ...(['GET /chat/openapi.json', 'GET /chat/asyncapi.json', 'GET /chat/docs'] as const),
      ...(['GET /chat/docs/page.js', 'GET /chat/docs/page.css'] as const),
    ]
    host = await serve(database, appOf, { resolveUser })
    for (const target of documents) expect((await host.call(target, { user: null })).status).toBe(200)
    expect(resolveUser).not.toHaveBeenCalled()
    await host.close()
    host = await serve(database, appOf, { docs: false })
    for (const target of documents) expect((await host.call(target)).text).toContain('the host')
  })
})
