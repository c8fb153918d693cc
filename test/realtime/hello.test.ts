import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { welcome } from '../../src/contract/frames.js'
import { newId } from '../../src/store/ids.js'
import { generousRates } from '../host.js'
import { givenDatabase, givenGroup, givenHost, givenStillTime, ready, revisionOf, sharedHost } from './given.js'

describe('hello', () => {
  const host = sharedHost()

  it('is answered by a welcome with where each of my rooms stands, and by ready', async () => {
    const [friends, others] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'carol', 'dave')]
    await host.chat.messages.send('bob', friends, { text: 'hi' })
    await host.as('alice').patch(`/rooms/${friends}/members/me`, { muted: true })
    const alice = await ready(host, 'alice')
    expect(alice.frames.map((frame) => frame.type)).toEqual(['welcome', 'ready'])
    expect(welcome.parse(alice.frames[0])).toMatchObject({
      user: { id: 'alice', name: 'Alice' },
      heartbeatMs: 25_000,
      limits: {
        textLength: 8000,
        frameBytes: 131_072,
        mediaPerMessage: 10,
        rates: { sends: generousRates.sends, reactions: generousRates.reactions, frames: generousRates.frames },
      },
      rooms: { [friends]: { lastMessageSeq: 2, lastReadSeq: 1, unreadCount: 1, muted: true } },
    })
    const { revision } = (await host.as('alice').get(`/rooms/${friends}`)).body
    expect(alice.frames[0].rooms[friends].revision).toBe(revision)
    expect(alice.frames[0].rooms).not.toHaveProperty(others)
  })

  it('gives every connection an id of its own', async () => {
    const sockets = [await ready(host, 'alice'), await ready(host, 'alice')]
    const [first, second] = sockets.map((socket) => socket.frames[0].connectionId)
    expect(first).not.toBe(second)
  })

  it('makes everything live, also in rooms that it did not name', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await ready(host, 'alice')
    await host.chat.messages.send('bob', roomId, { text: 'hi' })
    expect(await alice.next('message.created')).toMatchObject({ roomId, message: { text: 'hi' } })
  })

  it('must come within 5 s', async () => {
    const host = await givenHost()
    const pass = givenStillTime()
    const silent = await host.socket('alice', { hello: null })
    pass(4_999)
    silent.webSocket.ping()
    await once(silent.webSocket, 'pong')
    expect(silent.closed).toBeUndefined()
    pass(1)
    if (!silent.closed) await once(silent.webSocket, 'close')
    expect(silent.closed).toEqual({ code: 4408, reason: 'say hello within 5 s' })
  })

  it.each([
    ['another frame', JSON.stringify({ type: 'typing', id: '1', roomId: 'x', isTyping: true })],
    ['no JSON', 'hello'],
    ['an array', '[{"type":"hello"}]'],
    ['null', 'null'],
    ['nothing', ''],
    ['an unknown key', '{"type":"hello","room":{}}'],
    ['rooms that are no object', '{"type":"hello","rooms":[]}'],
    ['a revision below 0', '{"type":"hello","rooms":{"x":-1}}'],
    ['a revision that is no number', '{"type":"hello","rooms":{"x":"1"}}'],
    ['a revision beyond 2^53', '{"type":"hello","rooms":{"x":9007199254740993}}'],
    ['a polluted prototype', '{"type":"hello","rooms":{"__proto__":1}}'],
  ])('ends the socket with 4400 when %s comes in its place', async (_, frame) => {
    const socket = await host.socket('alice', { hello: null })
    socket.send(frame)
    expect(await socket.ended()).toMatchObject({ code: 4400 })
    expect(socket.frames).toEqual([])
  })

  it('ends the socket with 4400 when it is binary, and so does any later frame', async () => {
    const silent = await host.socket('alice', { hello: null })
    silent.webSocket.send(Buffer.from('{"type":"hello"}'))
    expect(await silent.ended()).toMatchObject({ code: 4400 })
    const greeted = await ready(host, 'alice')
    greeted.webSocket.send(Buffer.from('{"type":"presence.watch","id":"1","userIds":[]}'))
    expect(await greeted.ended()).toMatchObject({ code: 4400 })
  })

  it('may be followed by commands at once: they are answered after the welcome, in their order', async () => {
    const roomId = await givenGroup(host, 'alice')
    const alice = await host.socket('alice')
    for (const n of ['1', '2', '3']) alice.send({ type: 'message.send', id: n, roomId, clientId: n, text: n })
    await alice.until(() => alice.frames.filter((frame) => frame.type === 'ok').length === 3, 'three answers')
    expect(alice.frames[0].type).toBe('welcome')
    const said = alice.frames.filter((frame) => frame.type === 'message.created').map((frame) => frame.message.text)
    expect(said).toEqual(['1', '2', '3'])
  })

  it('may come in parts: only with the last one it is said, and all that they name counts', async () => {
    const [first, second] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')]
    const seen = { [first]: await revisionOf(host, first), [second]: await revisionOf(host, second) }
    for (const roomId of [first, second]) await host.chat.messages.send('bob', roomId, { text: 'hi' })
    const alice = await host.socket('alice', { hello: null })
    alice.send({ type: 'hello', rooms: { [first]: seen[first] }, more: true })
    alice.send({ type: 'hello', more: true })
    // Answered after what came before it.
    alice.webSocket.ping()
    await once(alice.webSocket, 'pong')
    expect(alice.frames).toEqual([])
    alice.send({ type: 'hello', rooms: { [second]: seen[second] } })
    await alice.ready()
    for (const roomId of [first, second]) expect(alice.events(roomId)).toMatchObject([{ type: 'message.created' }])
  })

  it('in parts is one hello for the rate of frames, and may be larger than a frame', async () => {
    const slow = await givenHost({ limits: { rates: { frames: { points: 2, seconds: 60 } } } })
    const alice = await slow.socket('alice', { hello: null })
    const rooms = (from: number) => Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [newId(), from + n]))
    for (let n = 0; n < 3; n += 1) alice.send({ type: 'hello', rooms: rooms(n), more: true })
    alice.send({ type: 'hello' })
    await alice.ready()
    await alice.settled()
    expect(alice.frames.filter((frame) => frame.type === 'room.left')).toHaveLength(12_000)
  })

  it.each([
    ['names more than 50,000 rooms', 13, (n: number) => ({ rooms: Object.fromEntries(roomIds(n, 4_000)) })],
    ['takes more than 5 MB', 8, (n: number) => ({ rooms: { [`${n}`]: n }, more: true, pad: ' ' })],
    ['comes in more than 5,000 parts', 5_001, () => ({})],
  ])('that %s ends the socket with 4400', async (what, parts, part) => {
    const alice = await host.socket('alice', { hello: null })
    for (let n = 0; n < parts; n += 1) {
      const text = JSON.stringify({ type: 'hello', more: true, ...part(n), pad: undefined })
      alice.send(what.includes('MB') ? text + ' '.repeat(700_000) : text)
    }
    expect(await alice.ended()).toMatchObject({ code: 4400, reason: expect.stringMatching(/^hello /) })
    expect(alice.frames).toEqual([])
  })

  it('is said once', async () => {
    const alice = await ready(host, 'alice')
    alice.send({ type: 'hello' })
    expect(await alice.next('error')).toMatchObject({ problem: { code: 'invalid_request' } })
    expect(await alice.command('hello', {})).toMatchObject({ problem: { code: 'invalid_request' } })
  })

  it('asks about what is no longer theirs for as long as somebody is there to be told', async () => {
    const { prisma } = await givenDatabase()
    let asked = 0
    let reach = () => {}
    let release = () => {}
    const reached = new Promise<void>((resolve) => (reach = resolve))
    const released = new Promise<void>((resolve) => (release = resolve))
    const holding = prisma.$extends({
      query: {
        chatRoomUser: {
          async findMany({ args, query }) {
            if (typeof args.where?.roomId !== 'object') return query(args)
            asked += 1
            reach()
            await released
            return query(args)
          },
        },
      },
    })
    const host = await givenHost({}, { prisma: holding as unknown as typeof prisma })
    const alice = await host.socket('alice', { hello: null })
    for (let n = 0; n < 5; n += 1) {
      const rooms = Object.fromEntries(Array.from({ length: 1_000 }, () => [newId(), 1]))
      alice.send({ type: 'hello', rooms, more: n < 4 })
    }
    await reached
    await givenGroup(host, 'alice', 'bob')
    const bob = await ready(host, 'bob')
    alice.terminate()
    const present = async () => (await bob.command('presence.watch', { userIds: ['alice'] })).result
    await expect.poll(present).toEqual([])
    release()
    await bob.settled()
    expect(asked).toBe(1)
  })
})

const roomIds = (from: number, count: number) => Array.from({ length: count }, (_, n) => [`${from} ${n}`, n] as const)
