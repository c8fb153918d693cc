import { memoryBus } from 'express-chat'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import type { TestHost } from '../host.js'
import { longMs } from '../patience.js'
import type { TestSocket } from '../socket.js'
import { givenDatabase, givenGroup, givenHost, type Options, quietLogger, ready } from './given.js'
import { holding } from './holding.js'

const told = ({ frames }: TestSocket) =>
  frames.filter((frame) => frame.type === 'presence').map((frame) => [frame.userId, frame.online])

const watch = async (socket: TestSocket, ...userIds: string[]) =>
  (await socket.command('presence.watch', { userIds })).result

async function twoServers(on?: TestDatabase, options: Options = { bus: memoryBus() }) {
  const database = await givenDatabase(on)
  const here = await givenHost(options, database)
  // Who are strangers do not watch each other.
  await givenGroup(here, 'alice', 'bob', 'carol', 'dave')
  const client = holding(database.connect())
  const there = await givenHost(options, client)
  const stored = () => here.prisma.chatPresence.findMany({ orderBy: { userId: 'asc' } })
  return { database, here, there, client, stored }
}

const storedIn = (host: TestHost, count: number) =>
  vi.waitFor(async () => expect(await host.prisma.chatPresence.count()).toBe(count))

describe.each(databases)('presence on several servers, on $name', (on) => {
  it('is that of a person, wherever the devices are', async () => {
    const { here, there } = await twoServers(on)
    const alice = await ready(here, 'alice')
    const phone = await ready(there, 'bob')
    await storedIn(here, 2)
    expect(await watch(alice, 'bob', 'carol')).toEqual(['bob'])
    const laptop = await ready(here, 'bob')
    const carol = await ready(there, 'carol')
    expect(await alice.next('presence')).toMatchObject({ userId: 'carol', online: true, lastSeenAt: null })
    await phone.close()
    await carol.close()
    expect(await alice.next('presence')).toMatchObject({ userId: 'carol', online: false })
    await laptop.close()
    const { lastSeenAt } = await alice.next('presence')
    expect((await here.as('alice').get('/users/bob')).body.lastSeenAt).toBe(lastSeenAt)
    expect(told(alice)).toEqual([
      ['carol', true],
      ['carol', false],
      ['bob', false],
    ])
  })

  it('ends for whoever asks only once it is written since when', async () => {
    const { here, there, client } = await twoServers(on)
    const alice = await ready(here, 'alice')
    const bob = await ready(there, 'bob')
    await storedIn(here, 2)
    expect(await watch(alice, 'bob')).toEqual(['bob'])
    const held = client.hold('ChatUser.updateMany', { before: true })
    await bob.close()
    await held.reached
    expect(await here.chat.system.members.presence(['bob'])).toMatchObject([{ userId: 'bob', online: true }])
    // Whoever asks meanwhile, as each server does once in a while.
    const again = await ready(here, 'alice')
    expect(await watch(again, 'bob')).toEqual(['bob'])
    held.release()
    const { lastSeenAt } = await alice.next('presence')
    expect(lastSeenAt).toEqual(expect.any(String))
    expect((await here.as('alice').get('/users/bob')).body.lastSeenAt).toBe(lastSeenAt)
  })

  it('ends by itself where a server was killed, and one of the others writes that down', {
    timeout: longMs,
  }, async () => {
    let now = Date.now()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    const { here, there, stored } = await twoServers(on, { clock: () => new Date(now) })
    const alice = await ready(here, 'alice')
    await ready(there, 'bob')
    await storedIn(here, 2)
    expect(await watch(alice, 'bob')).toEqual(['bob'])
    // A server that was killed is one that says nothing more: only ours goes on renewing its lease.
    const dead = (await stored()).find(({ userId }) => userId === 'bob')?.nodeId as string
    const { aliveUntil } = await here.prisma.chatNode.findUniqueOrThrow({ where: { id: dead } })
    await here.prisma.chatNode.updateMany({ where: { id: dead }, data: { aliveUntil: new Date(now - 1) } })
    const timePasses = (frames: number) =>
      vi.waitFor(
        () => {
          vi.advanceTimersByTime(1_000)
          expect(told(alice)).toHaveLength(frames)
        },
        { interval: 50 },
      )
    await timePasses(1)
    const frame = await alice.next('presence')
    expect(frame).toMatchObject({ userId: 'bob', online: false, lastSeenAt: new Date(now - 1).toISOString() })
    expect(aliveUntil.getTime()).toBeGreaterThan(now)
    now += 1
    // Dead or only asleep: the one whose lease ended finds that out, and is present again under the next one.
    await timePasses(2)
    expect(told(alice)).toEqual([
      ['bob', false],
      ['bob', true],
    ])
    await vi.waitFor(async () => expect((await stored()).map(({ userId }) => userId)).toEqual(['alice', 'bob']))
    expect(await here.prisma.chatNode.count({ where: { id: dead } })).toBe(0)
  })
})

describe('presence', () => {
  it('does not tell of one who is back within two seconds, on whatever server', async () => {
    const { here, there } = await twoServers()
    const [alice, bob, dave] = [await ready(here, 'alice'), await ready(there, 'bob'), await ready(here, 'dave')]
    await watch(alice, 'bob', 'carol', 'dave')
    await Promise.all([bob.close(), dave.close()])
    await Promise.all([ready(here, 'bob'), ready(here, 'dave')])
    const carol = await ready(there, 'carol')
    await alice.next('presence')
    await carol.close()
    await alice.next('presence')
    expect(told(alice)).toEqual([
      ['carol', true],
      ['carol', false],
    ])
  })

  it('ends two seconds after somebody has left, even if the clock of the server stands still meanwhile', async () => {
    const { here } = await twoServers()
    const [alice, bob] = [await ready(here, 'alice'), await ready(here, 'bob')]
    await watch(alice, 'bob')
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    await bob.close()
    expect(await alice.next('presence')).toMatchObject({ userId: 'bob', online: false })
  })

  it('does not tell of those whose server closes and who reconnect to another', async () => {
    const { here, there } = await twoServers()
    const [alice] = [await ready(here, 'alice'), await ready(there, 'bob')]
    await watch(alice, 'bob', 'carol')
    await there.chat.close()
    await ready(here, 'bob')
    await ready(here, 'carol')
    await alice.next('presence')
    expect(told(alice)).toEqual([['carol', true]])
  })

  it('writes many who come at once with a few statements, and looks up only those who are watched', async () => {
    const { here, there, client } = await twoServers()
    const ids = Array.from({ length: 60 }, (_, n) => `user${n}`)
    await here.chat.users.save({ id: 'user7', name: 'User 7' })
    await givenGroup(here, 'alice', 'user7')
    const alice = await ready(there, 'alice')
    await watch(alice, 'user7')
    await storedIn(here, 1)
    const count = () => ['ChatPresence.createMany', 'ChatPresence.findMany'].map((query) => client.count(query))
    const [writes = 0, reads = 0] = count()
    const first = client.hold('ChatPresence.createMany', { before: true })
    await Promise.all(ids.map((id) => ready(there, id)))
    first.release()
    await storedIn(here, 61)
    const [writesAfter = 0, readsAfter = 0] = count()
    expect([writesAfter - writes, readsAfter - reads]).toEqual([2, 0])
    expect(told(alice)).toEqual([['user7', true]])
  })

  it('costs no statement of those who come back with as many sockets as they had, however many they are', async () => {
    const { there, client } = await twoServers()
    // Nobody is gone before time passes, however long it takes them to come back.
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const ids = Array.from({ length: 30 }, (_, n) => `user${n}`)
    const sockets = await Promise.all(ids.map((id) => ready(there, id)))
    await storedIn(there, 30)
    const count = () => ['createMany', 'updateMany', 'groupBy'].map((query) => client.count(`ChatPresence.${query}`))
    await Promise.all(sockets.map((socket) => socket.close()))
    const before = count()
    await Promise.all(ids.map((id) => ready(there, id)))
    // Whoever is new is written, and looked at, after all of them.
    await ready(there, 'alice')
    await storedIn(there, 31)
    await vi.waitFor(() => expect(count().map((queries, n) => queries - (before[n] ?? 0))).toEqual([1, 0, 1]))
  })

  it('that cannot be stored fails no connection, and is stored once it can be', async () => {
    const logger = quietLogger()
    const database = await givenDatabase()
    let isBroken = true
    const failing = database.prisma.$extends({
      query: {
        chatPresence: {
          createMany({ args, query }) {
            if (isBroken) throw new Error('the database is away')
            return query(args)
          },
        },
      },
    })
    const here = await givenHost({ logger }, { prisma: failing as unknown as typeof database.prisma })
    await givenGroup(here, 'alice', 'bob')
    const [alice, bob] = [await ready(here, 'alice'), await ready(here, 'bob')]
    await vi.waitFor(() => expect(logger.said).toHaveLength(1))
    expect(await watch(alice, 'bob')).toEqual(['bob'])
    await bob.close()
    isBroken = false
    await vi.waitFor(async () => {
      const rows = await database.prisma.chatPresence.findMany()
      expect(rows.map(({ userId }) => userId)).toEqual(['alice'])
    })
    expect(await database.prisma.chatNode.count()).toBe(1)
    expect(logger.said).toHaveLength(1)
  })

  it('that cannot be read is an answer that says so, and watches nobody', async () => {
    const { there, client } = await twoServers()
    const alice = await ready(there, 'alice')
    const held = client.hold('ChatPresence.findMany', { before: true, fail: new Error('Connection terminated') })
    const answer = alice.command('presence.watch', { userIds: ['bob'] })
    await held.reached
    held.release()
    expect(await answer).toMatchObject({ type: 'error', problem: { code: 'unavailable' } })
    expect(await watch(alice, 'bob')).toEqual([])
  })
})
