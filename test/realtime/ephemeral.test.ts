import { beforeAll, describe, expect, it, vi } from 'vitest'
import { ephemeralEvent } from '../../src/contract/events.js'
import type { TestSocket } from '../socket.js'
import { givenGroup, givenStillTime, ready, sharedHost } from './given.js'

const lists = ({ frames }: TestSocket, roomId: string) =>
  frames.filter((frame) => frame.type === 'typing' && frame.roomId === roomId).map((frame) => frame.userIds)

describe('typing', () => {
  const host = sharedHost()

  async function roomOfThree() {
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const [alice, bob, carol] = [await ready(host, 'alice'), await ready(host, 'bob'), await ready(host, 'carol')]
    const type = (socket: TestSocket, isTyping = true) => socket.command('typing', { roomId, isTyping })
    return { roomId, alice, bob, carol, type }
  }

  it('is told as the list of who types now, which replaces the one before', async () => {
    const { roomId, alice, bob, carol, type } = await roomOfThree()
    expect(await type(alice)).toMatchObject({ type: 'ok', result: null })
    await type(bob)
    await type(alice, false)
    await carol.settled()
    expect(lists(carol, roomId)).toEqual([['alice'], ['alice', 'bob'], ['bob']])
    ephemeralEvent.parse(await carol.next('typing'))
  })

  it('is told once, however often it is said', async () => {
    const { roomId, alice, bob, type } = await roomOfThree()
    for (const isTyping of [true, true, true, false, false]) await type(alice, isTyping)
    await bob.settled()
    expect(lists(bob, roomId)).toEqual([['alice'], []])
  })

  it('ends by itself 6 s after it was said last', async () => {
    const { roomId, alice, bob, type } = await roomOfThree()
    const pass = givenStillTime()
    await type(alice)
    pass(4_000)
    await type(alice)
    pass(5_999)
    await bob.settled()
    expect(lists(bob, roomId)).toEqual([['alice']])
    pass(1)
    await bob.settled()
    expect(lists(bob, roomId)).toEqual([['alice'], []])
  })

  it.each([
    ['a message', (id: string) => host.chat.messages.send('alice', id, { text: 'done' })],
    ['the last socket', async (_: string, alice: TestSocket) => alice.close()],
    ['being in the room', (id: string) => host.chat.members.remove('bob', id, 'alice')],
  ])('ends with %s', async (_, end) => {
    const { roomId, alice, bob, carol, type } = await roomOfThree()
    await host.chat.members.update('alice', roomId, 'bob', { role: 'owner' })
    await host.chat.members.update('alice', roomId, 'alice', { role: 'member' })
    await type(bob)
    await type(alice)
    await end(roomId, alice)
    await carol.until(() => lists(carol, roomId).length === 3, 'the end of it')
    expect(lists(carol, roomId)).toEqual([['bob'], ['bob', 'alice'], ['bob']])
  })

  it('goes on with one socket of two', async () => {
    const { roomId, alice, bob, type } = await roomOfThree()
    const laptop = await ready(host, 'alice')
    await type(alice)
    await laptop.close()
    await bob.settled()
    expect(lists(bob, roomId)).toEqual([['alice']])
  })

  it('is for those who may write there', async () => {
    const { id: roomId } = await host.chat.rooms.create('alice', { type: 'channel', name: 'News', userIds: ['bob'] })
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    const answer = await bob.command('typing', { roomId, isTyping: true })
    expect(answer).toMatchObject({ type: 'error', problem: { code: 'forbidden' } })
    await alice.settled()
    expect(lists(alice, roomId)).toEqual([])
  })

  it('is not told again to those who come later', async () => {
    const { roomId, alice, type } = await roomOfThree()
    await type(alice)
    const late = await ready(host, 'bob')
    await late.settled()
    expect(lists(late, roomId)).toEqual([])
  })
})

describe('a read marker', () => {
  const host = sharedHost()

  it('that moves is told to everyone in the room, and only when it moves forward', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    for (const text of ['1', '2', '3']) await host.chat.messages.send('alice', roomId, { text })
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    expect(await bob.command('read', { roomId, seq: 3 })).toMatchObject({ type: 'ok', result: { lastReadSeq: 3 } })
    expect(await bob.command('read', { roomId, seq: 2 })).toMatchObject({ type: 'ok', result: { lastReadSeq: 3 } })
    expect(await bob.command('read', { roomId, seq: 99 })).toMatchObject({ type: 'ok', result: { lastReadSeq: 4 } })
    await alice.settled()
    const told = alice.frames.filter((frame) => frame.type === 'read')
    for (const frame of told) ephemeralEvent.parse(frame)
    expect(told).toEqual([3, 4].map((lastReadSeq) => ({ type: 'read', roomId, userId: 'bob', lastReadSeq })))
  })
})

describe('presence', () => {
  const host = sharedHost()
  beforeAll(() => givenGroup(host, 'alice', 'bob', 'carol', 'dave'))
  const told = ({ frames }: TestSocket) =>
    frames.filter((frame) => frame.type === 'presence').map((frame) => [frame.userId, frame.online])

  it('answers who of those watched is here, and tells of each who comes and goes', async () => {
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    const { result } = await alice.command('presence.watch', { userIds: ['bob', 'carol', 'nobody', 'bob'] })
    expect(result).toEqual(['bob'])
    const carol = await ready(host, 'carol')
    await alice.next('presence')
    await bob.close()
    expect(ephemeralEvent.parse(await alice.next('presence'))).toMatchObject({ userId: 'bob', online: false })
    await carol.close()
    await alice.next('presence')
    const [, bobLeft] = alice.frames.filter((frame) => frame.type === 'presence')
    expect(told(alice)).toEqual([
      ['carol', true],
      ['bob', false],
      ['carol', false],
    ])
    await vi.waitFor(async () => {
      expect((await host.as('alice').get('/users/bob')).body.lastSeenAt).toBe(bobLeft.lastSeenAt)
    })
  })

  it('is about people, not about sockets', async () => {
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    await alice.command('presence.watch', { userIds: ['bob'] })
    const laptop = await ready(host, 'bob')
    await bob.close()
    await alice.command('presence.watch', { userIds: ['bob'] })
    expect(told(alice)).toEqual([])
    await laptop.close()
    await alice.next('presence')
    expect(told(alice)).toEqual([['bob', false]])
  })

  it('watches those whom it was given last, and nobody after an empty list', async () => {
    const alice = await ready(host, 'alice')
    await alice.command('presence.watch', { userIds: ['bob'] })
    await alice.command('presence.watch', { userIds: ['carol'] })
    await ready(host, 'bob')
    const carol = await ready(host, 'carol')
    await alice.next('presence')
    expect(told(alice)).toEqual([['carol', true]])
    await alice.command('presence.watch', { userIds: [] })
    await carol.close()
    await ready(host, 'carol')
    await alice.settled()
    expect(told(alice)).toHaveLength(1)
  })

  it('takes 200 people at most', async () => {
    const alice = await ready(host, 'alice')
    const userIds = Array.from({ length: 201 }, (_, n) => `user ${n}`)
    expect(await alice.command('presence.watch', { userIds: userIds.slice(1) })).toMatchObject({ type: 'ok' })
    expect(await alice.command('presence.watch', { userIds })).toMatchObject({
      type: 'error',
      problem: { code: 'invalid_request', errors: [{ pointer: '/userIds' }] },
    })
  })

  it('begins with hello: who only opened a socket is not here yet', async () => {
    const alice = await ready(host, 'alice')
    await alice.command('presence.watch', { userIds: ['dave'] })
    const dave = await host.socket('dave', { hello: null })
    await alice.command('presence.watch', { userIds: ['dave'] })
    expect(told(alice)).toEqual([])
    dave.send({ type: 'hello' })
    await alice.next('presence')
    expect(told(alice)).toEqual([['dave', true]])
  })
})
