import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { type Chat, createChatRouter, type Subscription } from 'express-chat'
import { Server } from 'socket.io'
import { io as connect, type Socket } from 'socket.io-client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { databases, type TestDatabase } from '../databases.js'
import { secret } from '../host.js'
import { blockOf, execute } from '../readme.js'
import { givenHost, quietLogger } from '../realtime/given.js'
import { TestSocket } from '../socket.js'

const block = (name: string): string => blockOf('docs/moving.md', `test/docs/moving.test.ts: ${name}`)

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** An app with socket.io in it, to which the page's piece adds the chat. */
async function givenSocketIo() {
  const database = await (databases[0] as TestDatabase).open()
  const app = express()
  const server = createServer(app)
  const io = new Server(server)
  io.use((socket, next) => {
    socket.data.userId = socket.handshake.auth.userId
    next()
  })
  const resolveUser = ({ headers }: IncomingMessage) => ({ id: String(headers['x-user']), name: 'Bob' })
  const scope = { app, server, io, createChatRouter, resolveUser, prisma: database.prisma, secret }
  const chat = (await execute(`${block('socketio')}\nreturn chat`, scope)) as Chat<PrismaClient>
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  ends.push(
    () => database.close(),
    () => server.closeAllConnections(),
    () => io.close(),
    () => chat.close(),
  )
  for (const [id, name] of [['alice', 'Alice'] as const, ['bob', 'Bob'] as const]) await chat.users.save({ id, name })
  return { chat, io, port }
}

async function oldPage(port: number, userId: string): Promise<{ socket: Socket; heard: unknown[] }> {
  const socket = connect(`http://127.0.0.1:${port}`, { auth: { userId }, transports: ['websocket'] })
  const heard: unknown[] = []
  socket.on('message', (message) => heard.push(message))
  ends.push(() => socket.close())
  await new Promise<void>((resolve) => socket.on('connect', () => resolve()))
  return { socket, heard }
}

describe('docs/moving.md shows how socket.io and the chat', () => {
  it('serve old pages and new ones on one server, and leave out who was removed', async () => {
    const { chat, io, port } = await givenSocketIo()
    const room = await chat.rooms.create('bob', { type: 'group', name: 'Kitchen', userIds: ['alice'] })
    const alice = await oldPage(port, 'alice')
    await vi.waitFor(() => expect(io.sockets.adapter.rooms.get(room.id)?.size).toBe(1))

    const bob = await TestSocket.open(`ws://127.0.0.1:${port}/chat/ws`, ['chat.v1'], { 'x-user': 'bob' })
    bob.send({ type: 'hello' })
    await bob.next('ready')
    const wish = { roomId: room.id, id: 'one', text: 'from the old page' }
    const first = await alice.socket.emitWithAck('message', wish)
    expect(first).toEqual(await alice.socket.emitWithAck('message', wish))
    expect(await bob.next('message.created')).toMatchObject({ message: { id: first.id, text: 'from the old page' } })

    await bob.command('message.send', { roomId: room.id, clientId: 'two', text: 'from the new page' })
    await vi.waitFor(() => expect(alice.heard).toHaveLength(2))
    expect(alice.heard).toMatchObject([
      { id: first.id, from: 'Alice' },
      { from: 'Bob', text: 'from the new page' },
    ])

    const later = await chat.rooms.create('bob', { type: 'group', name: 'Later', userIds: [] })
    const made = await chat.rooms.create('bob', { type: 'private', userIds: ['alice'] })
    await vi.waitFor(() => expect(io.sockets.adapter.rooms.get(made.id)?.size).toBe(1))
    await chat.members.add('bob', later.id, { userId: 'alice' })
    await vi.waitFor(() => expect(io.sockets.adapter.rooms.get(later.id)?.size).toBe(1))
    await chat.members.remove('bob', room.id, 'alice')
    await vi.waitFor(() => expect(io.sockets.adapter.rooms.get(room.id)).toBeUndefined())
    expect(await alice.socket.emitWithAck('message', { ...wish, id: 'three' })).toEqual({ code: 'not_found' })
    bob.terminate()
  })
})

describe('docs/moving.md shows how a chat elsewhere and this one', () => {
  it('both have each message once, wherever it was written', async () => {
    const { chat } = await givenHost({ pollMs: 100, logger: quietLogger() })
    const sent: { text: string; channelId: string; userId: string }[] = []
    const old = { send: async (message: (typeof sent)[number]) => void sent.push(message) }
    const code = `${block('both')}\nreturn { fromOld, subscription }`
    const { fromOld, subscription } = (await execute(code, { chat, old })) as {
      fromOld(message: object): Promise<void>
      subscription: Subscription
    }
    ends.push(() => subscription.close())
    const members = [
      { id: 'anna', name: 'Anna' },
      { id: 'ben', name: 'Ben' },
    ]
    const written = { id: '17', channelId: 'order-17', name: 'Order 17', members, userId: 'anna', text: 'over there' }
    await fromOld(written)
    await fromOld(written)
    const room = await chat.system.rooms.find({ key: 'old:order-17' })
    if (!room) throw new Error('the room was not made')
    const here = await chat.messages.send('ben', room.id, { text: 'over here' })
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    expect(sent).toEqual([{ channelId: 'order-17', id: here.id, userId: 'ben', text: 'over here' }])
    const { items } = await chat.messages.list('ben', room.id)
    expect(items.filter(({ kind }) => kind === 'user').map(({ text }) => text)).toEqual(['over there', 'over here'])
  })
})

// Of others are versions, and how many rooms there are in the benchmark of people.
it.each([
  { file: 'docs/comparison.md', from: '# ', ofOthers: ['0.2', '1.0'] },
  { file: 'README.md', from: '## How fast it is', ofOthers: ['1,005'] },
])('$file has only numbers that the benchmark has written', ({ file, from, ofOthers }) => {
  const measured = readFileSync('docs/performance.md', 'utf8')
  const text = readFileSync(file, 'utf8')
  const [page = ''] = text.slice(text.indexOf(from)).split('\n## Guides')
  const numbers = page.match(/\d[\d,.]*\d/g) ?? []
  const unknown = numbers.filter((number) => !new RegExp(`(?<![\\d,.])${number}(?![\\d,])`).test(measured))
  expect(unknown.filter((number) => !ofOthers.includes(number))).toEqual([])
  expect(numbers.length).toBeGreaterThan(6)
})
