import express from 'express'
import { type ChatOptions, createChatRouter } from 'express-chat'
import { Webhook } from 'standardwebhooks'
import { expect, it, onTestFinished } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { secret, userOfHeader } from '../host.js'
import { blockOf, execute } from '../readme.js'
import { givenDatabase, givenGroup, givenHost, quietLogger } from '../realtime/given.js'
import { anotherSecret, signingSecret } from '../webhooks/receiver.js'

const block = (name: string): string => blockOf('docs/webhooks.md', `test/docs/webhooks.test.ts: ${name}`)

it('the page on webhooks shows what runs', async () => {
  const database = await givenDatabase()
  const { prisma } = database
  const process = { env: { CHAT_WEBHOOK_SECRET: signingSecret } }

  const app = express()
  const added = new Map<string, { type: string; data: { message?: { text: string } } }>()
  let isAway = false
  const queue = {
    async add(id: string, event: never) {
      if (isAway) throw new Error('the queue is away')
      added.set(id, event)
    },
  }
  app.use((_, res, next) => (isAway ? res.sendStatus(503) : next()))
  await execute(block('receive').replace(/^import .*$/m, ''), { app, express, queue, process, Webhook })
  const server = app.listen(0, '127.0.0.1')
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const url = `http://127.0.0.1:${port}/hooks/chat`

  // The page's own address is one of the internet, which the options of a test are not.
  const made = execute(`${block('send')}\nreturn chat`, {
    createChatRouter: ({ webhooks, ...options }: ChatOptions<PrismaClient>) =>
      createChatRouter({
        ...options,
        webhooks: (webhooks ?? []).map((each) => ({ ...each, allowPrivate: true, name: 'crm' })),
      }),
    options: { prisma, secret, resolveUser: userOfHeader, pollMs: 100, logger: quietLogger() },
    ...{ url, process },
  })
  const chat = (await made) as ReturnType<typeof createChatRouter<PrismaClient>>
  onTestFinished(() => chat.close())
  await chat.ready()
  const host = await givenHost({}, { prisma: database.connect() })
  const roomId = await givenGroup(host, 'alice')
  await chat.messages.send('alice', roomId, { text: 'Hello' })
  const texts = () => [...added.values()].map(({ data }) => data.message?.text)
  await expect.poll(texts).toContain('Hello')
  expect([...added.keys()].every((id) => id.startsWith(`${roomId}_`))).toBe(true)
  const forged = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
  expect(forged.status).toBe(401)

  isAway = true
  await chat.messages.send('alice', roomId, { text: 'lost for now' })
  const isBehind = { name: 'webhook:crm' }
  await expect.poll(() => prisma.chatSubscriptionPosition.count({ where: { ...isBehind, attempts: 1 } })).toBe(1)
  await prisma.chatSubscriptionPosition.updateMany({ data: { attempts: 24, heldUntil: 1 } })
  await expect.poll(async () => (await chat.subscriptions.failed('webhook:crm')).items.length).toBe(1)
  isAway = false
  const printed: unknown[][] = []
  await execute(block('failed'), { chat, console: { log: (...words: unknown[]) => void printed.push(words) } })
  expect(printed).toEqual([
    ['webhook:crm', 1, 1, null],
    [roomId, 'it answered 503'],
  ])
  await expect.poll(texts).toContain('lost for now')

  const webhooks = await execute(`${block('rotate')}\nreturn webhooks`, {
    newSecret: anotherSecret,
    oldSecret: signingSecret,
  })
  const options = { resolveUser: userOfHeader, secret, prisma: {}, webhooks } as unknown as ChatOptions
  expect(() => createChatRouter(options)).toThrow('your Prisma client has no model ChatUser')
})
