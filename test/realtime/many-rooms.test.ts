import { beforeAll, describe, expect, it, vi } from 'vitest'
import { roomPresets } from '../../src/core/room-presets.js'
import { newId } from '../../src/store/ids.js'
import { databases } from '../databases.js'
import type { TestHost } from '../host.js'
import { longMs } from '../patience.js'
import type { TestSocket } from '../socket.js'
import { ready, sharedHost } from './given.js'

const partsOf = <T>(all: T[], most = 500): T[][] =>
  Array.from({ length: Math.ceil(all.length / most) }, (_, n) => all.slice(n * most, (n + 1) * most))

/** Rooms of Alice's, written straight into the database; each stands at revision 7. */
async function givenRooms({ prisma }: Pick<TestHost, 'prisma'>, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId())
  const now = new Date()
  for (const some of partsOf(ids)) {
    const room = { type: 'group', name: 'One of many', memberCount: 1 } as const
    const times = { lastMessageAt: now, createdAt: now, updatedAt: now }
    await prisma.chatRoom.createMany({ data: some.map((id) => ({ id, ...room, ...times, revision: 7 })) })
    const member = { userId: 'alice', role: 'owner', ...roomPresets.group.owner, joinedAt: now } as const
    await prisma.chatRoomUser.createMany({
      data: some.map((roomId) => ({ roomId, ...member, joinedRevision: 1, revision: 1 })),
    })
  }
  return ids
}

/** Says hello as a client does that holds messages of all these rooms. */
async function comeBack(host: TestHost, seen: [string, number][]): Promise<TestSocket> {
  const socket = await host.socket('alice', { hello: null })
  for (const some of partsOf(seen)) socket.send({ type: 'hello', rooms: Object.fromEntries(some), more: true })
  socket.send({ type: 'hello' })
  await vi.waitFor(() => expect(socket.frames.at(-1)?.type).toBe('ready'), { timeout: longMs, interval: 50 })
  return socket
}

describe.each(databases)('somebody in very many rooms, on $name', (on) => {
  // What is said of many rooms is the same on each database, and to write so many takes a while.
  const count = on.name === 'postgresql' ? 10_000 : 2_500
  const host = sharedHost({}, on)
  let roomIds: string[]
  beforeAll(async () => {
    roomIds = await givenRooms(host, count)
  }, longMs)

  it(
    'is welcomed with all of them, and hears of each',
    async () => {
      const alice = await ready(host, 'alice')
      expect(Object.keys(alice.frames[0].rooms)).toHaveLength(count)
      for (const roomId of [roomIds[0], roomIds.at(-1)] as string[]) {
        await host.chat.messages.send('alice', roomId, { text: 'hi' })
        expect(await alice.next('message.created')).toMatchObject({ roomId })
      }
    },
    longMs,
  )

  it(
    'comes back with 1,600 of them, as they are',
    async () => {
      const alice = await comeBack(
        host,
        roomIds.slice(100, 1_700).map((roomId) => [roomId, 7]),
      )
      expect(alice.frames.map((frame) => frame.type)).toEqual(['welcome', 'ready'])
    },
    longMs,
  )

  it(
    'comes back with 15,000, of which some moved and many are not theirs',
    async () => {
      const moved = roomIds.slice(200, 230)
      for (const roomId of moved) await host.chat.messages.send('alice', roomId, { text: 'missed' })
      const known = roomIds.slice(100, -100)
      const strange = Array.from({ length: 15_000 - known.length }, () => newId())
      const alice = await comeBack(
        host,
        [...known, ...strange].map((roomId) => [roomId, 7]),
      )
      const left = alice.frames.filter((frame) => frame.type === 'room.left')
      expect(new Set(left.map((frame) => frame.roomId))).toEqual(new Set(strange))
      const missed = alice.frames.filter((frame) => frame.type === 'message.created').map((frame) => frame.roomId)
      expect(missed.sort()).toEqual(moved.sort())
    },
    longMs,
  )

  it(
    'is told to read anew the rooms that moved beyond the first 500',
    async () => {
      const alice = await comeBack(
        host,
        roomIds.slice(1_700, 2_400).map((roomId) => [roomId, 6]),
      )
      expect(alice.frames.filter((frame) => frame.type === 'room.reset')).toHaveLength(200)
      const [roomId = ''] = roomIds.slice(1_800)
      await host.chat.messages.send('alice', roomId, { text: 'live' })
      expect(await alice.next('message.created')).toMatchObject({ roomId })
    },
    longMs,
  )
})
