import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../src/store/client.js'
import { Database } from '../../src/store/database.js'
import { databases, type OpenDatabase } from '../databases.js'
import { newMessage } from './new-message.js'

const now = new Date()
const ids = Array.from({ length: 20 }, (_, n) => `room ${n}`)
const room = { type: 'group', lastMessageAt: now, createdAt: now, updatedAt: now } as const
const message = newMessage({ id: 'm1', roomId: 'room 0', seq: 1, revision: 1 })

// The others look at how large a table is now; SQLite believes what ANALYZE found until it is run again.
describe.each(databases.filter(({ name }) => name === 'sqlite'))('what a message writes, on $name', ({ open }) => {
  let database: OpenDatabase
  beforeAll(async () => {
    database = await open()
    await database.prisma.chatRoom.createMany({ data: ids.map((id) => ({ id, ...room })) })
    const may = { canAddUsers: true, canRemoveUsers: true, canCreateMessages: true, canDeleteMessages: true }
    const own = { canDeleteOwnMessages: true, canEditMessages: true, canEditOwnMessages: true }
    const member = { ...may, ...own, canEditRoom: true, canDeleteRoom: true, joinedRevision: 1, revision: 1 }
    await database.prisma.chatRoomUser.createMany({
      data: ids.map((roomId) => ({ roomId, userId: 'alice', role: 'owner', joinedAt: now, ...member })),
    })
    await database.prisma.$executeRawUnsafe('ANALYZE')
  })
  afterAll(() => database.close())

  it('is found by keys, also where the database was last told of tables that were small', async () => {
    const { prisma } = database
    const { dialect } = new Database(prisma)
    const steps: string[] = []
    const explain = async (sql: string, ...values: unknown[]) => {
      const plan: { detail: string }[] = await prisma.$queryRawUnsafe(`EXPLAIN QUERY PLAN ${sql}`, ...values)
      steps.push(...plan.map(({ detail }) => detail))
      return []
    }
    const explaining = { $queryRawUnsafe: explain, $executeRawUnsafe: explain } as unknown as Db
    await dialect.lockRooms(explaining, [{ roomId: 'room 0', count: 1, seqs: 1, replies: 0 }], now, false)
    await dialect.append(explaining, [message], [{ roomId: 'room 0', userId: 'alice', seq: 1 }], now)
    expect(steps).toContainEqual(expect.stringMatching(/^SEARCH c USING .*\(id=\?\)/))
    expect(steps).toContainEqual(expect.stringMatching(/^SEARCH m USING .*\(room_id=\? AND user_id=\?\)/))
  })
})

// Of a plan for any number of messages only PostgreSQL guesses how many there are.
describe.each(databases.filter(({ name }) => name === 'postgresql'))('a message on $name', ({ open }) => {
  let database: OpenDatabase
  beforeAll(async () => {
    database = await open()
    const many = Array.from({ length: 1000 }, (_, n) => ({ id: `room ${n}`, ...room }))
    await database.prisma.chatRoom.createMany({ data: many })
    await database.prisma.$executeRawUnsafe('ANALYZE')
  })
  afterAll(() => database.close())

  it('finds its room by the key, and reads none of the others', async () => {
    const { optimistic } = new Database(database.prisma).dialect
    const literal = (value: unknown) =>
      typeof value === 'number' ? value : `'${value instanceof Date ? value.toISOString() : value}'`
    const plan = await database.prisma.$transaction(async (tx) => {
      let steps: Record<string, string>[] = []
      const explaining = {
        async $executeRawUnsafe(sql: string, ...values: unknown[]) {
          await tx.$executeRawUnsafe('SET LOCAL plan_cache_mode = force_generic_plan')
          await tx.$executeRawUnsafe(`PREPARE express_chat_test AS ${sql}`)
          steps = await tx.$queryRawUnsafe(`EXPLAIN EXECUTE express_chat_test(${values.map(literal).join(', ')})`)
          await tx.$executeRawUnsafe('DEALLOCATE express_chat_test')
          return 1
        },
      } as unknown as Db
      const move = { roomId: 'room 0', revision: 0, count: 1, seqs: 1, replies: 0 }
      const nothing = { roots: [], places: [], followers: [], mentions: [] }
      const marker = { roomId: 'room 0', userId: 'alice', seq: 1 }
      await optimistic?.append(explaining, [move], [message], [], [marker], nothing, now, Date.now())
      return steps.flatMap(Object.values).join('\n')
    })
    expect(plan).toMatch(/Index Scan using chat_rooms_pkey on chat_rooms c\b/)
    expect(plan).not.toMatch(/Seq Scan on chat_rooms/)
  })
})
