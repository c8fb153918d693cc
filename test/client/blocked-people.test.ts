import type { Me } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { people, type TestHost } from '../host.js'
import { givenDatabase, givenGroup, givenHost, sharedHost } from '../realtime/given.js'
import { failure } from './answering.js'
import { givenLive } from './connecting.js'
import { liveClient, until } from './given.js'
import { givenLine } from './line.js'
import { messageOf, roomOf, userOf } from './state/room-model.js'
import { pass } from './wire.js'

const blockOf = (userId: string) => ({ user: userOf(userId), createdAt: '2026-11-26T12:00:00.000Z' })

let pairs = 0
/** Two people whom nobody else in this file knows. */
async function givenPair(host: TestHost): Promise<[string, string]> {
  pairs += 1
  const pair: [string, string] = [`ann-${pairs}`, `ben-${pairs}`]
  await people(host, ...pair)
  return pair
}

describe('whom I block', () => {
  const host = sharedHost()
  type Client = Awaited<ReturnType<typeof liveClient>>
  const idsOf = ({ blocks }: Client) => blocks.getSnapshot().items.map(({ user }) => user.id)
  const shows = (client: Client, ...ids: string[]) =>
    until(client.blocks, ({ status }) => status === 'ready' && idsOf(client).join() === ids.join(), ids.join())

  it('is known once it was asked for, and changes at once with what is done', async () => {
    const [ann, ben] = await givenPair(host)
    const client = await liveClient(host, ann)
    expect(client.blocks.getSnapshot()).toEqual({ items: [], status: 'idle', error: null })
    await client.blocks.load()
    expect(client.blocks.getSnapshot()).toEqual({ items: [], status: 'ready', error: null })
    expect(await client.blocks.add(ben)).toMatchObject({ user: { id: ben } })
    expect(idsOf(client)).toEqual([ben])
    await client.blocks.add(ben)
    expect(idsOf(client)).toEqual([ben])
    await client.blocks.remove(ben)
    expect(idsOf(client)).toEqual([])
    await client.blocks.remove(ben)
    expect(await failure(client.blocks.add(ann))).toMatchObject({ code: 'conflict' })
    expect(await failure(client.blocks.add('nobody'))).toMatchObject({ code: 'not_found' })
    expect(idsOf(client)).toEqual([])
  })

  it('is the same in another tab of the same user, and no matter of the other one', async () => {
    const [ann, ben] = await givenPair(host)
    const [one, other, peer] = await Promise.all([ann, ann, ben].map((userId) => liveClient(host, userId)))
    await Promise.all([one, other, peer].map((client) => (client as Client).blocks.load()))
    await (one as Client).blocks.add(ben)
    await shows(other as Client, ben)
    await (other as Client).blocks.remove(ben)
    await shows(one as Client)
    await (one as Client).blocks.add(ben)
    await shows(other as Client, ben)
    expect(idsOf(peer as Client)).toEqual([])
  })

  it('is right again after a reconnect, whatever happened meanwhile', async () => {
    const [ann, ben] = await givenPair(host)
    const line = await givenLine(host.origin)
    const client = await liveClient(line, ann)
    await client.blocks.load()
    line.isUp = false
    line.cut()
    await until(client.connection, ({ status }) => status === 'reconnecting')
    await host.as(ann).put(`/users/me/blocks/${ben}`)
    line.isUp = true
    client.wake()
    await shows(client, ben)
  })

  it('comes from another server without a bus too, where the two have a private room', async () => {
    const database = await givenDatabase()
    const [here, there] = [await givenHost({ pollMs: 100 }, database), await givenHost({ pollMs: 100 }, database)]
    const [ann, ben] = await givenPair(here)
    await here.chat.rooms.create(ann, { type: 'private', userIds: [ben] })
    const [one, other] = [await liveClient(here, ann), await liveClient(there, ann)]
    await other.blocks.load()
    await one.blocks.add(ben)
    await shows(other, ben)
    await one.blocks.remove(ben)
    await shows(other)
  })

  it('hides what they say in groups, and counts none of their reactions', async () => {
    const [ann, ben] = await givenPair(host)
    const roomId = await givenGroup(host, ann, ben, 'carol')
    const { id } = await host.chat.messages.send(ann, roomId, { text: 'Mine' })
    await host.chat.messages.send(ben, roomId, { text: 'Theirs' })
    await host.chat.members.add(ben, roomId, { userId: 'dave' })
    for (const userId of [ben, 'carol']) await host.chat.reactions.add(userId, roomId, id, '👍')
    const client = await liveClient(host, ann)
    const { messages } = client.room(roomId)
    await messages.load()
    const shown = () =>
      messages
        .getSnapshot()
        .items.filter(({ kind }) => kind === 'user')
        .map(({ text, isBlocked = false, reactions }) => [text, isBlocked, reactions.map(({ count }) => count)])
    expect(shown()).toEqual([
      ['Mine', false, [2]],
      ['Theirs', false, []],
    ])
    await client.blocks.add(ben)
    expect(shown()).toEqual([
      ['Mine', false, [1]],
      ['Theirs', true, []],
    ])
    // That they did something is for everybody to know.
    expect(messages.getSnapshot().items.filter(({ kind, isBlocked }) => kind === 'system' && isBlocked)).toEqual([])
    await host.chat.messages.send(ben, roomId, { text: 'Still here' })
    await until(messages, () => shown().some(([text, isBlocked]) => text === 'Still here' && isBlocked))
    await client.blocks.remove(ben)
    expect(shown()).toEqual([
      ['Mine', false, [2]],
      ['Theirs', false, []],
      ['Still here', false, []],
    ])
  })

  it('ends what either writes in their private room, which says so', async () => {
    const [ann, ben] = await givenPair(host)
    const { id } = await host.chat.rooms.create(ann, { type: 'private', userIds: [ben] })
    const [client, peer] = [await liveClient(host, ann), await liveClient(host, ben)]
    await client.blocks.add(ben)
    await until(peer.room(id), ({ room }) => room?.isBlocked)
    for (const each of [client, peer]) {
      expect(await failure(each.room(id).messages.send({ text: 'Hey' }))).toMatchObject({ code: 'blocked' })
    }
    expect(await failure(peer.rooms.create({ type: 'group', name: 'Us', userIds: [ann] }))).toMatchObject({
      code: 'blocked',
    })
    await client.blocks.remove(ben)
    await until(peer.room(id), ({ room }) => room?.isBlocked === false)
    await peer.room(id).messages.send({ text: 'Sorry' })
  })
})

describe('the list of whom I block', () => {
  async function given() {
    const all = await givenLive()
    const { blocks } = all.client
    all.wire.hold(/GET .*blocks/)
    const shown = () => {
      const { items, status, error } = blocks.getSnapshot()
      return [items.map(({ user }) => user.id).join(), status, error?.code ?? null]
    }
    let answered = 0
    /** Answers what was asked for first of what waits. */
    async function answer(...answer: Parameters<(typeof all.wire.held)[number]['answer']>) {
      all.wire.held[answered]?.answer(...answer)
      answered += 1
      await pass()
    }
    const page = (...ids: string[]) => answer(200, { items: ids.map(blockOf), nextCursor: null })
    const isAsked = () => all.wire.held.length > answered
    return { ...all, blocks, shown, answer, page, isAsked }
  }

  it('that cannot be read says so, and is read when it is asked for again', async () => {
    const { blocks, shown, answer, page, isAsked } = await given()
    const loaded = blocks.load()
    expect(shown()).toEqual(['', 'loading', null])
    await pass()
    await answer(503, { code: 'unavailable', status: 503 })
    await loaded
    expect(shown()).toEqual(['', 'failed', 'unavailable'])
    await pass(60_000)
    expect(isAsked()).toBe(false)
    const again = blocks.load()
    expect(shown()).toEqual(['', 'loading', null])
    await pass()
    await page('bob')
    await again
    expect(shown()).toEqual(['bob', 'ready', null])
    await blocks.load()
    expect(isAsked()).toBe(false)
  })

  it('is read to its end', async () => {
    const { wire, blocks, shown, answer, page } = await given()
    const loaded = blocks.load()
    await pass()
    await answer(200, { items: [blockOf('bob')], nextCursor: 'more' })
    expect(wire.log.at(-1)).toBe('GET /users/me/blocks?limit=100&cursor=more')
    await page('carol')
    await loaded
    expect(shown()).toEqual(['bob,carol', 'ready', null])
  })

  it('stays as it was known while it cannot be read anew, which is tried until it can', async () => {
    const { wire, blocks, shown, answer, page, isAsked } = await given()
    void blocks.load()
    await pass()
    await page('bob')
    wire.socket.tell({ type: 'block.changed', userId: 'carol', isBlocked: true })
    await pass()
    await answer(503, { code: 'unavailable', status: 503, retryAfter: 5 })
    expect(shown()).toEqual(['bob', 'ready', null])
    await pass(4_999)
    expect(isAsked()).toBe(false)
    await pass(1)
    await page('bob', 'carol')
    expect(shown()).toEqual(['bob,carol', 'ready', null])
  })

  it('says so where it may not be read any more', async () => {
    const { wire, blocks, shown, answer } = await given()
    void blocks.load()
    await pass()
    await answer(200, { items: [blockOf('bob')], nextCursor: null })
    wire.socket.tell({ type: 'block.changed', userId: 'carol', isBlocked: true })
    await pass()
    await answer(500, { code: 'internal', status: 500 })
    expect(shown()).toEqual(['bob', 'failed', 'internal'])
  })

  it('that was asked for before somebody was blocked is asked for again, and never shown', async () => {
    const { wire, blocks, shown, page, isAsked } = await given()
    void blocks.load()
    await pass()
    wire.socket.tell({ type: 'block.changed', userId: 'bob', isBlocked: true })
    await page()
    expect(isAsked()).toBe(true)
    await page('bob')
    expect(shown()).toEqual(['bob', 'ready', null])
    expect(isAsked()).toBe(false)
  })

  it('is that of whoever is signed in', async () => {
    const { wire, client, blocks, shown, page } = await given()
    void blocks.load()
    await pass()
    await page('bob')
    void blocks.load()
    client.close()
    expect(shown()).toEqual(['', 'idle', null])
    wire.user = userOf('dave')
    client.connect()
    await pass(50)
    await page('alice')
    expect(shown()).toEqual(['alice', 'ready', null])
  })

  it('has rooms counted anew in which they may have written, and no private room with somebody else', async () => {
    const { wire, client } = await given()
    const rooms = [
      roomOf('group', { revision: 2, lastMessageSeq: 1 }),
      roomOf('with-bob', { revision: 2, lastMessageSeq: 1, type: 'private', peer: userOf('bob') }),
      roomOf('with-carol', { revision: 2, lastMessageSeq: 1, type: 'private', peer: userOf('carol') }),
    ].map((room) => ({ ...room, me: { ...room.me, unreadCount: 1, mentionCount: 1 } as Me }))
    for (const room of rooms) {
      wire.rooms.set(room.id, room)
      wire.socket.tell({ type: 'room.joined', room })
    }
    expect(client.rooms.getSnapshot().items.length).toBeGreaterThanOrEqual(3)
    await pass(1_000)
    for (const isBlocked of [true, false]) {
      const before = wire.log.length
      wire.socket.tell({ type: 'block.changed', userId: 'bob', isBlocked })
      await pass(1_000)
      const asked = wire.log.slice(before).filter((what) => what.startsWith('GET /rooms/'))
      expect(asked.sort()).toEqual(['GET /rooms/group', 'GET /rooms/with-bob'])
    }
  })

  it('takes away every reaction of those who are in it, as far as it is known whose it was', async () => {
    const { wire, client, blocks, page } = await given()
    const { messages } = client.room('room')
    await messages.load()
    const reactions = [
      { reaction: '👍', count: 25, userIds: ['bob', 'carol'] },
      { reaction: '👎', count: 1, userIds: ['bob'] },
    ]
    const message = messageOf('room', 4, { user: userOf('carol'), reactions })
    wire.socket.tell({ type: 'message.created', roomId: 'room', revision: 4, message })
    void blocks.load()
    await pass()
    await page('bob')
    expect(messages.getSnapshot().items.at(-1)?.reactions).toEqual([{ reaction: '👍', count: 24, userIds: ['carol'] }])
  })
})
