import { describe, expect, it } from 'vitest'
import { durableEvent } from '../../src/contract/events.js'
import { databases } from '../databases.js'
import { givenGroup, ready, revisionOf, say, sharedHost } from './given.js'

describe.each(databases)('a socket that says what it has seen, on $name', (on) => {
  const here = sharedHost({}, on)

  it('is told what it missed, in the order of revisions, before ready', async () => {
    const roomId = await givenGroup(here, 'alice', 'bob')
    const seen = await revisionOf(here, roomId)
    await say(here, 'bob', roomId, 3)
    await here.chat.members.add('alice', roomId, { userId: 'carol' })
    await here.chat.rooms.update('alice', roomId, { name: 'Renamed' })
    const alice = await ready(here, 'alice', { hello: { rooms: { [roomId]: seen } } })
    const missed = alice.frames.slice(1, -1).map((frame) => durableEvent.parse(frame))
    expect(missed.map((event) => [event.type, event.revision - seen])).toEqual([
      ['message.created', 1],
      ['message.created', 2],
      ['message.created', 3],
      ['member.added', 4],
      ['message.created', 5],
      ['room.updated', 6],
      ['message.created', 7],
    ])
    expect(alice.frames[0].rooms[roomId].revision).toBe(seen + 7)
  })

  it('is told nothing of what it saw, not even the last of it', async () => {
    const roomId = await givenGroup(here, 'alice', 'bob')
    await say(here, 'bob', roomId, 3)
    const seen = await revisionOf(here, roomId)
    const upToDate = await ready(here, 'alice', { hello: { rooms: { [roomId]: seen } } })
    expect(upToDate.events()).toEqual([])
    const oneBehind = await ready(here, 'alice', { hello: { rooms: { [roomId]: seen - 1 } } })
    expect(oneBehind.events().map((event) => event.revision)).toEqual([seen])
  })

  it('is told of each thing as it is now: once, however often it changed', async () => {
    const roomId = await givenGroup(here, 'alice', 'bob')
    const old = await here.chat.messages.send('bob', roomId, { text: 'old' })
    const seen = await revisionOf(here, roomId)
    const edited = await here.chat.messages.send('bob', roomId, { text: 'a' })
    const deleted = await here.chat.messages.send('bob', roomId, { text: 'b' })
    await here.chat.reactions.add('alice', roomId, old.id, '👍')
    await here.chat.messages.edit('bob', roomId, edited.id, { text: 'a!' })
    await here.chat.messages.edit('bob', roomId, edited.id, { text: 'a!!' })
    await here.chat.messages.delete('bob', roomId, deleted.id)
    const alice = await ready(here, 'alice', { hello: { rooms: { [roomId]: seen } } })
    expect(alice.events()).toMatchObject([
      {
        type: 'message.updated',
        revision: seen + 3,
        message: { text: 'old', reactions: [{ reaction: '👍', count: 1 }] },
      },
      { type: 'message.created', revision: seen + 5, message: { text: 'a!!' } },
      { type: 'message.deleted', revision: seen + 6, message: { text: '', id: deleted.id } },
    ])
    expect(alice.events()[0]).not.toHaveProperty('cause')
  })

  it('goes on live where what it missed ended', async () => {
    const roomId = await givenGroup(here, 'alice', 'bob')
    await say(here, 'bob', roomId, 2)
    const alice = await ready(here, 'alice', { hello: { rooms: { [roomId]: 1 } } })
    await say(here, 'bob', roomId, 2)
    const now = await revisionOf(here, roomId)
    await alice.until(() => alice.events().at(-1)?.revision === now, 'the last message')
    const revisions = alice.events().map((event) => event.revision)
    expect(revisions).toEqual(Array.from({ length: now - 1 }, (_, n) => n + 2))
  })

  it('is told everything up to 500 changes, and of more only that the room is to be read anew', async () => {
    const roomId = await givenGroup(here, 'alice', 'bob')
    const seen = await revisionOf(here, roomId)
    await say(here, 'bob', roomId, 500)
    const alice = await ready(here, 'alice', { hello: { rooms: { [roomId]: seen } } })
    expect(alice.events(roomId).map((event) => event.revision - seen)).toEqual(
      Array.from({ length: 500 }, (_, n) => n + 1),
    )

    await say(here, 'bob', roomId, 1)
    const later = await ready(here, 'alice', { hello: { rooms: { [roomId]: seen } } })
    const revision = seen + 501
    expect(later.frames.slice(1)).toEqual([{ type: 'room.reset', roomId, revision }, { type: 'ready' }])
    await say(here, 'bob', roomId, 1)
    expect(await later.next('message.created')).toMatchObject({ revision: revision + 1 })
  })

  it('is told to read a room anew that it saw further than it is: the database was restored', async () => {
    const roomId = await givenGroup(here, 'alice', 'bob')
    const revision = await revisionOf(here, roomId)
    const alice = await ready(here, 'alice', { hello: { rooms: { [roomId]: revision + 1 } } })
    expect(alice.frames.slice(1)).toEqual([{ type: 'room.reset', roomId, revision }, { type: 'ready' }])
    await say(here, 'bob', roomId, 1)
    expect(await alice.next('message.created')).toMatchObject({ revision: revision + 1 })
  })

  it('is told of rooms that are no longer its user’s, and why', async () => {
    const [removed, left, deleted, never] = [
      await givenGroup(here, 'alice', 'bob'),
      await givenGroup(here, 'alice', 'bob'),
      await givenGroup(here, 'alice', 'bob'),
      await givenGroup(here, 'alice', 'carol'),
    ]
    await here.chat.members.remove('alice', removed, 'bob')
    await here.chat.members.remove('bob', left, 'bob')
    await here.chat.rooms.delete('alice', deleted)
    const rooms = { [removed]: 2, [left]: 2, [deleted]: 2, [never]: 2, 'no-such-room': 2 }
    const bob = await ready(here, 'bob', { hello: { rooms } })
    expect(Object.keys(bob.frames[0].rooms).filter((roomId) => roomId in rooms)).toEqual([])
    const told = bob.frames.slice(1, -1)
    expect(told).toHaveLength(5)
    expect(Object.fromEntries(told.map((frame) => [frame.roomId, [frame.type, frame.reason]]))).toEqual({
      [removed]: ['room.left', 'removed'],
      [left]: ['room.left', 'left'],
      [deleted]: ['room.left', 'deleted'],
      // What never was mine answers like what never was.
      [never]: ['room.left', 'removed'],
      'no-such-room': ['room.left', 'removed'],
    })
    await say(here, 'alice', removed, 1)
    await bob.settled()
    expect(bob.events()).toEqual([])
  })

  it('is told of the time in which its user was out of a room and in again as if it had never been', async () => {
    const roomId = await givenGroup(here, 'alice', 'bob')
    const seen = await revisionOf(here, roomId)
    await here.chat.members.remove('alice', roomId, 'bob')
    await say(here, 'alice', roomId, 1, 'in between')
    await here.chat.members.add('alice', roomId, { userId: 'bob' })
    const bob = await ready(here, 'bob', { hello: { rooms: { [roomId]: seen } } })
    const types = bob.events(roomId).map((event) => [event.type, event.message?.text ?? event.member?.user.id])
    expect(types).toEqual([
      ['message.created', 'Alice removed Bob'],
      ['message.created', 'in between'],
      ['member.added', 'bob'],
      ['message.created', 'Alice added Bob'],
    ])
    await say(here, 'alice', roomId, 1, 'again')
    expect(await bob.next('message.created')).toMatchObject({ message: { text: 'again' } })
  })
})
