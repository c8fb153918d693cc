import type { ChatClient } from 'express-chat/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TestHost } from '../host.js'
import { longMs } from '../patience.js'
import { givenDatabase, givenGroup, givenHost } from '../realtime/given.js'
import { live, liveClient, shows, textsOf, until } from './given.js'
import { givenRelay } from './relay.js'

const many = 1_600

/** Copies of a room in bulk: as many rows as it takes, past all rules. Gives their ids. */
async function givenCopies({ prisma }: TestHost, roomId: string, count: number): Promise<string[]> {
  const room = await prisma.chatRoom.findUniqueOrThrow({ where: { id: roomId } })
  const members = await prisma.chatRoomUser.findMany({ where: { roomId } })
  const ids = Array.from({ length: count }, (_, n) => `${roomId}-${n}`)
  const rows = ids.map((id, n) => ({ ...room, id, name: `Room ${n}`, pairKey: null }))
  for (let begin = 0; begin < count; begin += 200) {
    await prisma.chatRoom.createMany({ data: rows.slice(begin, begin + 200) as never })
    const own = ids
      .slice(begin, begin + 200)
      .flatMap((id) => members.map((member) => ({ ...member, id: undefined, roomId: id })))
    await prisma.chatRoomUser.createMany({ data: own as never })
  }
  return ids
}

const listed = (client: ChatClient, count: number) =>
  until(client.rooms, ({ items, status }) => status === 'ready' && items.length === count, `${count} rooms`)

/** The pages of the list of rooms that were asked for. */
const pagesOf = (asked: readonly string[]) => asked.filter((each) => each.startsWith('GET /chat/rooms?'))

const hellosOf = (said: readonly { type: string; [key: string]: unknown }[][]) =>
  said.map((frames) => frames.filter(({ type }) => type === 'hello'))

describe('a user in very many rooms', () => {
  it(
    'connects, lists them, comes back, and hears what moved meanwhile',
    async () => {
      const host = await givenHost()
      const relay = await givenRelay(host.origin)
      const roomId = await givenGroup(host, 'alice', 'bob')
      const ids = await givenCopies(host, roomId, many)
      const alice = await liveClient(relay, 'alice')
      await listed(alice, 100)
      expect(pagesOf(relay.asked)).toHaveLength(1)
      await alice.rooms.loadMore()
      await listed(alice, 200)
      const shown = new Set(alice.rooms.getSnapshot().items.map(({ id }) => id))
      const [read = '', hidden = ''] = ids.filter((id) => !shown.has(id))
      const moved = ids.find((id) => shown.has(id)) as string
      await alice.room(read).messages.load()
      await until(alice.room(read), ({ status }) => status === 'joined')
      const renames: string[] = []
      onTestFinished(
        alice.room(moved).subscribe(() => renames.push(alice.room(moved).getSnapshot().room?.name ?? 'nothing')),
      )

      relay.closeWith(1012)
      await until(alice.connection, ({ status }) => status === 'reconnecting')
      await host.chat.messages.send('bob', read, { text: 'To who has read' })
      await host.chat.messages.send('bob', moved, { text: 'To who has not' })
      await host.chat.messages.send('bob', hidden, { text: 'Where nobody has looked' })
      await host.chat.rooms.update('alice', moved, { name: 'Renamed' })
      await live(alice)
      await shows(alice, read, 'To who has read')
      await until(alice.room(moved), ({ room }) => room?.name === 'Renamed')
      expect(renames).not.toContain('nothing')
      await listed(alice, 202)
      expect(
        alice.rooms
          .getSnapshot()
          .items.slice(0, 3)
          .map(({ id }) => id),
      ).toEqual([moved, hidden, read])
      expect(alice.unread.getSnapshot()).toMatchObject({ rooms: 3, messages: 3 })
      expect(hellosOf(relay.said).map((hellos) => hellos.map(({ rooms }) => Object.keys(rooms as object)))).toEqual([
        [[]],
        [[read]],
      ])
      // The pages that were looked at, and each of the few rooms that moved or were looked at.
      expect(pagesOf(relay.asked)).toHaveLength(2)
      const alone = relay.asked.filter((each) => ids.some((id) => each === `GET /chat/rooms/${id}`))
      expect(alone.sort()).toEqual([read, moved, hidden].map((id) => `GET /chat/rooms/${id}`).sort())
    },
    longMs,
  )

  it(
    'names the 500 rooms that were looked into last, in small frames, and reads the others again where they moved',
    async () => {
      const host = await givenHost()
      const relay = await givenRelay(host.origin)
      const roomId = await givenGroup(host, 'alice', 'bob')
      const ids = await givenCopies(host, roomId, 520)
      const alice = await liveClient(relay, 'alice')
      await listed(alice, 100)
      for (let n = 0; n < ids.length; n += 20) {
        await Promise.all(ids.slice(n, n + 20).map((id) => alice.room(id).messages.load()))
      }
      relay.closeWith(1012)
      await until(alice.connection, ({ status }) => status === 'reconnecting')
      const [first = ''] = ids
      const last = ids.at(-1) as string
      for (const id of [first, last]) await host.chat.messages.send('bob', id, { text: 'Missed' })
      await live(alice)
      for (const id of [first, last]) await shows(alice, id, 'Missed')
      const [, hellos = []] = hellosOf(relay.said)
      const named = hellos.flatMap(({ rooms }) => Object.keys(rooms as object))
      expect(new Set(named)).toEqual(new Set(ids.slice(20)))
      expect(hellos.map(({ more }) => more)).toEqual([...hellos.slice(1).map(() => true), undefined])
      expect(Math.max(...hellos.map((frame) => JSON.stringify(frame).length))).toBeLessThan(17_000)
    },
    longMs,
  )

  it('forgets what a restored database no longer holds, in rooms that were not named as well', async () => {
    const database = await givenDatabase()
    const host = await givenHost({}, database)
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await liveClient(relay, 'alice')
    await host.chat.rooms.update('alice', roomId, { name: 'Before the restore' })
    await host.chat.messages.send('bob', roomId, { text: 'Before the restore' })
    await until(alice.room(roomId), ({ room }) => room?.lastMessage?.text === 'Before the restore')
    relay.closeWith(1012)
    await until(alice.connection, ({ status }) => status === 'reconnecting')
    const { prisma } = host
    await prisma.chatMessage.deleteMany({ where: { roomId, text: 'Before the restore' } })
    await prisma.chatRoom.update({ where: { id: roomId }, data: { name: 'Restored', revision: 1, lastMessageSeq: 1 } })
    await live(alice)
    const { room } = await until(alice.room(roomId), ({ room }) => room?.name === 'Restored')
    expect(room).toMatchObject({ revision: 1, lastMessageSeq: 1, me: { unreadCount: 0 } })
    expect(room?.lastMessage?.text).not.toBe('Before the restore')
    await alice.room(roomId).messages.load()
    expect(textsOf(alice, roomId)).toEqual([])
  })

  it('is told of rooms that are not theirs any more', async () => {
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'bob', 'alice')
    const alice = await liveClient(relay, 'alice')
    relay.closeWith(1012)
    await until(alice.connection, ({ status }) => status === 'reconnecting')
    await host.chat.members.remove('bob', roomId, 'alice')
    await live(alice)
    await until(alice.rooms, ({ items }) => items.length === 0)
    expect(alice.room(roomId).getSnapshot()).toMatchObject({ status: 'left' })
  })
})
