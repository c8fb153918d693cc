import { once } from 'node:events'
import { defaultLimits } from 'express-chat'
import { describe, expect, it, vi } from 'vitest'
import { databases } from '../databases.js'
import { type TestHost, userOfHeader } from '../host.js'
import {
  givenDatabase,
  givenGroup,
  givenHost,
  type Options,
  quietLogger,
  ready,
  sharedHost,
} from '../realtime/given.js'
import { holding } from '../realtime/holding.js'
import type { Refused, TestSocket } from '../socket.js'

const ticketOf = async (host: TestHost, userId = 'alice'): Promise<string> =>
  (await host.as(userId).post('/ws-ticket')).body.ticket

const openWith = (host: TestHost, ticket: string) => host.socket(null, { protocols: ['chat.v1', `ticket.${ticket}`] })

const statusOf = (opening: Promise<unknown>): Promise<number> =>
  opening.then(
    () => 101,
    (error) => (error as Refused).status,
  )

/** A resolver whose answers a test holds back; `signedOut` are nobody to whom it asks from then on. */
function heldResolver() {
  const signedOut = new Set<string>()
  let asked = () => {}
  let held: Promise<void> | undefined
  const hold = () => {
    let release = () => {}
    const reached = new Promise<void>((resolve) => {
      asked = resolve
    })
    held = new Promise<void>((resolve) => {
      release = resolve
    })
    return { reached, release: () => release() }
  }
  const resolveUser: Options['resolveUser'] = async (request) => {
    const user = userOfHeader(request)
    const answer = user && !signedOut.has(user.id) ? user : null
    const waiting = held
    held = undefined
    asked()
    await waiting
    return answer
  }
  return { resolveUser, signedOut, hold }
}

describe.each(databases)('chat.disconnect, on $name', (on) => {
  const host = sharedHost({}, on)

  it('ends the use of every ticket from before, and of none from after', async () => {
    const [before, another] = [await ticketOf(host), await ticketOf(host)]
    const ofBob = await ticketOf(host, 'bob')
    await host.chat.disconnect('alice')
    expect(await statusOf(openWith(host, before))).toBe(401)
    const after = await ticketOf(host)
    expect(await statusOf(openWith(host, after))).toBe(101)
    expect(await statusOf(openWith(host, another))).toBe(401)
    expect(await statusOf(openWith(host, ofBob))).toBe(101)
  })

  it('counts at once, also before it is remembered', async () => {
    const before = await ticketOf(host)
    const remembered = host.chat.disconnect('alice')
    expect(await statusOf(openWith(host, before))).toBe(401)
    await remembered
  })

  it('ends what was opened between two of them with the second', async () => {
    await host.chat.disconnect('alice')
    const ticket = await ticketOf(host)
    const alice = await openWith(host, ticket)
    const unused = await ticketOf(host)
    await host.chat.disconnect('alice')
    expect(await alice.ended()).toEqual({ code: 4401, reason: 'signed out' })
    expect(await statusOf(openWith(host, unused))).toBe(401)
  })

  it('is one for many who are signed out in one moment, and for one who is so twice', async () => {
    const people = ['alice', 'bob', 'carol', 'dave']
    const tickets = await Promise.all(people.map((userId) => ticketOf(host, userId)))
    await Promise.all([...people, ...people].map((userId) => host.chat.disconnect(userId)))
    expect(await Promise.all(tickets.map((ticket) => statusOf(openWith(host, ticket))))).toEqual([401, 401, 401, 401])
    expect(await host.prisma.chatRevocation.count()).toBe(4)
  })
})

describe.each(databases)('chat.disconnect on another server without a bus, on $name', (on) => {
  async function twoServers(options: Options = {}) {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const database = await givenDatabase(on)
    const here = await givenHost(options, { prisma: database.prisma })
    const there = await givenHost(options, { prisma: database.connect() })
    return { here, there }
  }

  it('ends the use of tickets from before, whoever gave them', async () => {
    const { here, there } = await twoServers()
    const [ofHere, ofThere] = [await ticketOf(here), await ticketOf(there)]
    await there.chat.disconnect('alice')
    expect(await statusOf(openWith(here, ofHere))).toBe(401)
    expect(await statusOf(openWith(here, ofThere))).toBe(401)
    expect(await statusOf(openWith(here, await ticketOf(here)))).toBe(101)
  })

  it('ends the sockets here with the next poll, and none that began after it', async () => {
    const { here, there } = await twoServers()
    const [alice, bob] = [await ready(here, 'alice'), await ready(here, 'bob')]
    await there.chat.disconnect('alice')
    const again = await ready(here, 'alice')
    vi.advanceTimersByTime(1_000)
    expect(await alice.ended()).toEqual({ code: 4401, reason: 'signed out' })
    vi.advanceTimersByTime(1_000)
    await Promise.all([again.settled(), bob.settled()])
    expect([again.closed, bob.closed]).toEqual([undefined, undefined])
  })
})

describe('an admission that is under way', () => {
  const openings: [string, (host: TestHost) => Promise<unknown>][] = [
    ['an upgrade', (host) => host.socket('alice')],
    [
      'a request for a ticket',
      async (host) => {
        const { status } = await host.as('alice').post('/ws-ticket')
        if (status !== 201) throw Object.assign(new Error('refused'), { status })
      },
    ],
  ]

  it.each(openings)('ends with a disconnect here while the host is asked: %s', async (_, open) => {
    const { resolveUser, signedOut, hold } = heldResolver()
    const host = await givenHost({ resolveUser })
    const held = hold()
    const opening = statusOf(open(host))
    await held.reached
    signedOut.add('alice')
    await host.chat.disconnect('alice')
    held.release()
    expect(await opening).toBe(401)
  })

  it.each(openings)('ends with a disconnect elsewhere while the host is asked: %s', async (_, open) => {
    const { resolveUser, signedOut, hold } = heldResolver()
    const database = await givenDatabase()
    const host = await givenHost({ resolveUser }, database)
    const elsewhere = await givenHost({}, { prisma: database.connect() })
    const held = hold()
    const opening = statusOf(open(host))
    await held.reached
    signedOut.add('alice')
    await elsewhere.chat.disconnect('alice')
    held.release()
    expect(await opening).toBe(401)
  })

  it.each(openings)('goes on where the host still says who it is, once asked again: %s', async (_, open) => {
    const { resolveUser, hold } = heldResolver()
    const host = await givenHost({ resolveUser })
    const held = hold()
    const opening = open(host)
    await held.reached
    await host.chat.disconnect('alice')
    held.release()
    await opening
  })

  it('asks the host’s middleware again, too, since that is where a session is looked up', async () => {
    const sessions = new Map([['1', 'alice']])
    let reach = () => {}
    let release = () => {}
    const reached = new Promise<void>((resolve) => {
      reach = resolve
    })
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const host = await givenHost({
      middleware: [
        // As express-session does: who has a session on the request is not looked up again.
        (request, _response, next) => {
          if (!request.session) request.session = { userId: sessions.get('1') }
          next()
        },
      ],
      resolveUser: async (request) => {
        const { userId } = request.session
        reach()
        await released
        return userId ? { id: userId } : null
      },
    })
    const opening = statusOf(host.socket(null))
    await reached
    sessions.clear()
    await host.chat.disconnect('alice')
    release()
    expect(await opening).toBe(401)
  })

  it.each(['ChatSpentTicket.create', 'ChatRevocation.findMany'])(
    'ends with a disconnect here that is remembered while the answer to %s is on its way',
    async (query) => {
      const database = await givenDatabase()
      const client = holding(database.prisma)
      const host = await givenHost({}, client)
      const ticket = await ticketOf(host)
      const held = client.hold(query)
      const opening = statusOf(openWith(host, ticket))
      await held.reached
      await host.chat.disconnect('alice')
      held.release()
      expect(await opening).toBe(401)
    },
  )

  it.each(['ChatSpentTicket.create', 'ChatRevocation.findMany'])(
    'ends with a disconnect here while the answer to %s is on its way',
    async (query) => {
      const database = await givenDatabase()
      const client = holding(database.prisma)
      const host = await givenHost({}, client)
      const ticket = await ticketOf(host)
      const held = client.hold(query)
      const opening = statusOf(openWith(host, ticket))
      await held.reached
      const disconnected = host.chat.disconnect('alice')
      held.release()
      expect(await opening).toBe(401)
      await disconnected
    },
  )
})

describe('chat.disconnect', () => {
  it('resolves once it is remembered, and ends the sockets here before', async () => {
    const client = holding((await givenDatabase()).prisma)
    const host = await givenHost({}, client)
    const alice = await ready(host, 'alice')
    const held = client.hold('ChatRevocation.')
    let isRemembered = false
    const disconnected = host.chat.disconnect('alice').then(() => {
      isRemembered = true
    })
    expect(await alice.ended()).toEqual({ code: 4401, reason: 'signed out' })
    await held.reached
    expect(isRemembered).toBe(false)
    held.release()
    await disconnected
  })

  it('is tried again while the database is away', async () => {
    const client = holding((await givenDatabase()).prisma)
    const logger = quietLogger()
    const host = await givenHost({ logger }, client)
    const ticket = await ticketOf(host)
    const away = new Error('the database is away')
    client.hold('ChatRevocation.upsert', { fail: away, before: true }).release()
    client.hold('ChatRevocation.upsert', { fail: away, before: true }).release()
    await host.chat.disconnect('alice')
    expect(await host.prisma.chatRevocation.count()).toBe(1)
    expect(await statusOf(openWith(host, ticket))).toBe(401)
    expect(logger.said).toEqual([])
  })

  it('rejects, and is logged, once every ticket from before has expired without it', async () => {
    const { prisma } = await givenDatabase()
    const logger = quietLogger()
    const broken = prisma.$extends({
      query: {
        chatRevocation: {
          upsert: () => Promise.reject(new Error('the database is away')),
        },
      },
    })
    const host = await givenHost({ logger }, { prisma: broken as never })
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    void host.chat.disconnect('bob')
    const failed = expect(host.chat.disconnect('alice')).rejects.toThrow('the database is away')
    for (let second = 0; second < 40; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000)
      await new Promise(setImmediate)
    }
    vi.useRealTimers()
    await failed
    expect(logger.said.map(([line]) => line)).toEqual([
      expect.stringContaining('chat.disconnect'),
      expect.stringContaining('chat.disconnect'),
    ])
    await new Promise(setImmediate)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('rejects what is no user’s id', async () => {
    const host = await givenHost({ logger: quietLogger() })
    await expect(host.chat.disconnect(undefined as never)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('is forgotten once no ticket from before is left', async () => {
    let ahead = 0
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const host = await givenHost({ clock: () => new Date(Date.now() + ahead) })
    await host.chat.disconnect('alice')
    const bob = await ready(host, 'bob')
    ahead = 10 * 60_000
    vi.advanceTimersByTime(1_000)
    await vi.waitFor(async () => expect(await host.prisma.chatRevocation.count()).toBe(0))
    await bob.settled()
  })
})

describe('isStillWelcome', () => {
  /** A host whose users may be deleted there. */
  async function givenWelcoming(options: Options = {}) {
    const gone = new Set<string>()
    const asked: string[] = []
    const logger = quietLogger()
    const host = await givenHost({
      logger,
      isStillWelcome: async (userId) => {
        asked.push(userId)
        return !gone.has(userId)
      },
      ...options,
    })
    return { host, gone, asked, logger }
  }

  it('refuses a ticket from before its user was deleted', async () => {
    const { host, gone, asked } = await givenWelcoming()
    const [one, other] = [await ticketOf(host), await ticketOf(host)]
    expect(await statusOf(openWith(host, one))).toBe(101)
    gone.add('alice')
    expect(await statusOf(openWith(host, other))).toBe(401)
    expect(asked).toEqual(['alice', 'alice'])
  })

  it('is not asked of one for whom the resolver has just answered, nor for a ticket that opens nothing', async () => {
    const { host, asked } = await givenWelcoming()
    await host.socket('alice')
    const ticket = await ticketOf(host)
    await openWith(host, ticket)
    expect(await statusOf(openWith(host, ticket))).toBe(401)
    expect(asked).toEqual(['alice'])
  })

  it('that throws refuses an opening as the resolver does, with 500 that says nothing', async () => {
    const { host, logger } = await givenWelcoming({
      isStillWelcome: () => {
        throw new Error('the directory is on fire')
      },
    })
    const refused: Refused = await openWith(host, await ticketOf(host)).then(
      () => expect.fail('it was let in'),
      (error) => error,
    )
    expect([refused.status, refused.body.includes('fire')]).toEqual([500, false])
    expect(String(logger.said[0]?.[1])).toContain('fire')
  })

  it('that gives no boolean is a mistake of the host’s', async () => {
    const { host, logger } = await givenWelcoming({ isStillWelcome: (() => undefined) as never })
    expect(await statusOf(openWith(host, await ticketOf(host)))).toBe(500)
    expect(String(logger.said[0]?.[1])).toContain('isStillWelcome')
  })

  it('does not let in who was signed out while it was asked', async () => {
    let reach = () => {}
    let release = () => {}
    const reached = new Promise<void>((resolve) => {
      reach = resolve
    })
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const { host } = await givenWelcoming({
      isStillWelcome: async () => {
        reach()
        await released
        return true
      },
    })
    const opening = statusOf(openWith(host, await ticketOf(host)))
    await reached
    await host.chat.disconnect('alice')
    release()
    expect(await opening).toBe(401)
  })

  describe('while a socket lives', () => {
    const minute = 60_000

    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 1_000) vi.advanceTimersByTime(1_000)
      for (let n = 0; n < 5; n += 1) await new Promise(setImmediate)
    }

    async function givenLiving(options: Options = {}) {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
      // Within a minute nobody counts as dead who has not answered the pings of that time, which passes at once here.
      return givenWelcoming({ pollMs: 60_000, limits: { recheckMinutes: 1 }, ...options })
    }

    it('is asked within the time of the limit of each user once, however many sockets they have, and false ends all', async () => {
      const { host, gone, asked } = await givenLiving()
      const sockets: TestSocket[] = [await ready(host, 'alice'), await host.socket('alice')]
      const bob = await ready(host, 'bob')
      gone.add('alice')
      expect(asked).toEqual([])
      await pass(minute)
      expect(asked.sort()).toEqual(['alice', 'bob'])
      for (const socket of sockets) expect(await socket.ended()).toEqual({ code: 4401, reason: 'no longer welcome' })
      await bob.settled()
      expect(bob.closed).toBeUndefined()
      await pass(minute)
      expect(asked.sort()).toEqual(['alice', 'bob', 'bob'])
    })

    it('is asked about many not in one moment', async () => {
      expect(defaultLimits.recheckMinutes).toBe(15)
      const { host, asked } = await givenLiving()
      const people = Array.from({ length: 30 }, (_, n) => `user ${n}`)
      for (const userId of people) await ready(host, userId)
      const most: number[] = []
      for (let second = 0; second < 60; second += 1) {
        const before = asked.length
        await pass(1_000)
        most.push(asked.length - before)
      }
      expect([...asked].sort()).toEqual([...people].sort())
      expect(Math.max(...most)).toBeLessThan(15)
    })

    it('that throws is logged, and leaves the sockets open', async () => {
      const { host, logger } = await givenLiving({ isStillWelcome: () => Promise.reject(new Error('on fire')) })
      const alice = await ready(host, 'alice')
      await pass(minute)
      expect(logger.said).toEqual([[expect.stringContaining('isStillWelcome'), expect.any(Error)]])
      await alice.settled()
      expect(alice.closed).toBeUndefined()
    })
  })
})

describe('a socket that has ended', () => {
  it('does nothing more that it was asked', async () => {
    const host = await givenHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await openWith(host, await ticketOf(host))
    await alice.ready()
    alice.webSocket.pause()
    const disconnected = host.chat.disconnect('alice')
    alice.send({ type: 'message.send', id: '1', roomId, clientId: '1', text: 'too late' })
    await disconnected
    alice.webSocket.resume()
    await once(alice.webSocket, 'close')
    const { body } = await host.as('bob').get(`/rooms/${roomId}/messages`)
    expect(body.items.map(({ text }: { text: string }) => text)).not.toContain('too late')
  })
})
