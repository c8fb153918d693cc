// A server of the chat in a process of its own, which dies once its handler has written down what it was told.
import { appendFileSync } from 'node:fs'
import { createChatRouter, type NotificationBatch } from 'express-chat'
import { clientsOf } from '../databases/clients.js'
import type { DatabaseName } from '../databases/engine.js'
import { secret } from '../host.js'

const { DATABASE = '', DATABASE_URL = '', TOLD = '' } = process.env

/** As a mail server takes it, before anything is noted here. */
function handler({ id, userId, rooms }: NotificationBatch): void {
  const texts = rooms.flatMap(({ messages }) => messages.map(({ text }) => text))
  appendFileSync(TOLD, `${JSON.stringify({ id, userId, texts })}\n`)
  process.kill(process.pid, 'SIGKILL')
}

const chat = createChatRouter({
  resolveUser: () => null,
  prisma: (await clientsOf(DATABASE as DatabaseName))(DATABASE_URL),
  secret,
  path: '/chat',
  pollMs: 100,
  notify: { handler, afterSeconds: 0 },
})
await chat.ready()
while ((await chat.subscriptions.list()).length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
process.send?.('ready')
