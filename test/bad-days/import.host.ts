// A server of the chat in a process of its own, which imports messages and dies after so many statements.
import { createChatRouter } from 'express-chat'
import { givenMessages } from '../core/given-import.js'
import { clientsOf } from '../databases/clients.js'
import type { DatabaseName } from '../databases/engine.js'
import { secret } from '../host.js'
import { killedAfter } from './killed-after.js'

const { DATABASE = '', DATABASE_URL = '', DIES_AFTER = '0', ROOM = '', COUNT = '0' } = process.env

const client = (await clientsOf(DATABASE as DatabaseName))(DATABASE_URL)
const { prisma, begin } = killedAfter(client, Number(DIES_AFTER))
const chat = createChatRouter({ resolveUser: () => null, prisma, secret, path: '/chat' })
await chat.ready()
begin()
const threads = (n: number) => (n % 5 === 4 ? { thread: `k${n - 4}` } : {})
await chat.importMessages(ROOM, givenMessages(Number(COUNT), threads))
process.exit(0)
