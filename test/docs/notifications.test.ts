import { createChatRouter, type NotificationBatch } from 'express-chat'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { people, secret, userOfHeader } from '../host.js'
import { isReady } from '../notifications/given.js'
import { blockOf, execute } from '../readme.js'
import { givenDatabase, givenGroup, quietLogger } from '../realtime/given.js'

const block = (name: string): string => blockOf('docs/notifications.md', `test/docs/notifications.test.ts: ${name}`)

it('the page on notifications shows what runs', async () => {
  const { prisma } = await givenDatabase()
  const sent: unknown[][] = []
  let isAway = false
  const notify = async (...given: unknown[]) => {
    if (isAway) throw new Error('nobody answers')
    sent.push(given)
  }
  const options = { resolveUser: userOfHeader, prisma, secret, pollMs: 100, logger: quietLogger() }
  const here = { afterSeconds: 0, attempts: 1 }
  const quick: typeof createChatRouter<PrismaClient> = (given) =>
    createChatRouter({ ...given, notify: { ...given.notify, ...here } as NonNullable<typeof given.notify> })
  const chat = (await execute(`${block('first')}\nreturn chat`, {
    ...{ createChatRouter: quick, options, notify },
  })) as ReturnType<typeof quick>
  onTestFinished(() => chat.close())
  await isReady({ chat })
  await people({ chat } as never, 'alice', 'bob')
  const roomId = await givenGroup({ chat }, 'alice', 'bob')
  await chat.messages.send('alice', roomId, { text: 'Hello' })
  await vi.waitFor(() => expect(sent).toEqual([['bob', 'A group: Hello', { badge: 1, id: expect.any(String) }]]))

  isAway = true
  await chat.messages.send('alice', roomId, { text: 'Are you there?' })
  await expect.poll(async () => (await chat.subscriptions.failedPeople()).items.length).toBe(1)
  isAway = false
  const printed: unknown[][] = []
  await execute(block('failed'), { chat, console: { log: (...words: unknown[]) => void printed.push(words) } })
  expect(printed).toEqual([['bob', expect.any(String), 'nobody answers', expect.any(String)]])
  await vi.waitFor(() => expect(sent[1]).toEqual(['bob', 'A group: Are you there?', expect.anything()]))
  expect(sent[1]?.[2]).toEqual({ badge: 2, id: printed[0]?.[1] satisfies unknown as NotificationBatch['id'] })
})
