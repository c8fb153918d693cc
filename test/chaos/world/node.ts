// A server of the chat in a process of its own: a small host, on the database under test. Users are whoever they say.
import { createServer, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import express from 'express'
import * as library from 'express-chat'
import { PrismaClient } from '../../../examples/prisma/generated/client.js'
import { clientsOf } from '../../databases/clients.js'
import type { DatabaseName } from '../../databases/engine.js'
import { generousRates, nameOf, secret } from '../../host.js'

const { DATABASE = 'sqlite', DATABASE_URL = '', PORT = '0', BUS_URL = '', SUBSCRIBES = '' } = process.env

const prisma = await client()

/** On SQLite as most hosts make it; the tests' own is for servers that share a process. */
async function client(): Promise<PrismaClient> {
  if (DATABASE === 'sqlite') return new PrismaClient({ adapter: new PrismaLibSql({ url: DATABASE_URL }) })
  return (await clientsOf(DATABASE as DatabaseName))(DATABASE_URL)
}

const chat = library.createChatRouter({
  resolveUser({ headers }: IncomingMessage) {
    const id = headers['x-user']
    return typeof id === 'string' ? { id, name: nameOf(id) } : null
  },
  prisma: mortal(prisma),
  secret,
  limits: { rates: generousRates, queuedBytes: 256 * 1024 },
  ...(await bus()),
})

/** The bus between the nodes, where there is one. */
async function bus(): Promise<object> {
  const redisBus: unknown = Reflect.get(library, 'redisBus')
  if (!BUS_URL || typeof redisBus !== 'function') return {}
  const { Redis } = await import('ioredis')
  // It reconnects by itself, and says each time that it had to.
  const client = new Redis(BUS_URL).on('error', () => undefined)
  return { bus: redisBus({ client }) }
}

/** Dies, when it is told to, at the next commit: with it not begun, begun, or done and nobody answered. */
function mortal(client: PrismaClient): PrismaClient {
  /** What the library writes outside of a transaction commits by itself. */
  const statement = async (...given: Parameters<PrismaClient['$executeRawUnsafe']>) => {
    if (dies === 'before') process.kill(process.pid, 'SIGKILL')
    if (dies === 'during') process.send?.({ type: 'committing' })
    const result = await client.$executeRawUnsafe(...given)
    if (dies === 'after') process.kill(process.pid, 'SIGKILL')
    return result
  }
  const transaction = async (work: (tx: unknown) => Promise<unknown>, options: object) => {
    const result = await client.$transaction(async (tx) => {
      const result = await work(tx)
      if (dies === 'before') process.kill(process.pid, 'SIGKILL')
      if (dies === 'during') process.send?.({ type: 'committing' })
      return result
    }, options)
    if (dies === 'after') process.kill(process.pid, 'SIGKILL')
    return result
  }
  const own: Record<string | symbol, unknown> = { $transaction: transaction, $executeRawUnsafe: statement }
  return new Proxy(client, { get: (target, name) => own[name] ?? Reflect.get(target, name) })
}

let dies: string | undefined
process.on('message', (moment) => {
  dies = String(moment)
})

/** Returns once the parent has it, whatever becomes of this process. */
async function tellParent(events: { revision: number }[], { roomId }: { roomId: string }): Promise<void> {
  const told = { at: Number(process.hrtime.bigint()), roomId, revisions: events.map(({ revision }) => revision) }
  await new Promise((resolve) => process.send?.({ type: 'told', told }, resolve))
}

const sockets = new Set<Socket>()
const app = express()
app.use('/chat', chat.router)
// A host that has more to do in its transaction, after the message was written.
app.post('/late', express.json(), async ({ body: { userId, roomId, draft, ms } }, response) => {
  const sent = await chat.transaction(async (_, own) => {
    const message = await own.messages.send(userId, roomId, draft)
    await pause(ms)
    return message
  })
  response.status(201).json(sent)
})
const server = createServer(app)
server.on('connection', (socket) => {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
})
chat.attach(server)
await chat.ready()
if (SUBSCRIBES) await chat.subscribe('chaos', tellParent, { from: 'start', backoff: () => 100 }).ready()
server.listen(Number(PORT), '127.0.0.1', () => process.send?.({ type: 'listening' }))

// What is held for readers who do not read: the parent knows only the worst of it.
let most = 0
setInterval(() => {
  const longest = Math.max(0, ...[...sockets].map((socket) => socket.writableLength))
  if (longest <= most) return
  most = longest
  process.send?.({ type: 'queued', bytes: longest })
}, 20)

process.once('SIGTERM', async () => {
  await chat.close({ drainMs: 500 })
  const closed = new Promise((resolve) => server.close(resolve))
  // Clients keep connections for their next request, and `close` waits for each of them.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  await closed
  clearInterval(idle)
  process.exit(0)
})
process.once('disconnect', () => process.exit(0))
