import { describe, expect, it, vi } from 'vitest'
import { givenDatabase, givenGroup, givenHost, ready, revisionOf, say } from './given.js'
import {
  type HoldingClient,
  holding,
  nextPoll,
  readsChanges,
  readsRoomStates,
  readsSeats,
  seesRoom,
} from './holding.js'
import { followed } from './stream.js'

/** A host whose database can be made to answer late, and whose safety poll never comes to the rescue. */
async function lateHost() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const client: HoldingClient = holding((await givenDatabase()).prisma)
  return { client, host: await givenHost({}, client) }
}

describe('a socket that is being welcomed', () => {
  /** Which rooms somebody is in is read first, and then where these stand: only what came after that is told by an event. */
  const reads = [
    ['it was read which they are', readsSeats, []],
    ['it was read where they stand', readsRoomStates, ['meanwhile']],
  ] as const

  it.each(reads)('is told at once of what was committed in its rooms after %s', async (_, read, told) => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const roomStates = client.hold(read)
    const alice = await host.socket('alice')
    await roomStates.reached
    await say(host, 'bob', roomId, 1, 'meanwhile')
    roomStates.release()
    const { rooms } = await alice.next('welcome')
    expect(rooms[roomId].unreadCount).toBe(1 - told.length)
    for (const text of told) expect(await alice.next('message.created')).toMatchObject({ message: { text } })
    await alice.settled()
    expect(alice.events(roomId)).toHaveLength(told.length)
  })

  it.each(reads)('is told of a room that it was added to, of all its rooms, after %s', async (_, read) => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice')
    await givenGroup(host, 'bob')
    const roomStates = client.hold(read)
    const bob = await host.socket('bob')
    await roomStates.reached
    await host.chat.members.add('alice', roomId, { userId: 'bob' })
    roomStates.release()
    await bob.next('room.joined')
    expect(bob.frames.map((frame) => frame.type).slice(0, 2)).toEqual([
      'welcome',
      expect.stringMatching(/ready|joined/),
    ])
    await say(host, 'alice', roomId, 1)
    expect(await bob.next('message.created')).toMatchObject({ message: { text: '1' } })
  })

  it('is told nothing of a room that it was removed from after its rooms were read', async () => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const roomStates = client.hold(readsRoomStates)
    const bob = await host.socket('bob')
    await roomStates.reached
    await host.chat.members.remove('alice', roomId, 'bob')
    await say(host, 'alice', roomId, 1)
    roomStates.release()
    expect(await bob.next('room.left')).toEqual({ type: 'room.left', roomId, reason: 'removed' })
    await bob.settled()
    expect(bob.events()).toEqual([])
  })

  it('knows nothing of a room that it was removed from before it was read where that stands', async () => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const seats = client.hold(readsSeats)
    const bob = await host.socket('bob')
    await seats.reached
    await host.chat.members.remove('alice', roomId, 'bob')
    await say(host, 'alice', roomId, 1)
    seats.release()
    expect(await bob.next('welcome')).toHaveProperty('rooms', {})
    await bob.settled()
    expect(bob.events()).toEqual([])
  })

  it('is told everything once when it is removed and added again while it is told what it missed', async () => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const seen = await revisionOf(host, roomId)
    await say(host, 'alice', roomId, 3)
    const missed = client.hold(readsChanges)
    const bob = await host.socket('bob', { hello: { rooms: { [roomId]: seen } } })
    await missed.reached
    await host.chat.members.remove('alice', roomId, 'bob')
    await host.chat.members.add('alice', roomId, { userId: 'bob' })
    await bob.next('welcome')
    await bob.settled()
    missed.release()
    await bob.ready()
    await say(host, 'alice', roomId, 1, 'at last')
    await bob.until(() => bob.frames.at(-1)?.message?.text === 'at last', 'what is said at last')
    expect(followed(bob.frames, roomId, seen)).toBe(await revisionOf(host, roomId))
  })

  it('does not lose a room by an answer that is older than its membership', async () => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const rooms = { [roomId]: await revisionOf(host, roomId) }
    await host.chat.members.remove('alice', roomId, 'bob')
    const missed = client.hold(readsChanges)
    const alice = await host.socket('alice', { hello: { rooms } })
    await missed.reached
    await host.chat.members.add('alice', roomId, { userId: 'bob' })
    // Both missed the same, so both might be given the one answer that is on its way.
    const bob = await host.socket('bob', { hello: { rooms } })
    await bob.next('welcome')
    await bob.settled()
    missed.release()
    await Promise.all([alice.ready(), bob.ready()])
    expect(bob.frames.map((frame) => frame.type)).not.toContain('room.left')
    await say(host, 'alice', roomId, 1, 'at last')
    expect(await bob.next('message.created')).toMatchObject({ message: { text: 'at last' } })
  })

  it('is not told that it left a room that it was added to again meanwhile', async () => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const rooms = { [roomId]: await revisionOf(host, roomId) }
    await host.chat.members.remove('alice', roomId, 'bob')
    const reason = client.hold('ChatRoomUser.findMany')
    const bob = await host.socket('bob', { hello: { rooms } })
    await reason.reached
    await host.chat.members.add('alice', roomId, { userId: 'bob' })
    await bob.next('room.joined')
    reason.release()
    await bob.ready()
    expect(bob.frames.map((frame) => frame.type)).not.toContain('room.left')
    await say(host, 'alice', roomId, 1, 'at last')
    expect(await bob.next('message.created')).toMatchObject({ message: { text: 'at last' } })
  })

  it('that missed something in many rooms has them read a few at a time', async () => {
    const { client, host } = await lateHost()
    const roomIds = await Promise.all(Array.from({ length: 12 }, () => givenGroup(host, 'alice', 'bob')))
    const before = client.count(readsChanges)
    const holds = Array.from({ length: 4 }, () => client.hold(readsChanges))
    const rooms = Object.fromEntries(roomIds.map((roomId) => [roomId, 1]))
    const alice = await host.socket('alice', { hello: { rooms } })
    await Promise.all(holds.map(({ reached }) => reached))
    await alice.settled()
    expect(client.count(readsChanges) - before).toBe(4)
    for (const { release } of holds) release()
    await alice.ready()
    for (const roomId of roomIds) expect(followed(alice.frames, roomId, 1)).toBe(await revisionOf(host, roomId))
  })

  it('is closed with 4429 when it floods meanwhile', async () => {
    const { client, host } = await lateHost()
    const seats = client.hold(readsSeats)
    const alice = await host.socket('alice')
    await seats.reached
    for (let n = 0; n < 51; n += 1) alice.send({ type: 'presence.watch', id: `${n}`, userIds: [] })
    expect(await alice.ended()).toEqual({ code: 4429, reason: 'too many frames before the welcome' })
    seats.release()
  })

  it('ends while it is told what it missed, and leaves nothing behind', async () => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    await say(host, 'bob', roomId, 3)
    const missed = client.hold(readsChanges)
    const alice = await host.socket('alice', { hello: { rooms: { [roomId]: 1 } } })
    await missed.reached
    await alice.close()
    missed.release()
    const again = await ready(host, 'alice', { hello: { rooms: { [roomId]: 1 } } })
    expect(again.events(roomId).length).toBeGreaterThan(3)
    await again.close()
    // A server without sockets does not poll.
    await ready(host, 'carol')
    const looks = client.count('ChatRoom.findMany')
    // The second begins when the first is over.
    for (let polls = 0; polls < 2; polls += 1) await nextPoll(client)
    expect(client.count('ChatRoom.findMany')).toBe(looks)
  })
})

describe('a socket', () => {
  it('hears nothing of its own marker after it was told that the room is left', async () => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    await say(host, 'alice', roomId, 1)
    const bob = await ready(host, 'bob')
    // The one that is read after the marker has moved.
    const marked = client.hold(seesRoom)
    const reading = bob.command('read', { roomId, seq: 2 })
    await marked.reached
    await host.chat.members.remove('alice', roomId, 'bob')
    await bob.next('room.left')
    marked.release()
    expect(await reading).toMatchObject({ type: 'ok' })
    await bob.settled()
    expect(bob.frames.map((frame) => frame.type)).not.toContain('me.updated')
  })

  it('that stops typing at once does not type, however late the database answers', async () => {
    const { client, host } = await lateHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    const entered = client.hold('ChatRoom.findUnique')
    const answers = [true, false].map((isTyping) => alice.command('typing', { roomId, isTyping }))
    await entered.reached
    await alice.settled()
    entered.release()
    await Promise.all(answers)
    await bob.settled()
    const lists = bob.frames.filter((frame) => frame.type === 'typing').map((frame) => frame.userIds)
    expect(lists.at(-1) ?? []).toEqual([])
  })
})
