import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type OpenDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { givenGroup } from './given-room.js'

const minute = 60_000
const day = 24 * 60 * minute

describe.each(databases)('the time of a room on $name', (database) => {
  let store: OpenDatabase
  /** Two servers, of which one is ahead by some ms. */
  let right: TestHost
  let ahead: TestHost
  let aheadMs = 0
  const start = Date.parse('2030-01-01T00:00:00.000Z')
  let now = start

  beforeAll(async () => {
    store = await database.open()
    right = await startHost(store, { clock: () => new Date(now) })
    ahead = await startHost({ prisma: store.connect() }, { clock: () => new Date(now + aheadMs) })
    await people(right, 'alice', 'bob')
  })
  afterAll(async () => {
    await Promise.all([right.close(), ahead.close()])
    await store.close()
  })

  /** When everything in a room was written, in ms after the start, and when its last message was. */
  async function times(roomId: string) {
    const rows = await store.prisma.chatMessage.findMany({ where: { roomId }, orderBy: { seq: 'asc' } })
    const room = await store.prisma.chatRoom.findUniqueOrThrow({ where: { id: roomId } })
    return {
      written: rows.map(({ createdAt }) => createdAt.getTime() - start),
      last: room.lastMessageAt.getTime() - start,
    }
  }

  async function given(ms: number): Promise<string> {
    now = start
    aheadMs = ms
    return (await givenGroup(right, 'alice', 'bob')).id
  }

  /** Says something by one of the servers a minute later, and gives when that was, as whoever said it was told. */
  async function say(host: TestHost, roomId: string): Promise<number> {
    now += minute
    const message = await host.chat.messages.send('bob', roomId, { text: 'hello' })
    return Date.parse(message.createdAt) - start
  }

  it('does not go back where the clock of one server is ahead', async () => {
    const id = await given(3 * minute)
    const told = [
      await say(right, id),
      await say(ahead, id),
      await say(right, id),
      await say(right, id),
      await say(right, id),
    ]
    expect(told).toEqual([1, 5, 5, 5, 5].map((n) => n * minute))
    now += minute
    await right.chat.rooms.update('alice', id, { name: 'Another name' })
    told.push(await say(right, id))
    expect(await times(id)).toEqual({ written: [0, ...told.slice(0, 5), 6 * minute, 7 * minute], last: 7 * minute })
  })

  it('does not go back for what the system says, nor where much is said at once', async () => {
    const id = await given(3 * minute)
    await say(ahead, id)
    now += minute
    await right.chat.rooms.update('alice', id, { name: 'Another name' })
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => right.chat.messages.send('bob', id, { text: 'hello' })),
    )
    expect(new Set(sent.map(({ createdAt }) => Date.parse(createdAt) - start))).toEqual(new Set([4 * minute]))
    const { written, last } = await times(id)
    expect(written).toEqual([0, ...Array(22).fill(4 * minute)])
    expect(last).toBe(4 * minute)
  })

  it('goes back to what was said before where the last message is deleted', async () => {
    const id = await given(3 * minute)
    await say(right, id)
    await say(ahead, id)
    const [last] = (await right.chat.messages.list('bob', id, { limit: 1 })).items
    await right.chat.messages.delete('bob', id, last?.id ?? '')
    expect(await say(right, id)).toBe(3 * minute)
    expect((await times(id)).last).toBe(3 * minute)
  })

  it('does not follow a clock that is more than a day ahead', async () => {
    const id = await given(2 * day)
    await say(ahead, id)
    expect([await say(right, id), await say(right, id)]).toEqual([2 * minute, 3 * minute])
    expect((await times(id)).last).toBe(3 * minute)
  })
})
