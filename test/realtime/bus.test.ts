import { type Bus, memoryBus } from 'express-chat'
import { describe, expect, it, vi } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import type { TestHost } from '../host.js'
import type { Frame, TestSocket } from '../socket.js'
import { givenDatabase, givenGroup, givenHost, quietLogger, ready, say } from './given.js'
import { holding, readsChanges } from './holding.js'
import { followed } from './stream.js'

/** Two servers with a bus between them, whose polls never come. */
async function twoServers(bus: Bus = memoryBus(), on?: TestDatabase) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const database = await givenDatabase(on)
  const logger = quietLogger()
  const client = holding(database.connect())
  const here = await givenHost({ bus, logger }, { prisma: database.prisma })
  const there = await givenHost({ bus, logger }, client)
  return { here, there, client, logger }
}

const ofType = ({ frames }: TestSocket, type: string): Frame[] => frames.filter((frame) => frame.type === type)

/** What was told is published by then. */
const turn = async () => {
  for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** A bus of which a test can see and say everything. */
function openBus() {
  const inner = memoryBus()
  const published: string[] = []
  const publish = (hint: string) => {
    published.push(hint)
    return inner.publish(hint)
  }
  return { ...inner, published, publish }
}

describe.each(databases)('with a bus, on $name', (on) => {
  it('what another server does arrives without a poll', async () => {
    const { here, there } = await twoServers(memoryBus(), on)
    const roomId = await givenGroup(here, 'alice', 'bob')
    const alice = await ready(here, 'alice')
    const seen = alice.frames[0].rooms[roomId].revision
    for (const text of ['1', '2', '3']) await there.chat.messages.send('bob', roomId, { text })
    await there.chat.rooms.update('alice', roomId, { name: 'Renamed there' })
    await alice.until(() => alice.events(roomId).at(-1)?.message?.system?.type === 'room.renamed', 'the new name')
    expect(followed(alice.frames, roomId, seen)).toBe(seen + 5)
  })

  it('a room becomes mine, and no longer mine, without a poll', async () => {
    const { here, there } = await twoServers(memoryBus(), on)
    const roomId = await givenGroup(there, 'alice')
    const bob = await ready(here, 'bob')
    await there.chat.members.add('alice', roomId, { userId: 'bob' })
    expect((await bob.next('room.joined')).room.id).toBe(roomId)
    await there.chat.members.remove('alice', roomId, 'bob')
    expect(await bob.next('room.left')).toEqual({ type: 'room.left', roomId, reason: 'removed' })
    const { id } = await there.chat.rooms.create('alice', { type: 'private', userIds: ['bob'] })
    expect((await bob.next('room.joined')).room.id).toBe(id)
  })
})

describe('with a bus', () => {
  it('reading and muting on one server is told to the other devices, and to the others in the room', async () => {
    const { here, there } = await twoServers()
    const roomId = await givenGroup(here, 'alice', 'bob')
    await say(here, 'alice', roomId, 2)
    const [phone, alice, laptop] = [await ready(here, 'bob'), await ready(here, 'alice'), await ready(there, 'bob')]
    await laptop.command('read', { roomId, seq: 2 })
    expect(await phone.next('me.updated')).toMatchObject({ roomId, me: { lastReadSeq: 2 } })
    expect(await alice.next('read')).toEqual({ type: 'read', roomId, userId: 'bob', lastReadSeq: 2 })
    await there.chat.members.update('bob', roomId, 'bob', { muted: true })
    expect(await phone.next('me.updated')).toMatchObject({ roomId, me: { muted: true } })
    expect(ofType(laptop, 'me.updated')).toHaveLength(2)
    expect(ofType(alice, 'me.updated')).toEqual([])
  })

  it('following a thread and reading it on one server is told to the other devices, and to nobody else', async () => {
    const { here, there } = await twoServers()
    const roomId = await givenGroup(here, 'alice', 'bob')
    const { id: messageId } = await here.chat.messages.send('bob', roomId, { text: 'A thread' })
    await here.chat.messages.send('alice', roomId, { text: 'Yes', threadId: messageId })
    const [phone, alice, laptop] = [await ready(here, 'bob'), await ready(here, 'alice'), await ready(there, 'bob')]
    const thread = `/rooms/${roomId}/messages/${messageId}/thread`
    const read = (await there.as('bob').patch(`${thread}/me`, { lastReadSeq: 1 })).body
    const told = { type: 'thread.updated', roomId, messageId }
    for (const device of [phone, laptop]) expect(await device.next('thread.updated')).toEqual({ ...told, me: read })
    expect(read).toMatchObject({ isFollowing: true, lastReadSeq: 1 })
    await there.as('bob').delete(`${thread}/following`)
    for (const device of [phone, laptop]) expect((await device.next('thread.updated')).me.isFollowing).toBe(false)
    // Whom an edit calls is told by the bus, and whom a reply calls by the reply.
    await there.chat.messages.edit('bob', roomId, messageId, { mentions: ['alice'] })
    expect(await alice.next('thread.updated')).toMatchObject({ ...told, me: { isFollowing: true } })
    await there.chat.messages.send('alice', roomId, { text: '@Bob', threadId: messageId, mentions: ['bob'] })
    expect(await phone.next('message.created')).toMatchObject({ message: { threadId: messageId, mentions: ['bob'] } })
    expect(ofType(phone, 'thread.updated')).toHaveLength(2)
    expect(ofType(alice, 'thread.updated')).toHaveLength(1)
  })

  it('typing on one server is told on the other, and ends there with the message, the socket or the time', async () => {
    const { here, there } = await twoServers()
    const roomId = await givenGroup(here, 'alice', 'bob', 'carol')
    const [alice, bob] = [await ready(here, 'alice'), await ready(there, 'bob')]
    const types = async (isTyping = true) => {
      await bob.command('typing', { roomId, isTyping })
      return (await alice.next('typing')).userIds
    }
    expect(await types()).toEqual(['bob'])
    expect(await types(false)).toEqual([])
    expect(await types()).toEqual(['bob'])
    await there.chat.messages.send('bob', roomId, { text: 'said' })
    expect((await alice.next('typing')).userIds).toEqual([])
    expect(await types()).toEqual(['bob'])
    vi.useRealTimers()
    await bob.close()
    expect((await alice.next('typing')).userIds).toEqual([])
  })

  it('signing out ends the sockets on every server', async () => {
    const { here, there } = await twoServers()
    const [phone, laptop, bob] = [await ready(here, 'alice'), await ready(there, 'alice'), await ready(there, 'bob')]
    here.chat.disconnect('alice')
    expect(await phone.ended()).toEqual({ code: 4401, reason: 'signed out' })
    expect(await laptop.ended()).toEqual({ code: 4401, reason: 'signed out' })
    await bob.settled()
    expect(bob.closed).toBeUndefined()
  })

  it('what the bus lost is looked for as soon as something comes behind it', async () => {
    const bus = openBus()
    const { publish } = bus
    let loses = false
    bus.publish = (hint) => (loses ? undefined : publish(hint))
    const { here, there } = await twoServers(bus)
    const [roomId, other] = [await givenGroup(here, 'alice', 'bob'), await givenGroup(here, 'bob', 'carol')]
    const alice = await ready(here, 'alice')
    // Heard of by now, so that what is lost is a hole.
    await say(there, 'bob', roomId, 1, 'before')
    await alice.next('message.created')
    loses = true
    await say(there, 'bob', roomId, 1, 'lost')
    await turn()
    loses = false
    await say(there, 'bob', other, 1, 'elsewhere')
    await alice.until(() => alice.events(roomId).some(({ message }) => message?.text === 'lost'), 'what was lost')
  })

  it('hints of one turn of the event loop go out as one, and hold ids only', async () => {
    const bus = openBus()
    const { here } = await twoServers(bus)
    const roomId = await givenGroup(here, 'alice', 'bob')
    await vi.waitFor(() => expect(bus.published.length).toBeGreaterThan(0))
    bus.published.length = 0
    await say(here, 'alice', roomId, 50, 'a secret text')
    await vi.waitFor(() => expect(bus.published.length).toBeGreaterThan(0))
    expect(bus.published.length).toBeLessThan(5)
    expect(bus.published.join()).toContain(roomId)
    expect(bus.published.join()).not.toContain('secret')
  })

  it('many hints are split so that each fits into a notification of PostgreSQL', async () => {
    const bus = openBus()
    const { here, there } = await twoServers(bus)
    const names = Array.from({ length: 49 }, (_, n) => `${n} ${'图'.repeat(150)}`)
    for (const name of names) await here.chat.users.save({ id: name, name })
    const last = await ready(there, names.at(-1) as string, { headers: { 'x-user': 'bob' } })
    const bob = last
    await here.chat.rooms.create('alice', { type: 'group', name: 'All', userIds: [...names, 'bob'] })
    await bob.next('room.joined')
    expect(Math.max(...bus.published.map((hint) => Buffer.byteLength(hint)))).toBeLessThanOrEqual(7_900)
    expect(bus.published.length).toBeGreaterThan(3)
  })

  it('what is not a hint of this chat is passed over', async () => {
    const bus = openBus()
    const { here, there, logger } = await twoServers(bus)
    const strange = await givenHost({ bus, secret: 'another secret, of more than 32 characters' })
    const alice = await ready(here, 'alice')
    strange.chat.disconnect('alice')
    await vi.waitFor(() => expect(bus.published.join()).toContain('signedOut'))
    const [foreign = ''] = bus.published.filter((hint) => hint.includes('signedOut'))
    const roomId = await givenGroup(there, 'bob', 'alice', 'carol')
    await alice.next('room.joined')
    const typing = { type: 'typing', roomId, userId: 'carol', isTyping: true, revision: 0 }
    const forged = JSON.stringify(['a-node-that-is-none', 1, Date.now(), [typing]])
    for (const hint of [
      '',
      '{',
      'x'.repeat(100),
      foreign.slice(43),
      'a'.repeat(43) + forged,
      foreign.slice(0, 43) + forged,
    ]) {
      await bus.publish(hint)
    }
    await say(there, 'bob', roomId, 1)
    await alice.next('message.created')
    expect(ofType(alice, 'typing')).toEqual([])
    expect(alice.closed).toBeUndefined()
    expect(logger.said).toEqual([])
  })

  it('that takes nothing, nobody waits for, and what it rejects with is said once', async () => {
    let reject = (_: Error) => {}
    const bus = { ...openBus(), publish: () => new Promise<void>((_, rejects) => (reject = rejects)) }
    const { here, logger } = await twoServers(bus)
    const roomId = await givenGroup(here, 'alice', 'bob')
    await say(here, 'alice', roomId, 20)
    for (let n = 0; n < 5; n += 1) {
      reject(new Error('no'))
      await say(here, 'alice', roomId, 1)
    }
    await vi.waitFor(() => expect(logger.said).toHaveLength(1))
    expect(logger.said[0]?.[0]).toContain('the bus does not work')
    bus.publish = async () => undefined
    reject(new Error('no'))
  })

  it('that is dead is as good as none: what another server does is found as soon as without one', async () => {
    const { here, there } = await twoServers({ subscribe: () => () => undefined, publish: () => undefined })
    const roomId = await givenGroup(here, 'alice', 'bob')
    const alice = await ready(here, 'alice')
    await there.chat.messages.send('bob', roomId, { text: 'hello' })
    await vi.advanceTimersByTimeAsync(1_000)
    await alice.until(() => alice.events(roomId).some(({ message }) => message?.text === 'hello'), 'the message')
  })

  it('that cannot be subscribed to does not keep the chat from working, and is tried again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
    const inner = memoryBus()
    let tries = 0
    const subscribe: Bus['subscribe'] = async (listen) => {
      tries += 1
      if (tries === 1) throw new Error('not now')
      return inner.subscribe(listen)
    }
    const logger = quietLogger()
    const database = await givenDatabase()
    const there = await givenHost({ bus: inner }, { prisma: database.connect() })
    const here = await givenHost({ bus: { ...inner, subscribe }, logger }, database)
    const roomId = await givenGroup(here, 'alice', 'bob')
    const alice = await ready(here, 'alice')
    expect(logger.said).toHaveLength(1)
    vi.advanceTimersByTime(5_000)
    vi.useRealTimers()
    await vi.waitFor(() => expect(tries).toBe(2))
    await say(there, 'bob', roomId, 1)
    await alice.next('message.created')
  })
})

describe('the fence', () => {
  it('holds on a server that is late: what came after a removal is never told to who was removed', async () => {
    const { here, there, client } = await twoServers()
    const roomId = await givenGroup(here, 'alice', 'bob', 'carol', 'dave')
    const [bob, carol] = [await ready(there, 'bob'), await ready(there, 'carol')]
    // From here on the other server learns nothing, and is told everything.
    const late = client.hold(readsChanges, { before: true })
    await here.chat.members.remove('alice', roomId, 'bob')
    await late.reached
    await here.chat.messages.send('alice', roomId, { text: 'after he went' })
    const dave = await ready(here, 'dave')
    await dave.command('typing', { roomId, isTyping: true })
    await dave.command('read', { roomId, seq: 100 })
    await here.chat.messages.send('alice', roomId, { text: 'and more' })
    await there.chat.messages.send('carol', roomId, { text: 'said there' })
    await bob.settled()
    expect(bob.frames.filter((frame) => frame.roomId === roomId)).toEqual([])
    late.release()
    expect(await bob.next('room.left')).toEqual({ type: 'room.left', roomId, reason: 'removed' })
    await carol.until(() => carol.events(roomId).some(({ message }) => message?.text === 'said there'), 'all of it')
    await bob.settled()
    expect(bob.frames.filter((frame) => frame.roomId === roomId)).toHaveLength(1)
    expect(ofType(carol, 'read')).toHaveLength(1)
  })

  it('holds for what is typed and read on the late server itself', async () => {
    const { here, there } = await twoServers({ publish: () => undefined, subscribe: () => () => undefined })
    const roomId = await givenGroup(here, 'alice', 'bob', 'carol')
    await say(here, 'alice', roomId, 1)
    const [bob, carol] = [await ready(there, 'bob'), await ready(there, 'carol')]
    await here.chat.members.remove('alice', roomId, 'bob')
    await carol.command('typing', { roomId, isTyping: true })
    await carol.command('read', { roomId, seq: 100 })
    await carol.next('typing')
    expect(await bob.next('room.left')).toMatchObject({ roomId })
    await bob.settled()
    expect(bob.frames.filter((frame) => frame.roomId === roomId)).toHaveLength(1)
  })

  it('holds for a name that goes by itself', async () => {
    const { here, there } = await twoServers({ publish: () => undefined, subscribe: () => () => undefined })
    vi.useFakeTimers({
      toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'],
      shouldAdvanceTime: true,
    })
    const roomId = await givenGroup(here, 'alice', 'bob', 'carol')
    const [bob, carol] = [await ready(there, 'bob'), await ready(there, 'carol')]
    await carol.command('typing', { roomId, isTyping: true })
    await bob.next('typing')
    await here.chat.members.remove('alice', roomId, 'bob')
    vi.advanceTimersByTime(6_000)
    vi.useRealTimers()
    expect((await carol.next('typing')).userIds).toEqual(['carol'])
    await say(there, 'carol', roomId, 1)
    expect((await carol.next('typing')).userIds).toEqual([])
    await bob.next('room.left')
    await bob.settled()
    expect(ofType(bob, 'typing')).toHaveLength(1)
  })
})

describe('a ticket', () => {
  it.each(databases)('opens one socket, whichever servers it is shown to at once, on $name', async (on) => {
    const { here, there } = await twoServers(memoryBus(), on)
    for (let n = 0; n < 5; n += 1) {
      const { ticket } = (await here.as('alice').post('/ws-ticket')).body
      const open = (host: TestHost) => host.socket(null, { protocols: ['chat.v1', `ticket.${ticket}`] })
      const opened = await Promise.allSettled([open(here), open(there), open(here), open(there)])
      expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const each of opened) if (each.status === 'rejected') expect(each.reason.status).toBe(401)
    }
  })
})
