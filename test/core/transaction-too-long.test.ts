import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../databases.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

const told = 'the transaction took longer than 30 s, so it was rolled back. Inside chat.transaction query with its `tx`'

// Prisma's clock of a transaction, which is one of ours.
const takeTooLong = () => vi.advanceTimersByTimeAsync(30_000)

describe.each(databases)('chat.transaction that takes too long on $name', (database) => {
  const host = shareHost(database)
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  const findOrder = (id: string) => host.prisma.user.findUnique({ where: { id } })

  it.each([
    ['at its commit', async () => undefined],
    ['at a query', (tx: typeof host.prisma) => tx.user.count()],
  ])('is rolled back, and says so %s', async (_, then) => {
    const room = await givenGroup(host, 'alice')
    const attempt = host.chat.transaction(async (tx, chat) => {
      await tx.user.create({ data: { id: `order-${room.id}`, name: 'An order' } })
      await chat.messages.send('alice', room.id, { text: 'Your order is placed' })
      await takeTooLong()
      await then(tx as typeof host.prisma)
    })
    await expect(attempt).rejects.toMatchObject({
      name: 'TransactionExpired',
      message: expect.stringContaining(told),
      cause: { code: 'P2028' },
    })
    expect(await findOrder(`order-${room.id}`)).toBeNull()
    expect((await room.as('alice').get('')).body).toMatchObject({ lastMessageSeq: 1 })
  })

  it('leaves what the host says of another transaction as it is', async () => {
    const theirs = Object.assign(new Error('A query cannot be executed on an expired transaction'), {
      ...{ code: 'P2028', meta: { timeout: 5_000 } },
    })
    const attempt = host.chat.transaction(async () => {
      throw theirs
    })
    await expect(attempt).rejects.toBe(theirs)
  })

  it.runIf(database.name === 'sqlite')('because the host’s own client waits for it, whose row stays', async () => {
    const { id } = await givenGroup(host, 'alice')
    const attempt = host.chat.transaction(async (tx) => {
      await tx.user.create({ data: { id: `order-${id}`, name: 'An order' } })
      const own = host.prisma.user.create({ data: { id: `own-${id}`, name: 'Outside' } })
      await Promise.all([own, takeTooLong()])
    })
    await expect(attempt).rejects.toThrow(told)
    expect(await findOrder(`order-${id}`)).toBeNull()
    expect(await findOrder(`own-${id}`)).toMatchObject({ name: 'Outside' })
  })
})
