// A server of the chat in a process of its own, which erases a user and dies after so many statements.
import { createChatRouter, diskStorage } from 'express-chat'
import { clientsOf } from '../databases/clients.js'
import type { DatabaseName } from '../databases/engine.js'
import { secret } from '../host.js'

const { DATABASE = '', DATABASE_URL = '', AHEAD_MS = '0', DIES_AFTER = '0', DIRECTORY = '', ERASES = '' } = process.env

let isReady = false
let count = 0
const client = (await clientsOf(DATABASE as DatabaseName))(DATABASE_URL)
const mortal = client.$extends({
  query: {
    async $allOperations({ args, query }) {
      const result = await query(args)
      if (isReady) count += 1
      if (count === Number(DIES_AFTER)) process.kill(process.pid, 'SIGKILL')
      return result
    },
  },
})
const chat = createChatRouter({
  resolveUser: () => null,
  prisma: mortal,
  secret,
  path: '/chat',
  storage: diskStorage({ directory: DIRECTORY }),
  clock: () => new Date(Date.now() + Number(AHEAD_MS)),
})
await chat.ready()
isReady = true
if (ERASES !== '') await chat.eraseUser(ERASES, { messages: 'delete' })
else await chat.eraseDue()
process.exit(0)
