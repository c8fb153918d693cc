import type { ChatOptions } from 'express-chat'
import { describe, expect, it, vi } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { databases, type TestDatabase } from '../databases.js'
import { givenDatabase, givenGroup, givenHost, quietLogger, revisionOf, say } from '../realtime/given.js'
import { Recorded } from './recorded.js'

const name = 'search-index'

/** Servers on one database, which look often for what others have committed. */
async function givenServers<Count extends number>(on: TestDatabase | undefined, count: Count) {
  const database = await givenDatabase(on)
  const options: Partial<ChatOptions<PrismaClient>> = { pollMs: 100, logger: quietLogger() }
  const servers = []
  for (let n = 0; n < count; n += 1) {
    servers.push(await givenHost(options, n === 0 ? database : { prisma: database.connect() }))
  }
  return servers
}

const ascends = (numbers: number[]) => numbers.every((each, n) => n === 0 || each > (numbers[n - 1] as number))

describe.each(databases)('a durable subscription, on $name', (on) => {
  it('is told each change once, in the order of revisions', async () => {
    const [host] = (await givenServers(on, 1)) as [Host]
    const roomId = await givenGroup(host, 'alice', 'bob')
    const recorded = new Recorded()
    await host.chat.subscribe(name, recorded.handler(), { from: 'start' }).ready()
    await say(host, 'alice', roomId, 20)
    await recorded.until(() => recorded.texts(roomId).length >= 20)
    await host.chat.rooms.update('alice', roomId, { name: 'Another' })
    const revision = await revisionOf(host, roomId)
    await recorded.until(() => recorded.in(roomId).at(-1)?.revision === revision)
    const revisions = recorded.in(roomId).map((event) => event.revision)
    expect(ascends(revisions)).toBe(true)
    expect(recorded.texts(roomId)).toHaveLength(20)
    const types = new Set(recorded.in(roomId).map(({ type }) => type))
    expect([...types].sort()).toEqual(['member.added', 'message.created', 'room.updated'])
  })

  it('begins with what happens from now on, or with all there is', async () => {
    const [host] = (await givenServers(on, 1)) as [Host]
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('alice', roomId, { text: 'before' })
    const [fromNow, fromStart] = [new Recorded(), new Recorded()]
    await host.chat.subscribe('now', fromNow.handler()).ready()
    await host.chat.subscribe('start', fromStart.handler(), { from: 'start' }).ready()
    await host.chat.messages.send('alice', roomId, { text: 'after' })
    const made = await givenGroup(host, 'alice')
    await host.chat.messages.send('alice', made, { text: 'in a new room' })
    for (const recorded of [fromNow, fromStart]) await recorded.until(() => recorded.texts(made).length > 0)
    for (const recorded of [fromNow, fromStart]) await recorded.until(() => recorded.texts(roomId).includes('after'))
    expect(fromNow.texts(roomId)).toEqual(['after'])
    expect(fromStart.texts(roomId)).toEqual(['before', 'after'])
  })

  it('goes on where it was, once there is a server again', async () => {
    const [first, second] = (await givenServers(on, 2)) as [Host, Host]
    const roomId = await givenGroup(first, 'alice', 'bob')
    const recorded = new Recorded()
    const subscription = first.chat.subscribe(name, recorded.handler())
    await subscription.ready()
    await first.chat.messages.send('alice', roomId, { text: '1' })
    await recorded.until(() => recorded.texts(roomId).length === 1)
    await subscription.close()
    await first.chat.messages.send('alice', roomId, { text: '2' })
    await first.chat.messages.send('alice', roomId, { text: '3' })
    second.chat.subscribe(name, recorded.handler())
    await recorded.until(() => recorded.texts(roomId).length >= 3)
    expect(recorded.texts(roomId)).toEqual(['1', '2', '3'])
  })

  it('is told what a server without it has committed, and what a transaction of the host has, if that commits', async () => {
    const [host, other] = (await givenServers(on, 2)) as [Host, Host]
    const roomId = await givenGroup(host, 'alice', 'bob')
    const recorded = new Recorded()
    await host.chat.subscribe(name, recorded.handler()).ready()
    await other.chat.messages.send('alice', roomId, { text: 'there' })
    await recorded.until(() => recorded.texts(roomId).length === 1)
    const undone = host.chat.transaction(async (_, chat) => {
      await chat.messages.send('alice', roomId, { text: 'undone' })
      throw new Error('rolled back')
    })
    await expect(undone).rejects.toThrow('rolled back')
    await host.chat.transaction((_, chat) => chat.messages.send('alice', roomId, { text: 'committed' }))
    await recorded.until(() => recorded.texts(roomId).length === 2)
    // Not even published: it is found by its commit.
    await host.prisma.$transaction((tx) => host.chat.within(tx).messages.send('alice', roomId, { text: 'within' }))
    await recorded.until(() => recorded.texts(roomId).length === 3)
    expect(recorded.texts(roomId)).toEqual(['there', 'committed', 'within'])
  })

  it('lets a room wait alone in which the handler throws, and tells it the same again before what came later', async () => {
    const [host] = (await givenServers(on, 1)) as [Host]
    const [bad, good] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')]
    const recorded = new Recorded()
    let isBroken = true
    const handler = recorded.handler((_, { roomId }) => {
      if (isBroken && roomId === bad) throw new Error('away')
    })
    await host.chat.subscribe(name, handler, { backoff: () => 50 }).ready()
    await host.chat.messages.send('alice', bad, { text: '1' })
    await recorded.until(() => recorded.calls.some(({ context }) => context.attempt >= 1))
    await say(host, 'alice', good, 3)
    await recorded.until(() => recorded.texts(good).length === 3)
    await host.chat.messages.send('alice', bad, { text: '2' })
    isBroken = false
    await recorded.until(() => recorded.texts(bad).includes('2'))
    const attempts = recorded.calls.flatMap(({ context }) => (context.roomId === bad ? [context.attempt] : []))
    expect(attempts.slice(0, 2)).toEqual([0, 1])
    const texts = recorded.texts(bad)
    expect(texts.filter((text) => text === '2')).toHaveLength(1)
    expect(texts.at(-2)).toBe('1')
    expect(recorded.texts(good).toSorted()).toEqual(['1', '2', '3'])
  })

  it('puts a room aside that failed too often, until that is retried or passed over', async () => {
    const [host] = (await givenServers(on, 1)) as [Host]
    const rooms = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')].toSorted()
    const [retried, skipped] = rooms as [string, string]
    const { subscriptions } = host.chat
    const recorded = new Recorded()
    let isBroken = true
    const handler = recorded.handler(() => {
      if (isBroken) throw new Error('a poison')
    })
    await host.chat.subscribe(name, handler, { attempts: 2, backoff: () => 10 }).ready()
    for (const roomId of rooms) await host.chat.messages.send('alice', roomId, { text: 'poison' })
    await recorded.until(() => recorded.calls.length === 4)
    const isAside = async () => (await subscriptions.failed(name)).items.length === 2
    await expect.poll(isAside, { timeout: 10_000 }).toBe(true)
    const failed = { attempts: 2, error: 'a poison', failedAt: expect.any(String), revision: expect.any(Number) }
    expect((await subscriptions.failed(name)).items).toEqual(rooms.map((roomId) => ({ roomId, ...failed })))
    const { items, nextCursor } = await subscriptions.failed(name, { limit: 1 })
    expect([items[0]?.roomId, nextCursor]).toEqual([retried, retried])
    expect((await subscriptions.failed(name, { cursor: retried })).items[0]?.roomId).toBe(skipped)
    expect(await subscriptions.list()).toMatchObject([{ name, behind: 2, failed: 2 }])
    isBroken = false
    for (const roomId of rooms) await host.chat.messages.send('alice', roomId, { text: 'then' })
    await subscriptions.skip(name, skipped)
    expect(await subscriptions.retry(name, retried)).toBe(1)
    await host.chat.messages.send('alice', skipped, { text: 'last' })
    await recorded.until(() => recorded.texts(retried).includes('then') && recorded.texts(skipped).includes('last'))
    expect(recorded.texts(retried)).toEqual(['poison', 'poison', 'poison', 'then'])
    expect(recorded.texts(skipped)).toEqual(['poison', 'poison', 'last'])
    await expect(subscriptions.skip(name, skipped)).rejects.toMatchObject({ code: 'not_found' })
    await expect.poll(() => subscriptions.list()).toMatchObject([{ name, behind: 0, failed: 0 }])
  })

  it('is told by one of several servers at a time in each room, all of it once', async () => {
    const servers = (await givenServers(on, 3)) as [Host, Host, Host]
    const rooms = await Promise.all([1, 2, 3, 4].map(() => givenGroup(servers[0], 'alice', 'bob')))
    const recorded = new Recorded()
    for (const { chat } of servers) {
      // A small batch, so that each room is held for several.
      await chat.subscribe(name, recorded.handler(), { batch: 3 }).ready()
    }
    const said = servers.flatMap((server, n) =>
      rooms.flatMap((roomId) =>
        Array.from({ length: 10 }, (_, m) => server.chat.messages.send('alice', roomId, { text: `${n} ${m}` })),
      ),
    )
    await Promise.all(said)
    await recorded.until(() => rooms.every((roomId) => recorded.texts(roomId).length >= 30))
    for (const roomId of rooms) {
      expect(new Set(recorded.texts(roomId)).size).toBe(30)
      expect(recorded.texts(roomId)).toHaveLength(30)
      expect(ascends(recorded.in(roomId).map(({ revision }) => revision))).toBe(true)
    }
    expect(recorded.overlaps).toBe(0)
  })

  it('is told nothing by a server while another one tells the room, and all of it after that', async () => {
    const [slow, other] = (await givenServers(on, 2)) as [Host, Host]
    const [held, free] = [await givenGroup(slow, 'alice', 'bob'), await givenGroup(slow, 'alice', 'bob')]
    const [there, here] = [new Recorded(), new Recorded()]
    let goOn = () => {}
    const stuck = new Promise<void>((resolve) => {
      goOn = resolve
    })
    await slow.chat
      .subscribe(
        name,
        there.handler(() => stuck),
      )
      .ready()
    await slow.chat.messages.send('alice', held, { text: '1' })
    await there.until(() => there.calls.length === 1)
    await other.chat.subscribe(name, here.handler()).ready()
    await other.chat.messages.send('alice', held, { text: '2' })
    await other.chat.messages.send('alice', free, { text: 'looked at after it' })
    await here.until(() => here.texts(free).length + there.texts(free).length === 1)
    expect(here.texts(held)).toEqual([])
    goOn()
    await here.until(() => here.texts(held).length + there.texts(held).length === 2)
    expect([...there.texts(held), ...here.texts(held)]).toEqual(['1', '2'])
  })

  it('is told by another server what one has held for too long, and that one notes nothing any more', async () => {
    const [stalled, other] = (await givenServers(on, 2)) as [Host, Host]
    const roomId = await givenGroup(stalled, 'alice', 'bob')
    const [there, here] = [new Recorded(), new Recorded()]
    let goOn = () => {}
    const stuck = new Promise<void>((resolve) => {
      goOn = resolve
    })
    await stalled.chat
      .subscribe(
        name,
        there.handler(() => stuck),
      )
      .ready()
    await stalled.chat.messages.send('alice', roomId, { text: '1' })
    await there.until(() => there.calls.length === 1)
    await other.chat.subscribe(name, here.handler()).ready()
    // What the clock of the database does in 15 s, in which the stalled server says nothing.
    await other.prisma.chatSubscriptionPosition.updateMany({ data: { heldUntil: 1 } })
    await here.until(() => here.texts(roomId).length === 1)
    await other.chat.messages.send('alice', roomId, { text: '2' })
    await here.until(() => here.texts(roomId).length === 2)
    goOn()
    await other.chat.messages.send('alice', roomId, { text: '3' })
    await here.until(() => [...here.texts(roomId), ...there.texts(roomId)].includes('3'))
    expect(here.texts(roomId).slice(0, 2)).toEqual(['1', '2'])
    expect([...here.texts(roomId), ...there.texts(roomId)].filter((text) => text === '2')).toHaveLength(1)
  })

  it('is told what is deleted, a message by its tombstone, and a room as its last', async () => {
    const [host] = (await givenServers(on, 1)) as [Host]
    const roomId = await givenGroup(host, 'alice', 'bob')
    const recorded = new Recorded()
    await host.chat.subscribe(name, recorded.handler()).ready()
    const { id } = await host.chat.messages.send('alice', roomId, { text: 'gone soon' })
    await recorded.until(() => recorded.texts(roomId).length === 1)
    await host.chat.messages.delete('alice', roomId, id)
    await recorded.until(() => recorded.in(roomId).at(-1)?.type === 'message.deleted')
    expect(recorded.in(roomId).at(-1)).toMatchObject({ message: { id, text: '' } })
    await host.chat.rooms.delete('alice', roomId)
    await recorded.until(() => recorded.in(roomId).at(-1)?.type === 'room.deleted')
  })
})

type Host = Awaited<ReturnType<typeof givenHost>>

describe('a durable subscription', () => {
  it('is held for longer, as long as its handler runs', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const [host] = (await givenServers(undefined, 1)) as [Host]
    const roomId = await givenGroup(host, 'alice', 'bob')
    const recorded = new Recorded()
    let goOn = () => {}
    const stuck = new Promise<void>((resolve) => {
      goOn = resolve
    })
    await host.chat
      .subscribe(
        name,
        recorded.handler(() => stuck),
      )
      .ready()
    await host.chat.messages.send('alice', roomId, { text: 'said' })
    await recorded.until(() => recorded.calls.length === 1)
    const heldUntil = async () =>
      (await host.prisma.chatSubscriptionPosition.findFirst({ where: { roomId } }))?.heldUntil
    await host.prisma.chatSubscriptionPosition.updateMany({ data: { heldUntil: 2 } })
    vi.advanceTimersByTime(5_000)
    await expect.poll(heldUntil).toBeGreaterThan(Date.now())
    goOn()
    await expect.poll(heldUntil).toBe(0)
  })

  it('is told only the types that it names, and passes over the others', async () => {
    const [host] = (await givenServers(undefined, 1)) as [Host]
    const roomId = await givenGroup(host, 'alice', 'bob')
    const recorded = new Recorded()
    const types = ['message.created'] as const
    const texts: string[] = []
    await host.chat
      .subscribe(
        name,
        (events, context) => {
          // The types of the events follow from those that are named.
          for (const { message } of events) texts.push(message.kind === 'user' ? message.text : 'of the system')
          return recorded.handler()(events, context)
        },
        { types },
      )
      .ready()
    await host.chat.rooms.update('alice', roomId, { name: 'Another' })
    await host.chat.messages.send('alice', roomId, { text: 'said' })
    await recorded.until(() => recorded.in(roomId).length > 1)
    expect(texts).toEqual(['of the system', 'said'])
    expect(recorded.in(roomId).map(({ type }) => type)).toEqual(['message.created', 'message.created'])
    await expect.poll(() => host.chat.subscriptions.list()).toMatchObject([{ behind: 0 }])
  })

  it('is told again once the wait is over, though the room has not moved of late', async () => {
    const [host] = (await givenServers(undefined, 1)) as [Host]
    const roomId = await givenGroup(host, 'alice', 'bob')
    const recorded = new Recorded()
    const handler = recorded.handler((_, { attempt }) => {
      if (attempt === 0) throw new Error('away')
    })
    await host.chat.subscribe(name, handler, { backoff: () => 500 }).ready()
    await host.chat.messages.send('alice', roomId, { text: 'said' })
    await recorded.until(() => recorded.calls.length === 1)
    await host.prisma.chatRoom.updateMany({ data: { changedAt: 0 } })
    await recorded.until(() => recorded.calls.length === 2)
    expect(recorded.texts(roomId)).toEqual(['said', 'said'])
  })

  it('has its running handlers end before the chat is closed, and tells them so', async () => {
    const [host, next] = (await givenServers(undefined, 2)) as [Host, Host]
    const roomId = await givenGroup(host, 'alice', 'bob')
    const recorded = new Recorded()
    const untilStopped = recorded.handler(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('to stop')))
        }),
    )
    await host.chat.subscribe(name, untilStopped).ready()
    await host.chat.messages.send('alice', roomId, { text: 'said' })
    await recorded.until(() => recorded.calls.length === 1)
    await host.chat.close()
    await next.chat.subscribe(name, recorded.handler()).ready()
    await recorded.until(() => recorded.calls.length === 2)
    // It did not fail, it was to stop.
    expect(recorded.calls.map(({ context }) => context.attempt)).toEqual([0, 0])
    expect(recorded.texts(roomId)).toEqual(['said', 'said'])
  })

  it('begins anew once it was deleted, which it is not while it runs', async () => {
    const [host] = (await givenServers(undefined, 1)) as [Host]
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('alice', roomId, { text: 'said' })
    const recorded = new Recorded()
    const subscription = host.chat.subscribe(name, recorded.handler(), { from: 'start' })
    await recorded.until(() => recorded.texts(roomId).length === 1)
    const { subscriptions } = host.chat
    await expect(subscriptions.delete(name)).rejects.toMatchObject({ code: 'conflict' })
    await subscription.close()
    await subscriptions.delete(name)
    await expect(subscriptions.delete(name)).rejects.toMatchObject({ code: 'not_found' })
    expect(await subscriptions.list()).toEqual([])
    host.chat.subscribe(name, recorded.handler(), { from: 'start' })
    await recorded.until(() => recorded.texts(roomId).length === 2)
  })

  it('is refused with what to give instead', async () => {
    const [host] = (await givenServers(undefined, 1)) as [Host]
    const { chat } = host
    const nothing = () => undefined
    expect(() => chat.subscribe('two words', nothing)).toThrow(/"two words"; give 1–100 of/)
    expect(() => chat.subscribe(name, undefined as never)).toThrow(/no function/)
    expect(() => chat.subscribe(name, nothing, { from: 'then' as never })).toThrow(/'now' or 'start'/)
    expect(() => chat.subscribe(name, nothing, { types: ['typing' as never] })).toThrow(/"typing"; give of message/)
    expect(() => chat.subscribe(name, nothing, { attempts: 0 })).toThrow(/attempts .* 0; .* from 1 to 1000/)
    expect(() => chat.subscribe(name, nothing, { batch: 501 })).toThrow(/batch .* from 1 to 500/)
    expect(() => chat.subscribe(name, nothing, { concurrency: 1.5 })).toThrow(/concurrency .* from 1 to 100/)
    chat.subscribe(name, nothing)
    expect(() => chat.subscribe(name, nothing)).toThrow(/on this server already/)
    await chat.close()
    expect(() => chat.subscribe('another', nothing)).toThrow(/closed/)
  })
})
