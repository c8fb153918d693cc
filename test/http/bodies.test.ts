import type { RequestListener } from 'node:http'
import { connect } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import express from 'express'
import { defaultLimits } from 'express-chat'
import express4 from 'express4'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import type { Chat } from '../../src/create-chat-router.js'
import { databases, type OpenDatabase } from '../databases.js'
import { type Served, serve } from './serve.js'

type Parser = (engine: typeof express) => express.RequestHandler[]

/** What hosts have in front of us. */
const parsers: Record<string, Parser> = {
  'no parser': () => [],
  'express.json()': (engine) => [engine.json(), engine.urlencoded({ extended: true })],
  'express.text() for everything': (engine) => [engine.text({ type: '*/*', limit: '1mb' })],
  'express.raw() for everything': (engine) => [engine.raw({ type: '*/*', limit: '1mb' })],
}

// The two have the same surface here; their types differ in what no test touches.
const engines = { 'Express 5': express, 'Express 4': express4 as unknown as typeof express }

const json = { 'content-type': 'application/json' }
const group = { type: 'group', name: 'Friends' }

let database: OpenDatabase
let host: Served

beforeEach(async () => {
  database = await (databases[0] as (typeof databases)[number]).open()
})
afterEach(async () => {
  await host.close()
  await database.close()
})

const start = async (appOf: (chat: Chat<PrismaClient>) => RequestListener) => {
  host = await serve(database, appOf)
}
const rooms = () => database.prisma.chatRoom.count()

for (const [engineName, engine] of Object.entries(engines)) {
  for (const [parserName, parser] of Object.entries(parsers)) {
    describe(`${engineName} with ${parserName} in front of the chat`, () => {
      beforeEach(() =>
        start((chat) => {
          const app = engine()
          for (const each of parser(engine)) app.use(each)
          app.use('/chat', chat.router)
          return app
        }),
      )

      const refused = async (reply: Awaited<ReturnType<Served['call']>>, status: number, code: string) => {
        expect(reply).toMatchObject({ status, body: { status, code } })
        expect(reply.headers.get('content-type')).toBe('application/problem+json')
        expect(await rooms()).toBe(0)
      }

      it('takes a JSON body', async () => {
        const { status, body } = await host.send('POST /chat/rooms', group)
        expect(status).toBe(201)
        expect(body).toMatchObject({ ...group, me: { role: 'owner' } })
      })

      it('takes a vendor type, a charset and a body that was compressed or comes in chunks', async () => {
        const body = JSON.stringify(group)
        const types = ['application/vnd.host+json', 'application/json; charset=UTF-8']
        for (const type of types) {
          const { status } = await host.call('POST /chat/rooms', { body, headers: { 'content-type': type } })
          expect(status).toBe(201)
        }
        const headers = { ...json, 'content-encoding': 'gzip' }
        expect((await host.call('POST /chat/rooms', { body: gzipSync(body), headers })).status).toBe(201)
        expect((await host.call('POST /chat/rooms', { body: new Blob([body]).stream(), headers: json })).status).toBe(
          201,
        )
      })

      it('says where a malformed body breaks off', async () => {
        const reply = await host.send('POST /chat/rooms', '{"type":"group","name":')
        await refused(reply, 400, 'invalid_request')
        expect(reply.body.errors).toEqual([{ pointer: '', detail: expect.stringContaining('is not JSON') }])
      })

      it('refuses what is JSON but no object', async () => {
        for (const body of ['[]', '[{"type":"group","name":"Friends"}]', 'null', '1', '"text"', 'true']) {
          await refused(await host.send('POST /chat/rooms', body), 400, 'invalid_request')
        }
      })

      it('takes an empty body for an empty object', async () => {
        await refused(await host.send('POST /chat/rooms', ''), 400, 'invalid_request')
        const { status } = await host.send('PATCH /chat/users/me', '')
        expect(status).toBe(200)
      })

      it('refuses other types, and none', async () => {
        const types = [
          'text/plain',
          'application/x-www-form-urlencoded',
          'application/jsonp',
          'nonsense',
          'multipart/form-data',
        ]
        for (const type of types) {
          const reply = await host.call('POST /chat/rooms', { body: 'type=group', headers: { 'content-type': type } })
          await refused(reply, 415, 'unsupported_media_type')
        }
        await refused(await host.call('POST /chat/rooms'), 415, 'unsupported_media_type')
      })

      it('refuses charsets and encodings that are not JSON’s', async () => {
        for (const headers of [
          { 'content-type': 'application/json; charset=latin1' },
          { ...json, 'content-encoding': 'rot13' },
        ]) {
          await refused(await host.call('POST /chat/rooms', { body: '{}', headers }), 415, 'unsupported_media_type')
        }
        const headers = { ...json, 'content-encoding': 'gzip' }
        await refused(await host.call('POST /chat/rooms', { body: 'not gzip', headers }), 400, 'invalid_request')
      })

      it('refuses a body over the limit, whoever read it and however it came', async () => {
        // By what nothing else has a limit for.
        const body = JSON.stringify({ ...group, padding: 'x'.repeat(defaultLimits.bodyBytes) })
        await refused(await host.send('POST /chat/rooms', body), 413, 'too_large')
        const huge = JSON.stringify({ ...group, padding: 'x'.repeat(defaultLimits.bodyBytes * 3) })
        await refused(await host.send('POST /chat/rooms', huge), 413, 'too_large')
        const chunked = { body: new Blob([body]).stream(), headers: json }
        await refused(await host.call('POST /chat/rooms', chunked), 413, 'too_large')
        const squeezed = { body: gzipSync(body), headers: { ...json, 'content-encoding': 'gzip' } }
        await refused(await host.call('POST /chat/rooms', squeezed), 413, 'too_large')
      })

      it('refuses nesting without end', async () => {
        const deep = '['.repeat(30_000) + ']'.repeat(30_000)
        await refused(await host.send('POST /chat/rooms', deep), 400, 'invalid_request')
        await refused(await host.send('POST /chat/rooms', `{"type":${deep}}`), 400, 'invalid_request')
        const chunked = { body: new Blob([deep]).stream(), headers: json }
        await refused(await host.call('POST /chat/rooms', chunked), 400, 'invalid_request')
      })

      it('ignores a body where none is expected', async () => {
        const { status } = await host.send('POST /chat/ws-ticket', { any: 'thing' })
        expect(status).toBe(201)
      })
    })
  }

  describe(`${engineName}, mounted where the host likes`, () => {
    it('works below any path, in a router of the host’s, and at the root', async () => {
      await start((chat) => {
        const app = engine()
        const api = engine.Router()
        api.use('/v1/talk', chat.router)
        app.use('/api/:tenant', api)
        app.use(chat.router)
        return app
      })
      for (const base of ['/api/acme/v1/talk', '']) {
        const { status, body } = await host.send(`POST ${base}/rooms`, group)
        expect(status).toBe(201)
        expect((await host.call(`GET ${base}/rooms/${body.id}?limit=1`)).body.id).toBe(body.id)
        await expect(host.send(`POST ${base}/rooms`, '{')).resolves.toMatchObject({ status: 400 })
      }
    })

    it('answers for the parser of the host on routes of ours only', async () => {
      await start((chat) => {
        const app = engine()
        app.use(engine.json())
        app.use('/chat', chat.router)
        app.use(((_error, _request, response, _next) => {
          response.status(418).send('the host')
        }) satisfies express.ErrorRequestHandler)
        return app
      })
      const broken = { body: '{', headers: json }
      await expect(host.call('POST /chat/rooms', broken)).resolves.toMatchObject({ status: 400 })
      await expect(host.call('POST /chat/elsewhere', broken)).resolves.toMatchObject({ status: 418, text: 'the host' })
      await expect(host.call('PUT /chat/rooms', broken)).resolves.toMatchObject({ status: 418 })
      await expect(host.call('POST /elsewhere', broken)).resolves.toMatchObject({ status: 418 })
    })

    it('leaves other errors from before it to the host', async () => {
      await start((chat) => {
        const app = engine()
        app.use(
          engine.json({
            verify: () => {
              throw new Error('not signed')
            },
          }),
        )
        app.use('/chat', chat.router)
        app.use(((error, _request, response, _next) => {
          response.status(418).send(error.message)
        }) satisfies express.ErrorRequestHandler)
        return app
      })
      await expect(host.send('POST /chat/rooms', group)).resolves.toMatchObject({ status: 418, text: 'not signed' })
    })

    it('says so when another middleware has used the body up', async () => {
      await start((chat) => {
        const app = engine()
        app.use(async (request, _response, next) => {
          await textOf(request)
          next()
        })
        app.use('/chat', chat.router)
        return app
      })
      const { status, body } = await host.send('POST /chat/rooms', group)
      expect(status).toBe(400)
      expect(body.errors).toEqual([{ pointer: '', detail: expect.stringContaining('another middleware') }])
      expect(await rooms()).toBe(0)
    })

    it('refuses bytes that are not UTF-8', async () => {
      await start((chat) => engine().use('/chat', chat.router))
      const body = Buffer.concat([
        Buffer.from('{"type":"group","name":"'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('"}'),
      ])
      const reply = await host.call('POST /chat/rooms', { body, headers: json })
      expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '', detail: 'is not UTF-8' }] } })
      expect(await rooms()).toBe(0)
    })

    it('survives clients that go away in the middle, and goes on', async () => {
      await start((chat) => engine().use('/chat', chat.router))
      const { port } = new URL(host.origin)
      const head = 'POST /chat/rooms HTTP/1.1\r\nHost: x\r\nX-User: alice\r\nContent-Type: application/json\r\n'
      for (const rest of ['Content-Length: 1000\r\n\r\n{"type"', 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"typ']) {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(head + rest))
        await new Promise((resolve) => socket.once('ready', resolve))
        await host.call('GET /chat/rooms')
        socket.resetAndDestroy()
      }
      expect((await host.send('POST /chat/rooms', group)).status).toBe(201)
      expect(await rooms()).toBe(1)
    })
  })
}
