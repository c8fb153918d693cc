import { describe, expect, it, vi } from 'vitest'
import { givenGroup, hour } from '../realtime/given.js'
import { givenNotifying, isAtRest, type Notified } from './given.js'

/** A handler that waits, of whom it says, until the test lets it go on. */
function givenSlow(userId: string) {
  let goOn = () => {}
  const stuck = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const handler = (told: Notified) => told.handler((batch) => (batch.userId === userId ? stuck : undefined))
  return { handler, goOn: () => goOn() }
}

describe('who is notified', () => {
  it('is told of 20 rooms at once, and of the others right after', async () => {
    const { host, notified } = await givenNotifying(undefined, 1)
    const { prisma, chat } = host
    // He looks, until all of them are noted.
    await prisma.chatNode.create({ data: { id: 'elsewhere', aliveUntil: new Date(Date.now() + hour) } })
    await prisma.chatPresence.create({ data: { userId: 'bob', nodeId: 'elsewhere' } })
    const rooms: string[] = []
    for (let n = 0; n < 25; n += 1) rooms.push(await givenGroup(host, 'alice', 'bob'))
    await Promise.all(rooms.map((roomId) => chat.messages.send('alice', roomId, { text: roomId })))
    const isNoted = async () => {
      const row = await prisma.chatNotice.findFirst({ where: { userId: 'bob', heldBy: null } })
      return row !== null && (await chat.subscriptions.list())[0]?.behind === 0
    }
    await expect.poll(isNoted).toBe(true)
    await prisma.chatPresence.deleteMany()
    await prisma.chatNotice.updateMany({ where: { heldBy: null }, data: { dueAt: 1 } })
    await notified.until(() => notified.texts('bob').flat().length >= 25)
    await isAtRest(host)
    expect(notified.texts('bob').flat().toSorted()).toEqual(rooms.toSorted())
    expect(Math.max(...notified.of('bob').map((batch) => batch.rooms.length))).toBe(20)
  })

  it('is told nothing that they read while the handler was busy with others, which keeps nobody else waiting', async () => {
    const slow = givenSlow('bob')
    const { host, notified } = await givenNotifying(undefined, 1, (told) => ({
      handler: slow.handler(told),
      concurrency: 1,
    }))
    const [first, second] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'carol', 'dave')]
    await host.chat.messages.send('alice', first, { text: 'to Bob' })
    await notified.until(() => notified.of('bob').length === 1)
    const { seq } = await host.chat.messages.send('alice', second, { text: 'to the others' })
    const isHeld = async () => (await host.prisma.chatNotice.count({ where: { batchId: { not: null } } })) === 3
    await expect.poll(isHeld).toBe(true)
    await host.chat.members.markRead('carol', second, seq)
    // They have waited for more than three seconds.
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 5_000)
    slow.goOn()
    await notified.until(() => notified.of('dave').length === 1)
    vi.restoreAllMocks()
    await isAtRest(host)
    expect(notified.texts('carol')).toEqual([])
    expect(notified.texts('dave')).toEqual([['to the others']])
  })

  it('is held for longer, as long as the handler runs', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const slow = givenSlow('bob')
    const { host, notified } = await givenNotifying(undefined, 1, (told) => ({ handler: slow.handler(told) }))
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('alice', roomId, { text: 'said' })
    await notified.until(() => notified.of('bob').length === 1)
    const dueAt = async () => (await host.prisma.chatNotice.findFirst())?.dueAt
    await host.prisma.chatNotice.updateMany({ data: { dueAt: 9e15 } })
    vi.advanceTimersByTime(5_000)
    await expect.poll(dueAt).toBeLessThan(Date.now() + 20_000)
    slow.goOn()
    await expect.poll(dueAt).toBe(undefined)
  })

  it('is left to another server by one that closes, at once, unless the handler has them', async () => {
    const slow = givenSlow('bob')
    const { host, hosts, notified } = await givenNotifying(undefined, 2, (told, n) =>
      n === 0 ? { handler: slow.handler(told), concurrency: 1 } : { afterSeconds: 0 },
    )
    const [, other] = hosts
    await other?.chat.close()
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    await host.chat.messages.send('alice', roomId, { text: 'said' })
    await notified.until(() => notified.of('bob').length === 1)
    const isHeld = async () => (await host.prisma.chatNotice.count({ where: { batchId: { not: null } } })) === 2
    await expect.poll(isHeld).toBe(true)
    const [, before] = await host.prisma.chatNotice.findMany({ orderBy: { userId: 'asc' } })
    const closed = host.chat.close()
    expect(notified.of('bob')[0]?.signal.aborted).toBe(false)
    await expect.poll(() => notified.of('bob')[0]?.signal.aborted).toBe(true)
    slow.goOn()
    await closed
    const rows = await host.prisma.chatNotice.findMany()
    expect(rows).toMatchObject([{ userId: 'carol', heldBy: null, batchId: before?.batchId, attempts: 0 }])
    expect(rows[0]?.dueAt).toBeLessThanOrEqual(Date.now() + 1_000)
    expect(notified.texts('bob')).toEqual([['said']])
  })

  it('is shown nothing of what is hidden from them', async () => {
    const { host, notified } = await givenNotifying(undefined, 1)
    const { chat } = host
    const roomId = (await chat.rooms.create('alice', { type: 'group', name: 'Late', historyFrom: 'joined' })).id
    const before = await chat.messages.send('alice', roomId, { text: 'before Bob came' })
    await chat.members.add('alice', roomId, { userId: 'bob' })
    await chat.messages.send('alice', roomId, { text: 'after', replyToId: before.id })
    await notified.until(() => notified.of('bob').length === 1)
    expect(notified.of('bob')[0]?.rooms).toMatchObject([{ unread: 1, messages: [{ text: 'after', replyTo: null }] }])
  })
})
