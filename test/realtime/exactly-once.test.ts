import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../databases.js'
import { randomFrom } from '../random.js'
import { Follower, liveValues, readRoom, thingsOf } from './follower.js'
import { givenDatabase, givenGroup, givenHost, type Options, quietLogger, revisionOf } from './given.js'
import { load } from './load.js'
import { lossyBus } from './lossy-bus.js'

const options: Options = { limits: { socketsPerUser: 1000 } }

describe.each(databases)('on $name, while many write and sockets come and go', (on) => {
  // SQLite waits for another writer inside a synchronous call: two servers in this one process would stop each other.
  const two = [
    { title: 'two servers that know nothing of each other', servers: 2, hasBus: false },
    { title: 'two servers with a bus that drops, doubles, reorders and dies', servers: 2, hasBus: true },
  ]
  const variants = [{ title: 'one server', servers: 1, hasBus: false }, ...(on.name === 'sqlite' ? [] : two)]

  it.each(variants)(
    'every event of a room arrives once and in order: $title',
    async ({ servers, hasBus }) => {
      const database = await givenDatabase(on)
      const clients = [database.prisma, ...Array.from({ length: servers - 1 }, () => database.connect())]
      const seed = Date.now() % 1_000_000
      const random = randomFrom(seed)
      const bus = lossyBus(random)
      const given = hasBus ? { ...options, bus, pollMs: 1_000, logger: quietLogger() } : options
      const hosts = await Promise.all(clients.map((prisma) => givenHost(given, { prisma })))
      const [host] = hosts as [(typeof hosts)[0]]
      const roomIds = [await givenGroup(host, 'alice', 'bob', 'carol'), await givenGroup(host, 'alice', 'bob', 'carol')]

      const followers = ['bob', 'bob', 'carol', 'carol', 'dave', 'dave'].map((id) => new Follower(id, hosts, random))
      const stop = new AbortController()
      onTestFinished(() => {
        stop.abort()
        for (const follower of followers) follower.end()
      })
      const following = followers.map((follower) => follower.keepReconnecting(stop.signal))
      const hasLied = () => bus.dropped > 10 && bus.doubled > 10
      const enough = () => followers.every(({ connections }) => connections > 3) && (!hasBus || hasLied())
      await load({ hosts, roomIds, random, deeds: 200, enough, visitor: 'dave' })
      stop.abort()
      await Promise.all(following)
      for (const follower of followers) await follower.connect()

      for (const roomId of roomIds) {
        const revision = await revisionOf(host, roomId)
        for (const follower of followers) {
          await follower.caughtUp(roomId, revision)
          const now = thingsOf(await readRoom(roomId, host.as(follower.userId)))
          const held = follower.rooms.get(roomId)?.things ?? new Map()
          expect(liveValues(held), `${follower.userId}, seed ${seed}`).toEqual(liveValues(now))
        }
      }
      for (const follower of followers) expect(follower.broken, `${follower.userId}, seed ${seed}`).toEqual([])
      expect(enough()).toBe(true)
    },
    60_000,
  )
})
