// A server of the chat in a process of its own, which dies while it sends what is due, where it is told to.
import { createChatRouter } from 'express-chat'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { clientsOf } from '../databases/clients.js'
import type { DatabaseName } from '../databases/engine.js'
import { secret } from '../host.js'

const { DATABASE = '', DATABASE_URL = '', AHEAD_MS = '0', DIES = '' } = process.env

const die = () => process.kill(process.pid, 'SIGKILL')

/** The message is appended by the only transaction in which it is sent. */
function mortal(client: PrismaClient): PrismaClient {
  const transaction = async (work: (tx: unknown) => Promise<unknown>, options: object) => {
    const result = await client.$transaction(async (tx) => {
      const result = await work(tx)
      if (DIES === 'before its commit') die()
      return result
    }, options)
    if (DIES === 'after its commit') die()
    return result
  }
  return new Proxy(client, {
    get: (target, name) => (isReady && name === '$transaction' ? transaction : Reflect.get(target, name)),
  })
}

let isReady = false
const prisma = (await clientsOf(DATABASE as DatabaseName))(DATABASE_URL)
const chat = createChatRouter({
  resolveUser: () => null,
  prisma: mortal(prisma),
  secret,
  path: '/chat',
  clock: () => new Date(Date.now() + Number(AHEAD_MS)),
  before: { message: () => void (DIES === 'while the host is asked' && die()) },
})
await chat.ready()
isReady = true
process.on('message', () => void chat.sendDue())
process.send?.('ready')
