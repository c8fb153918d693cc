import type { NotificationBatch, NotificationContext, NotifyOptions } from 'express-chat'
import { expect, vi } from 'vitest'
import type { TestDatabase } from '../databases.js'
import type { TestHost } from '../host.js'
import { longMs } from '../patience.js'
import { givenDatabase, givenHost, type Options, quietLogger } from '../realtime/given.js'

type Told = NotificationBatch & NotificationContext

/** What handlers were told. */
export class Notified {
  readonly batches: Told[] = []

  /** A handler that remembers what it is told, before `then` says what comes of it. */
  handler(then: (batch: Told) => unknown = () => undefined): NotifyOptions['handler'] {
    return async (batch, context) => {
      const told = { ...batch, ...context }
      this.batches.push(told)
      await then(told)
    }
  }

  of(userId: string): Told[] {
    return this.batches.filter((batch) => batch.userId === userId)
  }

  /** Every text that somebody was told, batch by batch. */
  texts(userId: string): string[][] {
    return this.of(userId).map(({ rooms, threads }) =>
      [...rooms, ...threads].flatMap(({ messages }) => messages.map(({ text }) => text)),
    )
  }

  async until(holds: () => boolean, what = 'what was to be told'): Promise<void> {
    await vi.waitFor(() => expect(holds(), what).toBe(true), { timeout: longMs, interval: 10 })
  }
}

const notifying = (notified: Notified, options: Partial<NotifyOptions>): Options => ({
  ...{ pollMs: 100, logger: quietLogger() },
  notify: { handler: notified.handler(), afterSeconds: 0, ...options },
})

/** Servers on one database that notify at once, or as `notify` says. */
export async function givenNotifying<Count extends number>(
  on: TestDatabase | undefined,
  count: Count,
  notify: (notified: Notified, n: number) => Partial<NotifyOptions> = () => ({}),
  options: Options = {},
) {
  const database = await givenDatabase(on)
  const notified = new Notified()
  const hosts: TestHost[] = []
  for (let n = 0; n < count; n += 1) {
    const host = await givenHost(
      { ...notifying(notified, notify(notified, n)), ...options },
      n === 0 ? database : { prisma: database.connect() },
    )
    hosts.push(host)
    await isReady(host)
  }
  const [first] = hosts as [TestHost, ...TestHost[]]
  return { database, notified, host: first, hosts }
}

/** A server that notifies nobody, on a database of one that did: what is written there waits for the next that notifies. */
export async function givenWaiting(on: TestDatabase, options: Partial<NotifyOptions> = {}) {
  const { database, host } = await givenNotifying(on, 1)
  await host.chat.close()
  const writer = await givenHost({}, { prisma: database.connect() })
  const notified = new Notified()
  const notify = () => givenHost(notifying(notified, options), { prisma: database.connect() })
  return { host: writer, notified, notify }
}

/** What is written from here on is notified of. */
export const isReady = ({ chat }: Pick<TestHost, 'chat'>) =>
  vi.waitFor(async () => expect(await chat.subscriptions.list()).toHaveLength(1), { interval: 10 })

/** Nobody is to be looked at any more, and no room is behind. */
export const isAtRest = ({ chat, prisma }: Pick<TestHost, 'chat' | 'prisma'>) =>
  vi.waitFor(
    async () => {
      expect(await chat.subscriptions.list()).toMatchObject([{ behind: 0 }])
      expect(await prisma.chatNotice.findMany({ where: { failedAt: null } })).toEqual([])
    },
    { interval: 20 },
  )
