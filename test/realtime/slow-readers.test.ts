import type { Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TestHost } from '../host.js'
import { longMs } from '../patience.js'
import type { TestSocket } from '../socket.js'
import { givenGroup, givenHost, ready, revisionOf, say } from './given.js'

const mebibyte = 1024 * 1024
/** The longest text: 24 kB as it goes over the wire. */
const long = '图'.repeat(8_000)

/** The server's ends of all sockets, so that a test can see what waits in them. */
function serverSockets({ server }: TestHost) {
  const sockets = new Map<number, Socket>()
  server.on('connection', (socket) => sockets.set(socket.remotePort ?? 0, socket))
  return (client: TestSocket): Socket => {
    const { localPort } = Reflect.get(client.webSocket, '_socket') as Socket
    return sockets.get(localPort ?? 0) as Socket
  }
}

async function roomOfTwo(queuedBytes = mebibyte) {
  const host = await givenHost({ limits: { queuedBytes } })
  const endOf = serverSockets(host)
  const roomId = await givenGroup(host, 'alice', 'bob')
  const seen = await revisionOf(host, roomId)
  return { host, endOf, roomId, seen }
}

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n)
const revisions = (socket: TestSocket, roomId: string) => socket.events(roomId).map((event) => event.revision)

describe('a reader that does not read', () => {
  it(
    'is closed with 4413 before its queue grows beyond bounds, is no burden to others, and resumes without a hole',
    async () => {
      const { host, endOf, roomId, seen } = await roomOfTwo()
      const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
      bob.webSocket.pause()
      const end = endOf(bob)
      let longest = 0
      let sent = 0
      // The kernel takes some MiB by itself; then what waits grows, until nothing more is added.
      for (let before = -1; before !== end.bytesWritten; ) {
        before = end.bytesWritten
        await say(host, 'alice', roomId, 5, long)
        sent += 5
        await alice.until(() => alice.events(roomId).length === sent, 'what everyone is told')
        longest = Math.max(longest, end.writableLength)
        expect(sent, 'messages to one who does not read').toBeLessThan(500)
      }
      expect(longest).toBeGreaterThan(mebibyte / 2)
      expect(longest).toBeLessThan(1.2 * mebibyte)
      bob.webSocket.resume()
      expect(await bob.ended()).toMatchObject({ code: 4413 })
      expect(revisions(alice, roomId)).toEqual(from(seen + 1, seen + sent))
      expect(alice.closed).toBeUndefined()

      const last = revisions(bob, roomId).at(-1) as number
      expect(revisions(bob, roomId)).toEqual(from(seen + 1, last))
      const again = await ready(host, 'bob', { hello: { rooms: { [roomId]: last } } })
      expect(revisions(again, roomId)).toEqual(from(last + 1, seen + sent))
    },
    longMs,
  )

  it(
    'misses first what may be missed: who types is not kept for it',
    async () => {
      const { host, endOf, roomId, seen } = await roomOfTwo()
      const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
      const end = endOf(bob)
      bob.webSocket.pause()
      let sent = 0
      for (; end.writableLength < 0.6 * mebibyte; sent += 1) await say(host, 'alice', roomId, 1, long)
      await alice.command('typing', { roomId, isTyping: true })
      bob.webSocket.resume()
      await bob.until(() => bob.events(roomId).length === sent, 'everything that was said')
      await bob.settled()
      expect(revisions(bob, roomId)).toEqual(from(seen + 1, seen + sent))
      expect(bob.frames.map((frame) => frame.type)).not.toContain('typing')
    },
    longMs,
  )
})

describe('a reader that reads', () => {
  it('is not slow, however much is said at once', async () => {
    const { host, roomId, seen } = await roomOfTwo()
    const sockets = [await ready(host, 'alice'), await ready(host, 'bob')]
    await host.chat.transaction(async (_, chat) => {
      for (let n = 0; n < 80; n += 1) await chat.messages.send('alice', roomId, { text: long })
    })
    for (const socket of sockets) {
      await socket.until(() => socket.events(roomId).length === 80, 'all of it')
      expect(revisions(socket, roomId)).toEqual(from(seen + 1, seen + 80))
    }
  })

  it(
    'resumes what is more than may wait for it: 400 of the longest messages',
    async () => {
      const { host, endOf, roomId, seen } = await roomOfTwo()
      await say(host, 'alice', roomId, 400, long)
      const bob = await host.socket('bob', { hello: null })
      const end = endOf(bob)
      let longest = 0
      bob.webSocket.on('message', () => {
        longest = Math.max(longest, end.writableLength)
      })
      bob.send({ type: 'hello', rooms: { [roomId]: seen } })
      await bob.until(() => bob.frames.at(-1)?.type === 'ready', 'ready')
      expect(revisions(bob, roomId)).toEqual(from(seen + 1, seen + 400))
      expect(longest).toBeLessThan(mebibyte)
    },
    longMs,
  )

  it('resumes also where little may wait for it', async () => {
    const { host, roomId, seen } = await roomOfTwo(200_000)
    await say(host, 'alice', roomId, 100, long)
    const bob = await ready(host, 'bob', { hello: { rooms: { [roomId]: seen } } })
    expect(revisions(bob, roomId)).toEqual(from(seen + 1, seen + 100))
  })

  it(
    'resumes many rooms at once that are more than may wait for it together',
    async () => {
      const { host } = await roomOfTwo()
      const rooms: Record<string, number> = {}
      for (let n = 0; n < 40; n += 1) {
        const roomId = await givenGroup(host, 'alice', 'bob')
        rooms[roomId] = await revisionOf(host, roomId)
      }
      await Promise.all(Object.keys(rooms).map((roomId) => say(host, 'alice', roomId, 5, long)))
      const bob = await ready(host, 'bob', { hello: { rooms } })
      for (const [roomId, seen] of Object.entries(rooms)) {
        expect(revisions(bob, roomId)).toEqual(from(seen + 1, seen + 5))
      }
    },
    longMs,
  )

  it(
    'may pause while it resumes: what it is told waits in the database, not in memory',
    async () => {
      const { host, endOf, roomId, seen } = await roomOfTwo()
      await say(host, 'alice', roomId, 450, long)
      const bob = await host.socket('bob', { hello: null })
      const end = endOf(bob)
      bob.webSocket.pause()
      bob.send({ type: 'hello', rooms: { [roomId]: seen } })
      const alice = await ready(host, 'alice')
      let longest = 0
      for (let before = -1; before !== end.bytesWritten; ) {
        before = end.bytesWritten
        for (let n = 0; n < 20; n += 1) await alice.settled()
        longest = Math.max(longest, end.writableLength)
      }
      expect(longest).toBeGreaterThan(0)
      expect(longest).toBeLessThan(mebibyte / 2)
      bob.webSocket.resume()
      await bob.ready()
      expect(revisions(bob, roomId)).toEqual(from(seen + 1, seen + 450))
    },
    longMs,
  )

  it('may go with 1000 while the room is loud, and is answered so', async () => {
    const { host, roomId } = await roomOfTwo()
    let isOver = false
    onTestFinished(() => {
      isOver = true
    })
    const talking = (async () => {
      while (!isOver) await say(host, 'alice', roomId, 4)
    })()
    for (let n = 0; n < 20; n += 1) {
      const bob = await ready(host, 'bob')
      await bob.next('message.created')
      bob.webSocket.close(1000)
      expect(await bob.ended()).toMatchObject({ code: 1000 })
    }
    isOver = true
    await talking
  })
})
