import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import type { TestHost } from '../host.js'
import { givenGroup, revisionOf, say } from '../realtime/given.js'
import { givenServers, name } from './given.js'
import { Recorded } from './recorded.js'

const ascends = (numbers: number[]) => numbers.every((each, n) => n === 0 || each > (numbers[n - 1] as number))

describe.each(databases)('a durable subscription, on $name', (on) => {
  it('is told each change once, in the order of revisions', async () => {
    const [host] = (await givenServers(on, 1)) as [TestHost]
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
    const [host] = (await givenServers(on, 1)) as [TestHost]
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
    const [first, second] = (await givenServers(on, 2)) as [TestHost, TestHost]
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
    const [host, other] = (await givenServers(on, 2)) as [TestHost, TestHost]
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
    // Nothing but its beginning happens in it.
    const made = await givenGroup(other, 'bob', 'alice')
    await recorded.until(() => recorded.in(made).length > 0)
  })

  it('lets a room wait alone in which the handler throws, and tells it the same again before what came later', async () => {
    const [host] = (await givenServers(on, 1)) as [TestHost]
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
    const [host] = (await givenServers(on, 1)) as [TestHost]
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
    await expect.poll(isAside).toBe(true)
    const failed = { attempts: 2, error: 'a poison', failedAt: expect.any(String), revision: expect.any(Number) }
    expect((await subscriptions.failed(name)).items).toEqual(rooms.map((roomId) => ({ roomId, ...failed })))
    const { items, nextCursor } = await subscriptions.failed(name, { limit: 1 })
    expect(items[0]?.roomId).toBe(retried)
    const rest = await subscriptions.failed(name, { cursor: `${nextCursor}` })
    expect([rest.items.map(({ roomId }) => roomId), rest.nextCursor]).toEqual([[skipped], null])
    const another = subscriptions.failed('another', { cursor: `${nextCursor}` })
    await expect(another).rejects.toMatchObject({ code: 'invalid_request' })
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
    const servers = (await givenServers(on, 3)) as [TestHost, TestHost, TestHost]
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
    const [slow, other] = (await givenServers(on, 2)) as [TestHost, TestHost]
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
    const [stalled, other] = (await givenServers(on, 2)) as [TestHost, TestHost]
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
    const [host] = (await givenServers(on, 1)) as [TestHost]
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
