import { type Bus, memoryBus, redisBus } from 'express-chat'
import { Redis } from 'ioredis'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { buses } from '../bus/buses.js'
import { databases } from '../databases.js'
import type { TestHost } from '../host.js'
import { longMs } from '../patience.js'
import { givenDatabase, givenGroup, givenHost, ready } from '../realtime/given.js'
import { holding } from '../realtime/holding.js'
import type { TestSocket } from '../socket.js'

const limits = { rates: { sends: { points: 5, seconds: 3600 } } }

describe.skipIf(!inject('redis')).each(buses.filter(({ name }) => /redis/.test(name)))(
  'rates of two servers, over $name',
  ({ open }) => {
    it(
      'are counted together',
      async () => {
        const bus = await open(`rates-${crypto.randomUUID()}`)
        onTestFinished(() => bus.close())
        const database = await givenDatabase()
        const one = await givenHost({ limits, bus: await bus.create() }, database)
        const other = await givenHost({ limits, bus: await bus.create() }, database)
        const path = `/rooms/${await givenGroup(one, 'alice')}/messages`
        const sent: number[] = []
        for (let n = 0; n < 5; n += 1) sent.push((await one.as('alice').post(path, { text: 'Hello' })).status)
        expect(sent).toEqual([201, 201, 201, 201, 201])
        const answers: number[] = []
        await vi.waitFor(
          async () => {
            answers.push((await other.as('alice').post(path, { text: 'Hello' })).status)
            expect(answers.at(-1)).toBe(429)
          },
          { interval: 1_000 },
        )
        // By itself the other server would have taken five.
        expect(answers.length).toBeLessThan(5)
      },
      longMs,
    )
  },
)

describe('a Redis that is away', () => {
  it('neither blocks anybody nor is told of by an error', async () => {
    const client = new Redis({ port: 1, lazyConnect: true, retryStrategy: () => null, enableOfflineQueue: false })
    client.on('error', () => undefined)
    onTestFinished(() => client.disconnect())
    const quiet = { warn: () => undefined, error: () => undefined }
    const host = await givenHost({ limits, bus: redisBus({ client }), logger: quiet })
    const path = `/rooms/${await givenGroup(host, 'alice')}/messages`
    const sent: number[] = []
    for (let n = 0; n < 6; n += 1) sent.push((await host.as('alice').post(path, { text: 'Hello' })).status)
    expect(sent).toEqual([201, 201, 201, 201, 201, 429])
  })
})

describe.each(databases)('sockets of one user on two servers, on $name', (database) => {
  async function given(socketsPerUser: number, bus?: Bus) {
    const opened = await givenDatabase(database)
    const options = { limits: { socketsPerUser }, ...(bus && { bus }) }
    const here = await givenHost(options, opened)
    const client = holding(opened.connect())
    const there = await givenHost(options, client)
    const stored = (count: number) =>
      vi.waitFor(async () => {
        const { _sum } = await here.prisma.chatPresence.aggregate({
          where: { userId: 'alice' },
          _sum: { sockets: true },
        })
        expect(_sum.sockets).toBe(count)
      })
    return { here, there, client, stored }
  }
  const open = async (host: TestHost, count: number) => {
    const sockets: TestSocket[] = []
    for (let n = 0; n < count; n += 1) sockets.push(await ready(host, 'alice'))
    return sockets
  }
  const replaced = { code: 4409, reason: 'replaced by a newer socket of the same user' }
  const allOpen = async (sockets: TestSocket[]) => {
    await Promise.all(sockets.map((socket) => socket.settled()))
    expect(sockets.map((socket) => socket.closed)).toEqual(sockets.map(() => undefined))
  }

  it('are counted together, and who holds the most closes the oldest', async () => {
    const { here, there, stored } = await given(3, memoryBus())
    const [first, second, third] = (await open(here, 3)) as [TestSocket, TestSocket, TestSocket]
    await stored(3)
    const bob = await ready(here, 'bob')
    const [fourth] = (await open(there, 1)) as [TestSocket]
    expect(await first.ended()).toEqual(replaced)
    await stored(3)
    const [fifth] = (await open(there, 1)) as [TestSocket]
    expect(await second.ended()).toEqual(replaced)
    await stored(3)
    // Two there and one here: it is for the other one to close now, and never the newest.
    const [sixth] = (await open(there, 1)) as [TestSocket]
    expect(await fourth.ended()).toEqual(replaced)
    await stored(3)
    await allOpen([third, fifth, sixth, bob])
  })

  it('leave the newest, be it the only one that there may be', async () => {
    const { here, there, stored } = await given(1, memoryBus())
    const [first] = (await open(here, 1)) as [TestSocket]
    await stored(1)
    const [second] = (await open(there, 1)) as [TestSocket]
    expect(await first.ended()).toEqual(replaced)
    // Who left is counted until it is sure that they do not come back.
    await stored(1)
    const [third] = (await open(here, 1)) as [TestSocket]
    expect(await second.ended()).toEqual(replaced)
    await allOpen([third])
  })

  it('leave the newest, be it one that took the place of another', async () => {
    const { here, there, stored } = await given(1, memoryBus())
    const [first] = (await open(here, 1)) as [TestSocket]
    await stored(1)
    const [second] = (await open(there, 1)) as [TestSocket]
    await stored(2)
    await first.close()
    const [newest] = (await open(here, 1)) as [TestSocket]
    expect(await second.ended()).toEqual(replaced)
    await allOpen([newest])
  })

  it('leave the newest, also if it comes while a server has just read which of them has to go', async () => {
    // No lease is renewed, so nothing is found by that.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const bus = memoryBus()
    const { here, there, client, stored } = await given(1, bus)
    const [first] = (await open(here, 1)) as [TestSocket]
    await stored(1)
    const held = client.hold('ChatPresence.findMany')
    const [second] = (await open(there, 1)) as [TestSocket]
    await held.reached
    expect(await first.ended()).toEqual(replaced)
    const heard: string[] = []
    await bus.subscribe((envelope) => void heard.push(envelope))
    const [newest] = (await open(here, 1)) as [TestSocket]
    await vi.waitFor(() => expect(heard.join()).toContain('"crowded"'))
    held.release()
    expect(await second.ended()).toEqual(replaced)
    await allOpen([newest])
  })

  it('are found without a bus when the lease is renewed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { here, there, stored } = await given(2)
    const [first, second] = (await open(here, 2)) as [TestSocket, TestSocket]
    await stored(2)
    const newest = await open(there, 1)
    await stored(3)
    await allOpen([first, second, ...newest])
    vi.advanceTimersByTime(10_000)
    expect(await first.ended()).toEqual(replaced)
    await stored(2)
    await allOpen([second, ...newest])
  })
})
