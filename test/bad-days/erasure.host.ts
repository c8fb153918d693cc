// A server of the chat in a process of its own, which erases a user and dies after so many statements.
import { createChatRouter, diskStorage } from 'express-chat'
import { clientsOf } from '../databases/clients.js'
import type { DatabaseName } from '../databases/engine.js'
import { secret } from '../host.js'
import { killedAfter } from './killed-after.js'

const { DATABASE = '', DATABASE_URL = '', AHEAD_MS = '0', DIES_AFTER = '0', DIRECTORY = '', ERASES = '' } = process.env

const client = (await clientsOf(DATABASE as DatabaseName))(DATABASE_URL)
const { prisma, begin } = killedAfter(client, Number(DIES_AFTER))
const chat = createChatRouter({
  resolveUser: () => null,
  prisma,
  secret,
  path: '/chat',
  storage: diskStorage({ directory: DIRECTORY }),
  clock: () => new Date(Date.now() + Number(AHEAD_MS)),
})
await chat.ready()
begin()
if (ERASES !== '') await chat.eraseUser(ERASES, { messages: 'delete' })
else await chat.eraseDue()
process.exit(0)
