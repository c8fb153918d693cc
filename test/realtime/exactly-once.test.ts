import { describe, expect, it, onTestFinished } from 'vitest'
import { databases } from '../databases.js'
import { randomFrom } from '../random.js'
import { Follower, snapshot } from './follower.js'
import { givenDatabase, givenGroup, givenHost, type Options, revisionOf } from './given.js'
import { load } from './load.js'

const options: Options = { limits: { socketsPerUser: 1000 } }

describe.each(databases)('on $name, while many write and sockets come and go', (on) => {
  // SQLite waits for another writer inside a synchronous call: two servers in this one process would stop each other.
  const two = { title: 'two servers that know nothing of each other', servers: 2 }
  const variants = [{ title: 'one server', servers: 1 }, ...(on.name === 'sqlite' ? [] : [two])]

  it.each(variants)(
    'every event of a room arrives once and in order: $title',
    async ({ servers }) => {
      const database = await givenDatabase(on)
      const clients = [database.prisma, ...Array.from({ length: servers - 1 }, () => database.connect())]
      const hosts = await Promise.all(clients.map((prisma) => givenHost(options, { prisma })))
      const [host] = hosts as [(typeof hosts)[0]]
      const seed = Date.now() % 1_000_000
      const random = randomFrom(seed)
      const roomIds = [await givenGroup(host, 'alice', 'bob', 'carol'), await givenGroup(host, 'alice', 'bob', 'carol')]

      const followers = ['bob', 'bob', 'carol', 'carol', 'dave', 'dave'].map((id) => new Follower(id, hosts, random))
      const stop = new AbortController()
      onTestFinished(() => {
        stop.abort()
        for (const follower of followers) follower.end()
      })
      const following = followers.map((follower) => follower.keepReconnecting(stop.signal))
      const enough = () => followers.every(({ connections }) => connections > 3)
      await load({ hosts, roomIds, random, deeds: 200, enough, visitor: 'dave' })
      stop.abort()
      await Promise.all(following)
      for (const follower of followers) await follower.connect()

      for (const roomId of roomIds) {
        const revision = await revisionOf(host, roomId)
        for (const follower of followers) {
          await follower.caughtUp(roomId, revision)
          const now = await snapshot(roomId, host.as(follower.userId))
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

const liveValues = (things: Awaited<ReturnType<typeof snapshot>>) =>
  Object.fromEntries([...things].filter(([, { value }]) => value !== 'gone').map(([id, { value }]) => [id, value]))
