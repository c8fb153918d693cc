import { describe, expect, it } from 'vitest'
import { Database } from '../../src/store/database.js'
import { roomsMovedSince } from '../../src/store/moved-rooms.js'
import { databases } from '../databases.js'
import { givenDatabase, givenHost } from '../realtime/given.js'

describe.each(databases)('the stamp of a room that moved, on $name', (on) => {
  async function given() {
    const database = await givenDatabase(on)
    const host = await givenHost({}, database)
    const { client, dialect } = new Database(database.prisma)
    const { id: roomId } = await host.chat.rooms.create('alice', { type: 'group', name: 'A group', userIds: ['bob'] })
    const { id: messageId } = await host.chat.messages.send('alice', roomId, { text: 'hello' })
    const movedSince = (clock: number) => roomsMovedSince(client, dialect, clock)
    /** As if it had moved last in 1970. */
    const forget = () => database.prisma.chatRoom.updateMany({ data: { changedAt: 0 } })
    const run = (sql: string) => dialect.execute(client, sql, [])
    return { ...host, roomId, messageId, movedSince, forget, run }
  }

  it('is left by whatever moves it, by the clock of the database', async () => {
    const { chat, roomId, messageId, movedSince, forget } = await given()
    const ways: Record<string, () => Promise<unknown>> = {
      message: () => chat.messages.send('alice', roomId, { text: 'hello' }),
      'messages at once': () => Promise.all(['1', '2', '3'].map((text) => chat.messages.send('bob', roomId, { text }))),
      'message in a transaction': () =>
        chat.transaction((_, within) => within.messages.send('alice', roomId, { text: 'hello' })),
      edit: () => chat.messages.edit('alice', roomId, messageId, { text: 'edited' }),
      reaction: () => chat.reactions.add('bob', roomId, messageId, '👍'),
      'new name': () => chat.rooms.update('alice', roomId, { name: 'Renamed' }),
      'new member': () => chat.members.add('alice', roomId, { userId: 'carol' }),
      'member who left': () => chat.members.remove('carol', roomId, 'carol'),
    }
    for (const [name, way] of Object.entries(ways)) {
      const { clock, rooms } = await movedSince(Date.now())
      await forget()
      expect((await movedSince(clock - 5_000)).rooms, name).toEqual([])
      await way()
      const after = await movedSince(clock)
      expect(after.rooms, name).toEqual([{ id: roomId, revision: expect.any(Number) }])
      expect(after.rooms[0]?.revision, name).toBeGreaterThan(rooms[0]?.revision ?? 0)
    }
  })

  it('is on a room from its beginning', async () => {
    const { chat, movedSince, forget } = await given()
    const { clock } = await movedSince(Date.now())
    await forget()
    const { id, revision } = await chat.rooms.create('bob', { type: 'group', name: 'Another', userIds: ['alice'] })
    expect((await movedSince(clock)).rooms).toEqual([{ id, revision }])
  })

  it('stays as it is for a second, and one of the future does not', async () => {
    const { chat, prisma, roomId, movedSince } = await given()
    const stampAt = async (changedAt: number) => {
      await prisma.chatRoom.updateMany({ data: { changedAt } })
      await chat.messages.send('alice', roomId, { text: 'hello' })
      return (await prisma.chatRoom.findUniqueOrThrow({ where: { id: roomId } })).changedAt
    }
    const { clock } = await movedSince(0)
    const soon = clock + 60_000
    expect(await stampAt(soon)).toBeLessThan(soon)
    expect(await stampAt(clock - 60_000)).toBeGreaterThanOrEqual(clock)
    const { clock: now } = await movedSince(0)
    const fresh = await stampAt(now)
    // Unless the machine took longer than that.
    const { clock: later } = await movedSince(0)
    if (later - now < 1_000) expect(fresh).toBe(now)
    else expect(fresh).toBeGreaterThanOrEqual(now)
  })

  it('is in ms since 1970, in no time zone', async () => {
    const { movedSince } = await given()
    const before = Date.now()
    const { clock } = await movedSince(Number.MAX_SAFE_INTEGER)
    expect(clock).toBeGreaterThanOrEqual(before - 1_000)
    expect(clock).toBeLessThanOrEqual(Date.now() + 1_000)
  })

  it('is found in however many rooms have moved', async () => {
    const { prisma, movedSince, forget, run } = await given()
    await forget()
    // As many as are worth more than a MB, as after a change of each room of a host.
    const now = new Date()
    const ids = Array.from({ length: 160 }, (_, n) => `${n}`.padStart(18, '-'))
    const times = { lastMessageAt: now, createdAt: now, updatedAt: now }
    await prisma.chatRoom.createMany({ data: ids.map((id) => ({ id, type: 'group', changedAt: 1, ...times })) })
    const both = on.name === 'mysql' ? 'CONCAT(a.id, b.id)' : 'a.id || b.id'
    await run(
      `INSERT INTO chat_rooms (id, type, changed_at, last_message_at, created_at, updated_at)
       SELECT ${both}, a.type, 5000, a.last_message_at, a.created_at, a.updated_at FROM chat_rooms a, chat_rooms b
       WHERE a.changed_at = 1 AND b.changed_at = 1`,
    )
    const { clock, rooms } = await movedSince(5_000)
    expect(new Set(rooms.map(({ id }) => id)).size).toBe(25_600)
    expect(clock).toBeGreaterThan(5_000)
  })
})
