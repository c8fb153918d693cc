// A server of the chat in a process of its own, which imports messages and dies after so many statements.
import { createChatRouter } from 'express-chat'
import { givenMessages } from '../core/given-import.js'
import { clientsOf } from '../databases/clients.js'
import type { DatabaseName } from '../databases/engine.js'
import { secret } from '../host.js'

const { DATABASE = '', DATABASE_URL = '', DIES_AFTER = '0', ROOM = '', COUNT = '0' } = process.env

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
const chat = createChatRouter({ resolveUser: () => null, prisma: mortal, secret, path: '/chat' })
await chat.ready()
isReady = true
const threads = (n: number) => (n % 5 === 4 ? { thread: `k${n - 4}` } : {})
await chat.importMessages(ROOM, givenMessages(Number(COUNT), threads))
process.exit(0)
