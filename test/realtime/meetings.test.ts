import { memoryBus } from 'express-chat'
import { describe, expect, it, vi } from 'vitest'
import { databases } from '../databases.js'
import type { TestSocket } from '../socket.js'
import { givenDatabase, givenGroup, givenHost, type Options, quietLogger, ready } from './given.js'
import { holding } from './holding.js'

const told = ({ frames }: TestSocket) =>
  frames.filter(({ type }) => type === 'presence').map(({ userId, online }) => [userId, online])

const watch = async (socket: TestSocket, ...userIds: string[]) =>
  (await socket.command('presence.watch', { userIds })).result

describe.each(databases)('a stranger whom a socket has asked to watch, on $name', (database) => {
  /** Alice has asked for Bob, who is here, on the other server. Both are strangers. */
  async function given(options: Options = {}) {
    const opened = await givenDatabase(database)
    const both = { bus: memoryBus(), ...options }
    const here = await givenHost(both, opened)
    const there = await givenHost(both, { prisma: opened.connect() })
    const bob = await ready(there, 'bob')
    const alice = await ready(here, 'alice')
    expect(await watch(alice, 'bob', 'nobody')).toEqual([])
    const next = async () => {
      const { userId, online, lastSeenAt } = await alice.next('presence')
      return [userId, online, lastSeenAt]
    }
    return { here, there, alice, bob, next }
  }
  const [isHere, isGone] = [
    ['bob', true, null],
    ['bob', false, null],
  ]

  it('is seen from the moment on at which both are in a room, and no more once they are in none', async () => {
    const { here, there, alice, next } = await given()
    const roomId = await givenGroup(there, 'carol', 'alice')
    await alice.next('room.joined')
    await there.chat.members.add('carol', roomId, { userId: 'bob' })
    expect(await next()).toEqual(isHere)
    await there.chat.members.remove('carol', roomId, 'bob')
    expect(await next()).toEqual(isGone)
    const other = await givenGroup(there, 'carol', 'bob')
    await there.chat.members.add('carol', other, { userId: 'alice' })
    expect(await next()).toEqual(isHere)
    await here.as('alice').delete(`/rooms/${other}/members/me`)
    expect(await next()).toEqual(isGone)
    const third = await givenGroup(there, 'carol', 'alice', 'bob')
    expect(await next()).toEqual(isHere)
    await there.as('carol').delete(`/rooms/${third}`)
    expect(await next()).toEqual(isGone)
    await there.as('bob').post('/rooms', { type: 'private', userIds: ['alice'] })
    expect(await next()).toEqual(isHere)
    expect(told(alice)).toHaveLength(7)
  })

  it('is heard of when they come and go from then on', async () => {
    const { there, alice, bob, next } = await given()
    await bob.close()
    const dave = await ready(there, 'dave')
    await givenGroup(there, 'dave', 'alice', 'bob')
    await alice.next('room.joined')
    const again = await ready(there, 'bob')
    expect(await next()).toEqual(isHere)
    await again.close()
    expect((await next()).slice(0, 2)).toEqual(['bob', false])
    await dave.settled()
    expect(told(alice)).toHaveLength(2)
  })

  it('is seen once a block has ended, and no more once there is one, whoever of the two blocks', async () => {
    const { here, there, alice, next } = await given()
    await here.as('alice').post('/rooms', { type: 'private', userIds: ['bob'] })
    expect(await next()).toEqual(isHere)
    for (const [blocks, who, whom] of [
      [there, 'bob', 'alice'],
      [here, 'alice', 'bob'],
    ] as const) {
      await blocks.as(who).put(`/users/me/blocks/${whom}`)
      expect(await next()).toEqual(isGone)
      await blocks.as(who).delete(`/users/me/blocks/${whom}`)
      expect(await next()).toEqual(isHere)
    }
    await alice.settled()
  })

  it('is seen while they ask into a private room, by whom they ask, and sees them once they were let in', async () => {
    const { here, there, alice, bob, next } = await given({ contact: 'ask' })
    expect(await watch(bob, 'alice')).toEqual([])
    const { body } = await there.as('bob').post('/rooms', { type: 'private', userIds: ['alice'] })
    expect(await next()).toEqual(isHere)
    await here.as('alice').post(`/rooms/${body.id}/refuse`)
    expect(await next()).toEqual(isGone)
    expect(told(bob)).toEqual([])
    const carol = await ready(there, 'carol')
    expect(await watch(carol, 'alice')).toEqual([])
    const asked = await here.as('carol').post('/rooms', { type: 'private', userIds: ['alice'] })
    await alice.next('room.requested')
    await here.as('alice').post(`/rooms/${asked.body.id}/accept`)
    expect(await carol.next('presence')).toMatchObject({ userId: 'alice', online: true })
  })

  it('is a stranger still because of what happens to others, and costs no statement then', async () => {
    const opened = await givenDatabase(database)
    const client = holding(opened.connect())
    const host = await givenHost({}, client)
    const roomId = await givenGroup(host, 'carol', 'alice')
    const [alice] = [await ready(host, 'alice'), await ready(host, 'bob')]
    expect(await watch(alice, 'bob')).toEqual([])
    const count = () => client.count('chat_rooms c WHERE c.id = i.room_id')
    const before = count()
    await host.chat.members.add('carol', roomId, { userId: 'dave' })
    await alice.next('member.added')
    await host.chat.members.remove('carol', roomId, 'dave')
    await alice.next('member.removed')
    await host.as('carol').patch(`/rooms/${roomId}`, { name: 'Another name' })
    await host.as('dave').put('/users/me/blocks/carol')
    await givenGroup(host, 'carol', 'bob')
    await alice.command('read.many', { rooms: [] })
    expect([count() - before, told(alice)]).toEqual([0, []])
  })

  it('is looked for once more where the two part while they are being looked for, in the answer as well', async () => {
    const opened = await givenDatabase(database)
    const client = holding(opened.connect())
    const host = await givenHost({}, client)
    const [alice] = [await ready(host, 'alice'), await ready(host, 'bob')]
    expect(await watch(alice, 'bob')).toEqual([])
    const held = () => client.hold('chat_rooms c WHERE c.id = i.room_id')
    const event = held()
    const roomId = await givenGroup(host, 'carol', 'alice', 'bob')
    await event.reached
    await host.chat.members.remove('carol', roomId, 'bob')
    await alice.next('member.removed')
    event.release()
    expect(await alice.next('presence')).toMatchObject({ userId: 'bob', online: true })
    expect(await alice.next('presence')).toMatchObject({ userId: 'bob', online: false })
    await host.chat.members.add('carol', roomId, { userId: 'bob' })
    expect(await alice.next('presence')).toMatchObject({ userId: 'bob', online: true })
    const begun = held()
    const answer = watch(alice, 'bob')
    await begun.reached
    await host.chat.members.remove('carol', roomId, 'alice')
    await alice.next('room.left')
    begun.release()
    expect(await answer).toEqual(['bob'])
    expect(await alice.next('presence')).toMatchObject({ userId: 'bob', online: false })
  })

  it('is looked for again by the next poll where the database was away', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    const opened = await givenDatabase(database)
    const client = holding(opened.connect())
    const host = await givenHost({ logger: quietLogger() }, client)
    const [alice] = [await ready(host, 'alice'), await ready(host, 'bob')]
    expect(await watch(alice, 'bob')).toEqual([])
    const away = client.hold('chat_rooms c WHERE c.id = i.room_id', { before: true, fail: new Error('gone') })
    await givenGroup(host, 'carol', 'alice', 'bob')
    await away.reached
    away.release()
    await vi.waitFor(
      () => {
        vi.advanceTimersByTime(1_000)
        expect(told(alice)).toEqual([['bob', true]])
      },
      { interval: 50 },
    )
  })
})
