import type { ChatApi } from 'express-chat'
import { describe, expect, it, vi } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import type { TestSocket } from '../socket.js'
import { givenDatabase, givenGroup, givenHost, ready, say } from './given.js'
import { holding, nextPoll, readsChanges, readsOwnChanges, seesRoom } from './holding.js'
import { followed } from './stream.js'

/** Two servers on one database with no bus between them, and the clock of their safety polls in our hands. */
async function twoServers(on?: TestDatabase) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const database = await givenDatabase(on)
  const client = holding(database.prisma)
  const here = await givenHost({}, client)
  const there = await givenHost({}, { prisma: database.connect() })
  return { here, there, client, poll: () => nextPoll(client) }
}

describe.each(databases)('what another server does, on $name', (on) => {
  it('arrives with the next poll: once, complete and in order', async () => {
    const { here, there, poll } = await twoServers(on)
    const roomId = await givenGroup(here, 'alice', 'bob')
    const alice = await ready(here, 'alice')
    const seen = alice.frames[0].rooms[roomId].revision
    await say(there, 'bob', roomId, 3)
    await there.chat.rooms.update('alice', roomId, { name: 'Renamed there' })
    await alice.settled()
    expect(alice.events(roomId)).toEqual([])
    await poll()
    await alice.next('room.updated')
    expect(alice.events(roomId).map((event) => event.revision)).toEqual([1, 2, 3, 4, 5].map((n) => seen + n))
    await poll()
    await say(here, 'alice', roomId, 1, 'and on')
    await alice.until(() => alice.events(roomId).at(-1)?.message?.text === 'and on', 'what is said here')
    expect(followed(alice.frames, roomId, seen)).toBe(seen + 6)
  })

  it('arrives with the next poll after its commit, though it was written before polls that could not see it', async () => {
    const { here, there, poll } = await twoServers(on)
    const roomId = await givenGroup(here, 'alice', 'bob')
    const other = await givenGroup(here, 'alice', 'bob')
    const alice = await ready(here, 'alice')
    let commit = () => {}
    const held = new Promise<void>((resolve) => {
      commit = resolve
    })
    let sending: Promise<unknown> = Promise.resolve()
    await new Promise<void>((resolve) => {
      sending = there.chat.transaction(async (_, chat) => {
        await chat.messages.send('bob', roomId, { text: 'late' })
        resolve()
        await held
      })
    })
    for (let n = 0; n < 3; n += 1) {
      await poll()
      await alice.settled()
    }
    expect(alice.events(roomId)).toEqual([])
    commit()
    await sending
    await poll()
    await alice.next('message.created')
    expect(alice.events(roomId).map(({ message }) => message.text)).toEqual(['late'])
    expect(alice.events(other)).toEqual([])
  })

  it('arrives without a poll, before what comes after it here', async () => {
    const { here, there } = await twoServers(on)
    const roomId = await givenGroup(here, 'alice', 'bob')
    const alice = await ready(here, 'alice')
    await say(there, 'bob', roomId, 1, 'there')
    await say(here, 'bob', roomId, 1, 'here')
    await alice.until(() => alice.events(roomId).length === 2, 'both')
    expect(alice.events(roomId).map((event) => event.message.text)).toEqual(['there', 'here'])
  })

  it('of threads arrives with what is said there; how far I have read in them elsewhere is there to be read', async () => {
    const { here, there, poll } = await twoServers(on)
    const roomId = await givenGroup(here, 'alice', 'bob')
    const { id: messageId } = await here.chat.messages.send('bob', roomId, { text: 'A thread' })
    const bob = await ready(here, 'bob')
    await there.chat.messages.send('alice', roomId, { text: 'Yes', threadId: messageId })
    const read = await there.chat.threads.markRead('bob', roomId, messageId, 1)
    await say(there, 'alice', roomId, 1, 'and on')
    await poll()
    await bob.until(() => bob.events(roomId).at(-1)?.message?.text === 'and on', 'what is said there')
    expect(bob.events(roomId).map(({ type, message }) => [type, message.text, message.thread?.lastSeq])).toEqual([
      ['message.created', 'Yes', undefined],
      ['message.updated', 'A thread', 1],
      ['message.created', 'and on', undefined],
    ])
    expect(bob.frames.some(({ type }) => type === 'thread.updated')).toBe(false)
    expect(await here.chat.threads.me('bob', roomId, messageId)).toEqual({ ...read, revision: read.revision + 1 })
  })

  it('makes a room mine, or no longer mine', async () => {
    const { here, there, poll } = await twoServers(on)
    const [added, removed, deleted] = [
      await givenGroup(here, 'alice'),
      await givenGroup(here, 'alice', 'bob'),
      await givenGroup(here, 'alice', 'bob'),
    ]
    const bob = await ready(here, 'bob')
    await there.chat.members.add('alice', added, { userId: 'bob' })
    await there.chat.members.remove('alice', removed, 'bob')
    await there.chat.rooms.delete('alice', deleted)
    await poll()
    await bob.until(() => bob.frames.filter((frame) => frame.type === 'room.left').length === 2, 'two rooms left')
    const left = bob.frames.filter((frame) => frame.type === 'room.left')
    expect(left).toContainEqual({ type: 'room.left', roomId: removed, reason: 'removed' })
    expect(left).toContainEqual({ type: 'room.left', roomId: deleted, reason: 'deleted' })
    await bob.until(() => bob.frames.some((frame) => frame.type === 'room.joined'), 'the new room')
    expect(bob.frames.filter((frame) => frame.room?.id === added)).toHaveLength(1)
    for (const roomId of [added, removed]) await say(there, 'alice', roomId, 1, 'now')
    await poll()
    await bob.until(() => bob.frames.at(-1)?.message?.text === 'now', 'what is said there')
    for (const [roomId, seen] of Object.entries<{ revision: number }>(bob.frames[0].rooms)) {
      followed(bob.frames, roomId, seen.revision)
    }
    expect(bob.events(removed)).toEqual([])
  })
})

const told = (device: TestSocket) => device.frames.filter(({ type }) => type === 'me.updated').map(({ me }) => me)

describe.each(databases)('what I do on another server, on $name', (on) => {
  it('is told here too, with the next poll, and each change once, however long ago I came into the room', async () => {
    const { here, there, poll } = await twoServers(on)
    const [spoken, silent] = [await givenGroup(here, 'alice', 'bob'), await givenGroup(here, 'bob', 'alice')]
    await say(here, 'bob', spoken, 5)
    await here.prisma.chatRoomUser.updateMany({ data: { joinedAt: new Date(0), meChangedAt: null } })
    const alice = await ready(here, 'alice')
    const changes = [
      { roomId: spoken, change: { lastReadSeq: 3 } },
      { roomId: silent, change: { muted: true } },
      { roomId: silent, change: { muted: false } },
    ]
    const isTold = async (count: number) => {
      await poll()
      await alice.until(() => told(alice).length === count, 'what was done there')
      await poll()
      await alice.settled()
      expect(told(alice)).toHaveLength(count)
    }
    for (const [n, { roomId, change }] of changes.entries()) {
      await there.chat.members.update('alice', roomId, 'alice', change)
      await isTold(n + 1)
      expect(told(alice).at(-1)).toMatchObject(change)
    }
    const rooms = [spoken, silent].map((roomId) => ({ roomId, seq: 4 }))
    const { status } = await there.as('alice').post('/rooms/read', { rooms })
    expect(status).toBe(200)
    await isTold(changes.length + 1)
    expect(told(alice).at(-1)).toMatchObject({ lastReadSeq: 4 })
  })

  it('is told of what I send later as well: with the next poll, and by the welcome', async () => {
    const { here, there, poll } = await twoServers(on)
    const roomId = await givenGroup(here, 'alice', 'bob')
    const [alice, bob] = [await ready(here, 'alice'), await ready(here, 'bob')]
    const sendAt = new Date(Date.now() + 3_600_000).toISOString()
    const { id } = await there.chat.scheduled.create('alice', roomId, { text: 'Later', sendAt })
    await poll()
    expect(await alice.next('me.updated')).toMatchObject({ roomId, me: { scheduledRevision: 1 } })
    await there.chat.scheduled.cancel('alice', roomId, id)
    await poll()
    expect(await alice.next('me.updated')).toMatchObject({ me: { scheduledRevision: 2 } })
    expect((await ready(here, 'alice')).frames[0].rooms[roomId]).toMatchObject({ scheduledRevision: 2 })
    expect((await ready(here, 'bob')).frames[0].rooms[roomId]).not.toHaveProperty('scheduledRevision')
    expect(told(bob)).toEqual([])
  })

  it('is not told again of what I know: what I was welcomed with, and what I did here', async () => {
    const { here, there, poll } = await twoServers(on)
    const roomId = await givenGroup(here, 'alice', 'bob')
    await say(here, 'bob', roomId, 5)
    await there.chat.members.update('alice', roomId, 'alice', { lastReadSeq: 2, muted: true })
    const alice = await ready(here, 'alice')
    await poll()
    await alice.settled()
    await here.chat.members.update('alice', roomId, 'alice', { lastReadSeq: 3 })
    await say(here, 'alice', roomId, 1)
    await here.chat.members.add('alice', roomId, { userId: 'carol' })
    for (let polls = 0; polls < 3; polls += 1) {
      await poll()
      await alice.settled()
    }
    expect(told(alice).map(({ lastReadSeq }) => lastReadSeq)).toEqual([3])
  })
})

describe('what I do on another server', () => {
  it('is not asked for again where a muted room is gone', async () => {
    const { here, there, client, poll } = await twoServers()
    const roomId = await givenGroup(here, 'alice', 'bob')
    await there.chat.members.update('bob', roomId, 'bob', { muted: true })
    const bob = await ready(here, 'bob')
    await there.chat.rooms.delete('alice', roomId)
    await poll()
    await bob.next('room.left')
    const polled = async () => {
      const polls = client.count(readsOwnChanges)
      await poll()
      await vi.waitFor(() => expect(client.count(readsOwnChanges)).toBeGreaterThan(polls))
      await bob.settled()
    }
    // The first may still look for what became of it.
    for (let polls = 0; polls < 3; polls += 1) await polled()
    const reads = () => client.count(seesRoom)
    const before = reads()
    for (let polls = 0; polls < 3; polls += 1) await polled()
    expect(reads()).toBe(before)
  })

  it('is not looked for where it is a message of mine, which says itself that I have read so far', async () => {
    const { here, there, client, poll } = await twoServers()
    const roomId = await givenGroup(here, 'alice', 'bob')
    const alice = await ready(here, 'alice')
    await there.chat.messages.send('alice', roomId, { text: 'said there' })
    const reads = client.count(seesRoom)
    await poll()
    await alice.until(() => alice.events(roomId).length === 1, 'what was said there')
    await poll()
    await alice.settled()
    expect([client.count(seesRoom) - reads, told(alice)]).toEqual([0, []])
  })

  it('is not told of a room before I am told that the room is mine', async () => {
    const { here, there, client, poll } = await twoServers()
    const roomId = await givenGroup(here, 'alice')
    const bob = await ready(here, 'bob')
    const joining = client.hold(seesRoom)
    await there.chat.members.add('alice', roomId, { userId: 'bob' })
    await poll()
    await joining.reached
    await there.chat.members.update('bob', roomId, 'bob', { muted: true })
    const reads = client.count(seesRoom)
    await poll()
    // Read, and by then told, if it were not kept back.
    await vi.waitFor(() => expect(client.count(seesRoom)).toBeGreaterThan(reads))
    await bob.settled()
    await bob.settled()
    joining.release()
    await bob.until(() => told(bob).some(({ muted }) => muted), 'what was done there')
    const types = bob.frames.map(({ type }) => type).filter((type) => type === 'room.joined' || type === 'me.updated')
    expect(types.indexOf('room.joined')).toBe(0)
  })
})

describe('what another server does', () => {
  it('leaves nothing behind in the poll once nobody here is in the room', async () => {
    const { here, there, client, poll } = await twoServers()
    const roomId = await givenGroup(here, 'alice', 'bob')
    const bob = await ready(here, 'bob')
    await there.chat.members.remove('alice', roomId, 'bob')
    await poll()
    await bob.next('room.left')
    await bob.settled()
    const looks = client.count('ChatRoom.findMany')
    // The second begins when the first is over.
    for (let polls = 0; polls < 2; polls += 1) await poll()
    expect(client.count('ChatRoom.findMany')).toBe(looks)
  })

  it('is told to each from where it stands: new to one, changed to another', async () => {
    const { here, there, poll } = await twoServers()
    const roomId = await givenGroup(here, 'alice', 'bob')
    const bob = await ready(here, 'bob')
    const { id } = await there.chat.messages.send('alice', roomId, { text: 'first' })
    // She is told where the room stands by now, further than this server knows yet.
    const alice = await ready(here, 'alice')
    await there.chat.messages.edit('alice', roomId, id, { text: 'then' })
    await poll()
    expect(await bob.next('message.created')).toMatchObject({ message: { id, text: 'then' } })
    expect(await alice.next('message.updated')).toMatchObject({ message: { id, text: 'then' } })
    await alice.settled()
    expect(alice.events(roomId)).toHaveLength(1)
  })

  it('is new once, also when it is told here while it is being read', async () => {
    const { here, client } = await twoServers()
    const roomId = await givenGroup(here, 'alice', 'bob')
    const alice = await ready(here, 'alice')
    const untold = async (deed: (chat: ChatApi) => Promise<{ id: string }>) =>
      here.prisma.$transaction(async (tx) => {
        const chat = here.chat.within(tx)
        return { id: (await deed(chat)).id, tell: () => chat.published() }
      })
    const first = await untold((chat) => chat.messages.send('bob', roomId, { text: 'first' }))
    const edited = await untold((chat) => chat.messages.edit('bob', roomId, first.id, { text: 'edited' }))
    const answered = client.hold(readsChanges)
    await say(here, 'bob', roomId, 1, 'second')
    await answered.reached
    first.tell()
    await alice.settled()
    answered.release()
    await alice.until(() => alice.events(roomId).length === 2, 'both')
    edited.tell()
    await alice.settled()
    const created = alice.events(roomId).filter((event) => event.type === 'message.created')
    expect(created.map((event) => event.message.text)).toEqual(['edited', 'second'])
    followed(alice.frames, roomId, alice.frames[0].rooms[roomId].revision)
  })

  it('is read again after a while when the database could not be read', async () => {
    const said: unknown[][] = []
    const logger = { warn: () => {}, error: (...words: unknown[]) => void said.push(words) }
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const database = await givenDatabase()
    let broken = false
    let reads = 0
    const failing = database.prisma.$extends({
      query: {
        $queryRawUnsafe({ args, query }) {
          if (!broken || !String(args).includes(readsChanges)) return query(args)
          reads += 1
          throw new Error('the database is away')
        },
      },
    })
    const here = await givenHost({ logger }, { prisma: failing as unknown as typeof database.prisma })
    const there = await givenHost({}, { prisma: database.connect() })
    const roomId = await givenGroup(here, 'alice', 'bob')
    const alice = await ready(here, 'alice')
    await say(there, 'bob', roomId, 1, 'there')
    broken = true
    await say(here, 'bob', roomId, 1, 'here')
    await vi.waitFor(() => expect(said).toHaveLength(1))
    broken = false
    await alice.until(() => alice.events(roomId).length === 2, 'both')
    expect(alice.events(roomId).map((event) => event.message.text)).toEqual(['there', 'here'])
    // Not at once, again and again: a database that is away has enough to do when it comes back.
    expect(reads).toBe(1)
  })
})
