// A server of the chat with a webhook in a process of its own, which dies where it is told to: at that moment the webhook's
// position is not moved yet.
import { createChatRouter } from 'express-chat'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { clientsOf } from '../databases/clients.js'
import type { DatabaseName } from '../databases/engine.js'
import { secret } from '../host.js'

const { DATABASE = '', DATABASE_URL = '', WEBHOOK = '', DIES = '' } = process.env

const die = () => process.kill(process.pid, 'SIGKILL')

/** The first write of positions after something was answered dies before it or after it. */
function mortal(client: PrismaClient): PrismaClient {
  const positions = new Proxy(client.chatSubscriptionPosition, {
    get: (target, name) => {
      if (name !== 'updateMany' || !isArmed) return Reflect.get(target, name)
      return async (args: never) => {
        if (DIES === 'before its position is moved') die()
        const result = await target.updateMany(args)
        if (DIES === 'after its position is moved') die()
        return result
      }
    },
  })
  return new Proxy(client, {
    get: (target, name) => (name === 'chatSubscriptionPosition' ? positions : Reflect.get(target, name)),
  })
}

let isArmed = false
const prisma = (await clientsOf(DATABASE as DatabaseName))(DATABASE_URL)
const chat = createChatRouter({
  resolveUser: () => null,
  prisma: mortal(prisma),
  secret,
  path: '/chat',
  pollMs: 100,
  webhooks: [JSON.parse(WEBHOOK)],
})
await chat.ready()
process.on('message', () => {
  isArmed = true
  process.send?.('armed')
})
