import { PrismaPg } from '@prisma/adapter-pg'
import { statementName } from 'express-chat'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PrismaClient as PostgresClient } from '../../../examples/prisma/postgresql/generated/client.js'
import { asDb, type Db } from '../../../src/store/client.js'
import { Database } from '../../../src/store/database.js'
import { type Dialect, optimisticMs } from '../../../src/store/dialects/dialect.js'
import type { NewMessage } from '../../../src/store/messages.js'
import { schema } from '../../databases/engines.js'
import { databases, type OpenDatabase } from '../../databases.js'
import { people, startHost } from '../../host.js'
import { givenGroup, ready, say } from '../../realtime/given.js'
import { newMessage } from '../new-message.js'

const now = new Date()
const room = {
  type: 'group',
  lastMessageAt: now,
  createdAt: now,
  updatedAt: now,
  revision: 7,
  lastMessageSeq: 3,
} as const
const query = { n: 0, userId: 'alice', clientId: null, replyToId: null }

const message = (roomId: string): NewMessage => newMessage({ id: `m ${roomId}`, roomId, seq: 4, revision: 8 })

describe.each(databases.filter(({ name }) => name === 'postgresql'))('without a transaction, on $name', (on) => {
  let optimistic: NonNullable<Dialect['optimistic']>
  let database: OpenDatabase
  let db: Db
  beforeEach(async () => {
    database = await on.open()
    db = asDb(database.prisma)
    optimistic = new Database(database.prisma).dialect.optimistic as typeof optimistic
    await database.prisma.chatRoom.createMany({ data: ['one', 'two'].map((id) => ({ id, ...room })) })
  })
  afterEach(() => database.close())

  const standing = async (roomId: string) => (await optimistic.roomStates(db, [{ ...query, roomId }]))[0]

  /** Appends to both rooms as they were when they were read. */
  async function append(meanwhile: () => Promise<unknown>, lateMs = 0): Promise<string[]> {
    const readAt = ((await standing('one'))?.readAt ?? 0) - lateMs
    await meanwhile()
    const moves = ['one', 'two'].map((roomId) => ({ roomId, revision: 7, count: 1, seqs: 1, replies: 0 }))
    const threads = { roots: [], places: [], followers: [], mentions: [] }
    const messages = [message('one'), message('two')]
    const count = await optimistic.append(db, moves, messages, [], [], threads, now, readAt)
    const stored = await db.chatMessage.findMany({ select: { roomId: true }, orderBy: { roomId: 'asc' } })
    expect(stored).toHaveLength(count)
    return stored.map(({ roomId }) => roomId)
  }

  it('a message is written, and its room moves on, where the room stands as it was read', async () => {
    expect(await append(async () => {})).toEqual(['one', 'two'])
    expect(await standing('one')).toMatchObject({ revision: 8, lastMessageSeq: 4 })
  })

  it('nothing is written to a room that moved on, and no other room waits for it', async () => {
    const moved = () => db.chatRoom.update({ where: { id: 'one' }, data: { revision: 8 } })
    expect(await append(moved)).toEqual(['two'])
    expect(await standing('one')).toMatchObject({ revision: 8, lastMessageSeq: 3 })
  })

  it('nothing is written to a room that somebody else holds', async () => {
    const other = database.connect()
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    let holding: Promise<void> | undefined
    const held = new Promise<void>((resolve) => {
      holding = other.$transaction(async (tx) => {
        await tx.chatRoom.update({ where: { id: 'one' }, data: { name: 'held' } })
        resolve()
        await released
      })
    })
    expect(await append(() => held)).toEqual(['two'])
    release()
    await holding
  })

  it('nothing is written to a room that was deleted', async () => {
    const deleted = () => db.chatRoom.update({ where: { id: 'one' }, data: { deletedAt: now } })
    expect(await append(deleted)).toEqual(['two'])
    expect(await standing('one')).toBeUndefined()
  })

  it('nothing is written by what comes too late: it was given up', async () => {
    expect(await append(async () => {}, optimisticMs + 1)).toEqual([])
    expect(await append(async () => {}, optimisticMs - 500)).toEqual(['one', 'two'])
  })

  it('whoever may not write is told so at once, though somebody holds the room', async () => {
    const host = await startHost(database)
    await people(host, 'alice', 'bob')
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.members.update('alice', roomId, 'bob', { permissions: { canCreateMessages: false } })
    const other = database.connect()
    await other.$transaction(async (tx) => {
      await tx.chatRoom.update({ where: { id: roomId }, data: { name: 'held' } })
      const refused = host.chat.messages.send('bob', roomId, { text: 'Hello' })
      await expect(refused).rejects.toMatchObject({ code: 'forbidden' })
      const outsider = host.chat.messages.send('mallory', roomId, { text: 'Hello' })
      await expect(outsider).rejects.toMatchObject({ code: 'not_found' })
    })
    await host.close()
  })

  it('two servers that write to one room at once lose nothing and number everything', async () => {
    const hosts = [await startHost(database), await startHost({ prisma: database.connect() })] as const
    await people(hosts[0], 'alice', 'bob')
    const roomId = await givenGroup(hosts[0], 'alice', 'bob')
    const alice = await ready(hosts[0], 'alice')
    await Promise.all(hosts.map((host) => say(host, 'bob', roomId, 50)))
    const rows = await db.chatMessage.findMany({ where: { roomId, userId: 'bob' }, orderBy: { seq: 'asc' } })
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, n) => (rows[0]?.seq ?? 0) + n))
    expect(rows).toHaveLength(100)
    await alice.until(() => alice.events(roomId).length === 100, 'all of them')
    await Promise.all(hosts.map((host) => host.close()))
  })

  it('a message that was sent twice at once is one, also where another server was in the way', async () => {
    const elsewhere = await startHost({ prisma: database.connect() })
    await people(elsewhere, 'alice', 'bob')
    const roomId = await givenGroup(elsewhere, 'alice', 'bob')
    let times = 0
    const write = async (...given: Parameters<Db['$executeRawUnsafe']>) => {
      times += 1
      if (times === 1) await elsewhere.chat.rooms.update('alice', roomId, { name: 'Renamed just then' })
      return db.$executeRawUnsafe(...given)
    }
    const late = new Proxy(database.prisma, {
      get: (target, name) => (name === '$executeRawUnsafe' ? write : Reflect.get(target, name)),
    })
    const here = await startHost({ prisma: late })
    const send = () => here.chat.messages.send('bob', roomId, { text: 'once', clientId: 'c' })
    const [one, other] = await Promise.all([send(), send()])
    expect(times).toBe(1)
    expect(await db.chatMessage.findMany({ where: { text: 'once' }, select: { id: true } })).toEqual([{ id: one.id }])
    expect(other.id).toBe(one.id)
    await Promise.all([here.close(), elsewhere.close()])
  })

  it('its statements are planned once a connection where the host gives them their names', async () => {
    // As docs/databases.md has it, on one connection.
    const adapter = new PrismaPg(
      { connectionString: database.url, max: 1 },
      {
        schema,
        statementNameGenerator: statementName,
      },
    )
    const prisma = new PostgresClient({ adapter })
    const host = await startHost({ prisma: prisma as unknown as OpenDatabase['prisma'] })
    await people(host, 'alice', 'bob')
    const roomId = await givenGroup(host, 'alice', 'bob')
    // Five times PostgreSQL makes a plan, and then keeps one if it is as good. How often each runs is
    // not said: a message may be appended under the room's lock instead, by another statement.
    const { id } = await host.chat.messages.send('alice', roomId, { text: 'hello' })
    for (let n = 0; n < 8; n += 1) {
      // An answer, for which it is read each time how the room stands.
      await host.chat.messages.send('alice', roomId, { text: 'hello', replyToId: id })
      await host.chat.messages.list('alice', roomId)
      await host.chat.rooms.list('alice')
      await host.chat.rooms.get('alice', roomId)
    }
    const prepared = await prisma.$queryRawUnsafe(
      `SELECT regexp_replace(name, '_[0-9a-f]+_[0-9]+$', '') AS name, custom_plans AS planned
       FROM pg_prepared_statements ORDER BY name`,
    )
    expect(prepared).toEqual([
      { name: 'express_chat_append', planned: 5n },
      { name: 'express_chat_history_below', planned: 5n },
      { name: 'express_chat_room', planned: 5n },
      { name: 'express_chat_room_states', planned: 5n },
      { name: 'express_chat_rooms_all_first_51', planned: 5n },
    ])
    await host.close()
    await prisma.$disconnect()
  })
})
