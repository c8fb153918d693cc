import { memoryBus, type SubscribeOptions } from 'express-chat'
import { describe, expect, it, vi } from 'vitest'
import type { TestHost } from '../host.js'
import { givenDatabase, givenGroup, givenHost, quietLogger } from '../realtime/given.js'
import { givenServers, name } from './given.js'
import { Recorded } from './recorded.js'

describe('a durable subscription', () => {
  it('is held for longer, as long as its handler runs', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const [host] = (await givenServers(undefined, 1)) as [TestHost]
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

  it('is told at once what another server has committed, where a bus says so', async () => {
    const database = await givenDatabase()
    const options = { pollMs: 60_000, bus: memoryBus(), logger: quietLogger() }
    const host = await givenHost(options, database)
    const other = await givenHost(options, { prisma: database.connect() })
    const roomId = await givenGroup(other, 'alice', 'bob')
    const recorded = new Recorded()
    await host.chat.subscribe(name, recorded.handler()).ready()
    await other.chat.messages.send('alice', roomId, { text: 'there' })
    await recorded.until(() => recorded.texts(roomId).length === 1)
  })

  it('is told only the rooms that it names, and passes over the others for good', async () => {
    const [host] = (await givenServers(undefined, 1)) as [TestHost]
    const [named, not] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')]
    const [some, all] = [new Recorded(), new Recorded()]
    const subscription = host.chat.subscribe(name, some.handler(), { from: 'start', rooms: { ids: [named] } })
    for (const roomId of [not, named]) await host.chat.messages.send('alice', roomId, { text: '1' })
    await some.until(() => some.texts(named).length === 1)
    await expect.poll(() => host.chat.subscriptions.list()).toMatchObject([{ behind: 0 }])
    await subscription.close()
    await host.chat.subscribe(name, all.handler()).ready()
    await host.chat.messages.send('alice', not, { text: '2' })
    await all.until(() => all.texts(not).length > 0)
    expect([some.texts(not), all.texts(not)]).toEqual([[], ['2']])
  })

  it('is told only the types that it names, and passes over the others', async () => {
    const [host] = (await givenServers(undefined, 1)) as [TestHost]
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
    const [host] = (await givenServers(undefined, 1)) as [TestHost]
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
    const [host, next] = (await givenServers(undefined, 2)) as [TestHost, TestHost]
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
    const [host] = (await givenServers(undefined, 1)) as [TestHost]
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
    const [host] = (await givenServers(undefined, 1)) as [TestHost]
    const { chat } = host
    const nothing = () => undefined
    expect(() => chat.subscribe('two words', nothing)).toThrow(/"two words"; give 1–100 of/)
    expect(() => chat.subscribe('webhook:orders', nothing)).toThrow(/those of the option webhooks/)
    expect(() => chat.subscribe(name, undefined as never)).toThrow(/undefined; give a function \(events, context\)/)
    const refused: [SubscribeOptions, RegExp][] = [
      [{ from: 'then' as never }, /from is "then"; give now, start/],
      [{ types: ['typing' as never] }, /types\[0\] is "typing"; give message\.created, /],
      [{ attempts: 0 }, /attempts is 0; give 1 to 1000/],
      [{ batch: 501 }, /batch is 501; give 1 to 500/],
      [{ concurrency: 1.5 }, /concurrency is 1\.5; give a whole number from 1 to 100/],
      [{ backoff: 5 as never }, /backoff is 5; give a function/],
      [{ rooms: { types: ['public' as never] } }, /rooms\.types\[0\] is "public"; give private, group, channel/],
      [{ rooms: ['a'] as never }, /rooms is a list; give \{ ids \}, /],
      [{ attempt: 3 } as never, /did you mean chat\.subscribe\.attempts\?/],
    ]
    for (const [options, mend] of refused) expect(() => chat.subscribe(name, nothing, options)).toThrow(mend)
    chat.subscribe(name, nothing)
    expect(() => chat.subscribe(name, nothing)).toThrow(/on this server already/)
    await chat.close()
    expect(() => chat.subscribe('another', nothing)).toThrow(/closed/)
  })
})
