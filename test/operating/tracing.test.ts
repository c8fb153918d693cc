import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Context, context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { reject } from 'express-chat'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { findTracing } from '../../src/operating/tracing.js'
import { givenGroup, givenHost, quietLogger, ready } from '../realtime/given.js'

const exporter = new InMemorySpanExporter()
const contexts = new AsyncLocalStorage<Context>()

beforeAll(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
  context.setGlobalContextManager({
    active: () => contexts.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...given) => contexts.run(active, () => run.call(self as never, ...given)),
    bind: (_active, target) => target,
    enable() {
      return this
    },
    disable() {
      return this
    },
  })
})
beforeEach(() => exporter.reset())
afterAll(() => {
  trace.disable()
  context.disable()
})

const all = (name: string): ReadableSpan[] => exporter.getFinishedSpans().filter((span) => span.name === name)
async function one(name: string): Promise<ReadableSpan> {
  await expect.poll(() => all(name).length, { message: name }).toBe(1)
  return all(name)[0] as ReadableSpan
}
const idOf = (span: ReadableSpan): string => span.spanContext().spanId

describe('spans', () => {
  it('are made of a request, what the host’s code does in it, and the commit that it is linked to', async () => {
    const host = await givenHost({
      before: {
        async message(draft, { prisma }) {
          // What the host traces itself belongs to its hook.
          const span = trace.getTracer('host').startSpan('query of the host')
          await prisma.user.count()
          span.end()
          return draft
        },
      },
    })
    const roomId = await givenGroup(host, 'alice', 'bob')
    exporter.reset()
    await host.as('alice').post(`/rooms/${roomId}/messages`, { text: 'hello' })
    const request = await one('chat.http sendMessage')
    expect(request.parentSpanContext).toBeUndefined()
    expect((await one('chat.hook resolveUser')).parentSpanContext?.spanId).toBe(idOf(request))
    const hook = await one('chat.hook before.message')
    expect(hook.parentSpanContext?.spanId).toBe(idOf(request))
    expect((await one('query of the host')).parentSpanContext?.spanId).toBe(idOf(hook))
    const commit = await one('chat.commit')
    expect(commit.parentSpanContext).toBeUndefined()
    expect(commit.attributes).toEqual({ 'chat.messages': 1 })
    expect(commit.links.map((link) => link.context.spanId)).toEqual([idOf(request)])
  })

  it('of another change are inside its request', async () => {
    const host = await givenHost()
    await host.as('alice').get('/users/me')
    exporter.reset()
    await host.as('alice').post('/rooms', { type: 'group', name: 'A group' })
    const request = await one('chat.http createRoom')
    const [commit] = all('chat.commit')
    expect(commit?.parentSpanContext?.spanId).toBe(idOf(request))
  })

  it('are made of commands of sockets, each by itself, with the code of what is refused and no error', async () => {
    const host = await givenHost({
      before: {
        message() {
          throw reject('not today: TOPSECRET')
        },
      },
    })
    const roomId = await givenGroup(host, 'alice')
    const socket = await ready(host, 'alice')
    exporter.reset()
    await socket.command('message.send', { roomId, text: 'TOPSECRET', clientId: 'c' })
    const command = await one('chat.socket message.send')
    expect(command.parentSpanContext).toBeUndefined()
    expect(command.attributes).toEqual({ 'error.type': 'rejected' })
    expect(command.status.code).toBe(SpanStatusCode.UNSET)
    const said = exporter
      .getFinishedSpans()
      .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }))
    expect(JSON.stringify(said)).not.toMatch(new RegExp(`TOPSECRET|alice|${roomId}`))
  })

  it('are errors where the host’s code fails, with nothing of what it said', async () => {
    const host = await givenHost({
      logger: quietLogger(),
      before: {
        room() {
          throw new RangeError('TOPSECRET')
        },
      },
    })
    await host.as('alice').post('/rooms', { type: 'group', name: 'A group' })
    const hook = await one('chat.hook before.room')
    expect(hook.attributes).toEqual({ 'error.type': 'RangeError' })
    expect(hook.status).toEqual({ code: SpanStatusCode.ERROR })
    expect(hook.events).toEqual([])
  })

  it('are made of what is delivered, each by itself', async () => {
    const receiver = createServer((_request, response) => response.end())
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      receiver.closeAllConnections()
      receiver.close()
    })
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    const host = await givenHost({
      ...{ pollMs: 100, webhooks: [{ url, secret, allowPrivate: true }] },
      notify: { handler: () => undefined, afterSeconds: 0 },
    })
    await host.chat.ready()
    await host.chat.subscribe('index', () => undefined).ready()
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.as('alice').post(`/rooms/${roomId}/messages`, { text: 'hello' })
    for (const to of ['webhook', 'subscription', 'notification']) {
      await expect.poll(() => all(`chat.deliver ${to}`).length).toBeGreaterThan(0)
      for (const span of all(`chat.deliver ${to}`)) expect(span.parentSpanContext).toBeUndefined()
    }
  })

  it('are not made where the host wants none, and where the API is not installed', async () => {
    const host = await givenHost({ tracing: false })
    await host.as('alice').get('/rooms')
    expect(exporter.getFinishedSpans()).toEqual([])
    expect(
      findTracing(() => {
        throw Object.assign(new Error("Cannot find module '@opentelemetry/api'"), { code: 'MODULE_NOT_FOUND' })
      }),
    ).toBeUndefined()
  })
})
