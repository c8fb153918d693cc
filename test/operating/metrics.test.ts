import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Registry, register } from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { closeCodes } from '../../src/contract/frames.js'
import { definitions } from '../../src/operating/definitions.js'
import { startHost } from '../host.js'
import { givenStorage } from '../media/given-storage.js'
import { givenDatabase, givenGroup, givenHost, quietLogger, ready } from '../realtime/given.js'
import { collected } from './collected.js'

const page = readFileSync('docs/operations.md', 'utf8')

describe('the metrics of a chat', () => {
  it('are those that the page on operations tells of, with their types and labels', () => {
    const rows = [...page.matchAll(/^\| `(express_chat_\w+)(?:\{(.*?)\})?` \| (\w+) \|/gm)]
    const told = rows.map(([, name, labels = '', type]) => [name, type, labels])
    const existing = Object.entries(definitions).map(([name, definition]) => [
      ...[name, definition.type, 'labels' in definition ? definition.labels.join(', ') : ''],
    ])
    expect(told).toEqual(existing)
  })

  it('have the names that Prometheus asks for', () => {
    for (const [name, { type }] of Object.entries(definitions)) {
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
      if (type === 'histogram') expect(name).toMatch(/_seconds$/)
    }
  })

  it('count what happens', async () => {
    const registry = new Registry()
    const stored = givenStorage()
    onTestFinished(() => stored.remove())
    const receiver = createServer((_request, response) => response.writeHead(500).end())
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void receiver.close())
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    const host = await givenHost({
      ...{ metrics: registry, logger: quietLogger(), pollMs: 100, storage: stored.storage },
      webhooks: [{ url, secret, allowPrivate: true, name: 'shop' }],
    })
    const { chat } = host
    await chat.ready()
    await chat.subscribe('index', () => undefined, { from: 'start' }).ready()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    const before = await collected(registry)
    await host.as('alice').post(`/rooms/${roomId}/messages`, { text: 'by http' })
    await host.as('alice').post(`/rooms/${roomId}/messages`, { text: 'again', clientId: 'c' })
    await host.as('alice').post(`/rooms/${roomId}/messages`, { text: 'again', clientId: 'c' })
    expect(await alice.command('message.send', { roomId, text: 'by a socket', clientId: 'd' })).toMatchObject({
      type: 'ok',
    })
    await chat.messages.send('bob', roomId, { text: 'by the api' })
    await chat.transaction((_tx, inside) => inside.messages.send('bob', roomId, { text: 'in a transaction' }))
    await chat.system.messages.send(roomId, { text: 'by the system' })
    await host.as('carol').get(`/rooms/${roomId}`)
    expect(await bob.command('message.send', { roomId: 'none', text: 'x', clientId: 'e' })).toMatchObject({
      type: 'error',
    })
    await host.socket(null, { hello: null }).catch(() => undefined)
    await chat.media.upload('alice', { filename: 'a.txt', stream: [Buffer.from('a text')] as never })
    alice.send('this is no command')
    await bob.close()
    await expect.poll(async () => (await collected(registry)).express_chat_sockets).toBe(1)
    await expect
      .poll(async () => collected(registry))
      .toMatchObject({ 'express_chat_subscription_rooms_behind{name="index"}': 0 })
    const after = await collected(registry)
    const grew = (name: string) => (after[name] ?? 0) - (before[name] ?? 0)
    expect(grew('express_chat_messages_total{by="http"}')).toBe(2)
    expect(grew('express_chat_messages_total{by="socket"}')).toBe(1)
    expect(grew('express_chat_messages_total{by="api"}')).toBe(2)
    expect(grew('express_chat_messages_total{by="system"}')).toBe(1)
    expect(before.express_chat_sockets).toBe(2)
    expect(after.express_chat_socket_opens_total).toBe(2)
    expect(grew('express_chat_requests_total{by="http"}')).toBe(4)
    expect(grew('express_chat_requests_total{by="upgrade"}')).toBe(1)
    expect(grew('express_chat_requests_total{by="socket"}')).toBeGreaterThanOrEqual(2)
    expect(grew('express_chat_refusals_total{by="http",code="not_found"}')).toBe(1)
    expect(grew('express_chat_refusals_total{by="socket",code="not_found"}')).toBe(1)
    expect(grew('express_chat_refusals_total{by="upgrade",code="unauthenticated"}')).toBe(1)
    expect(grew('express_chat_media_bytes_total')).toBe(6)
    expect(grew('express_chat_commit_seconds_count{kind="messages"}')).toBeGreaterThanOrEqual(5)
    expect(grew('express_chat_commit_seconds_count{kind="change"}')).toBeGreaterThanOrEqual(1)
    expect(grew('express_chat_fan_out_seconds_count')).toBeGreaterThanOrEqual(4)
    expect(after['express_chat_deliveries_total{to="subscription",result="ok"}']).toBeGreaterThan(0)
    await expect
      .poll(async () => (await collected(registry))['express_chat_deliveries_total{to="webhook",result="failed"}'])
      .toBeGreaterThan(0)
    await expect
      .poll(async () => (await collected(registry))['express_chat_subscription_rooms_behind{name="webhook:shop"}'])
      .toBe(1)
    // All of that may have been done before the first was due.
    await expect.poll(async () => (await collected(registry)).express_chat_poll_rounds_total).toBeGreaterThan(0)
    expect(after.express_chat_bus_up).toBeUndefined()
    // No label tells of a room or a user.
    for (const id of [roomId, 'alice', 'bob', 'carol'])
      expect(Object.keys(after).filter((name) => name.includes(id))).toEqual([])
  })

  it('say with which code this server closed a socket, and nothing that a client has invented', async () => {
    const registry = new Registry()
    const host = await givenHost({ metrics: registry })
    const closed = async (code: string) =>
      (await collected(registry))[`express_chat_socket_closes_total{code="${code}"}`]
    const silent = await host.socket('alice', { hello: null })
    silent.send('no hello')
    await expect.poll(() => closed(String(closeCodes.notTheProtocol))).toBe(1)
    const huge = await ready(host, 'alice')
    huge.send({ text: 'x'.repeat(2_000_000) })
    await expect.poll(() => closed('1009')).toBe(1)
    const inventive = await ready(host, 'alice')
    inventive.webSocket.close(4999)
    await expect.poll(() => closed('other')).toBe(1)
  })

  it('say how the bus is', async () => {
    const registry = new Registry()
    let listen = (_: string): void => undefined
    const bus = {
      publish: (hint: string) => listen(hint),
      subscribe(hear: (hint: string) => void) {
        listen = hear
        return () => undefined
      },
    }
    await givenHost({ metrics: registry, bus })
    await expect.poll(async () => (await collected(registry)).express_chat_bus_up).toBe(1)
  })

  it('are those of all chats of a registry together, also of one that has ended, and of one made anew', async () => {
    const registry = new Registry()
    const database = await givenDatabase()
    const [one, other] = [
      await startHost(database, { metrics: registry }),
      await startHost(database, { metrics: registry }),
    ]
    onTestFinished(() => other.close())
    await one.chat.users.save({ id: 'alice', name: 'Alice' })
    const roomId = await givenGroup(one, 'alice')
    await one.chat.messages.send('alice', roomId, { text: 'here' })
    await other.chat.messages.send('alice', roomId, { text: 'there' })
    await ready(one, 'alice')
    const api = async () => (await collected(registry))['express_chat_messages_total{by="api"}']
    expect(await api()).toBe(2)
    expect((await collected(registry)).express_chat_sockets).toBe(1)
    await one.close()
    expect(await api()).toBe(2)
    const again = await startHost(database, { metrics: registry })
    onTestFinished(() => again.close())
    await again.chat.messages.send('alice', roomId, { text: 'again' })
    expect(await api()).toBe(3)
    expect((await collected(registry)).express_chat_sockets).toBe(0)
  })

  it('are collected by the default registry, too, and also where the database does not answer', async () => {
    const host = await givenHost({ metrics: register })
    onTestFinished(() => register.clear())
    host.prisma.chatSubscription.findMany = (() => new Promise(() => undefined)) as never
    expect(await collected(register)).toMatchObject({ express_chat_sockets: 0 })
  })
})
