// A host in a process of its own, for tests that would take their own process down with it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createChatRouter } from 'express-chat'
import { clientsOf } from '../databases/clients.js'
import { generousRates, secret, userOfHeader } from '../host.js'

const createClient = await clientsOf('sqlite')
const chat = createChatRouter({
  async resolveUser(request) {
    if (request.url?.endsWith('?slow')) {
      process.send?.('asked')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return request.url?.includes('nobody') ? null : userOfHeader(request)
  },
  prisma: createClient(process.env.DATABASE_URL ?? ''),
  secret,
  limits: { socketsPerUser: 1_000, rates: generousRates },
})
for (const id of ['alice', 'bob']) await chat.users.save({ id })
const { id: roomId } = await chat.rooms.create('alice', { type: 'group', name: 'A room', userIds: ['bob'] })

const app = express()
app.use('/chat', chat.router)
const server = createServer(app)
chat.attach(server)
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

process.on('message', (request) => {
  if (request === 'count') server.getConnections((_error, open) => process.send?.({ open, heap: heapUsed() }))
  else void chat.system.messages.send(roomId, { text: 'x'.repeat(5_000) })
})

function heapUsed(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
