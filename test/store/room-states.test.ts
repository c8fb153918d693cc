import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roomPresets } from '../../src/core/room-presets.js'
import type { Db } from '../../src/store/client.js'
import { Database } from '../../src/store/database.js'
import { roomStatesOf } from '../../src/store/members.js'
import { unreadRoomsOf } from '../../src/store/notifiable.js'
import { databases, type OpenDatabase } from '../databases.js'

const explain = { sqlite: 'EXPLAIN QUERY PLAN', postgresql: 'EXPLAIN', mysql: 'EXPLAIN FORMAT=JSON' }
/**
 * What a plan must not have: a table that is read from its beginning to its end. PostgreSQL reads so few rooms as a whole and says what it
 * expects that to cost: from 100,000 on it would compile the statement, which takes longer than all of it.
 */
const dear = {
  sqlite: /SCAN (chat_\w+|[mc])\b/,
  postgresql: /^[^(]*\(cost=[\d.]+\.\.\d{5}/,
  mysql: /"table_name": ?"(m|c|n)", ?"access_type": ?"(ALL|index)"/,
}

const now = new Date()
const times = { createdAt: now, updatedAt: now, lastMessageAt: now }
// More than are gathered in one row.
const rooms = Array.from({ length: 1100 }, (_, n) => `room-${n}`)
const crowd = Array.from({ length: 25 }, (_, n) => `user-${n}`)

const seatOf = (roomId: string, userId: string) => ({
  ...{ roomId, userId, role: 'member' as const, joinedAt: now, joinedRevision: 1, revision: 1 },
  ...roomPresets.group.member,
})

describe.each(databases)('where the rooms of somebody stand, on $name', ({ name, open }) => {
  let database: OpenDatabase
  beforeAll(async () => {
    database = await open()
    const { prisma } = database
    await prisma.chatRoom.createMany({
      data: rooms.map((id) => ({ id, type: 'group', revision: 2, lastMessageSeq: 1, ...times })),
    })
    const seats = rooms.flatMap((id, n) => [seatOf(id, 'everywhere'), seatOf(id, crowd[n % crowd.length] as string)])
    for (let n = 0; n < seats.length; n += 500) await prisma.chatRoomUser.createMany({ data: seats.slice(n, n + 500) })
    await prisma.chatMention.createMany({
      data: rooms.map((roomId) => ({ roomId, userId: 'everywhere', seq: 1, authorId: 'user-0' })),
    })
    const all = 'chat_rooms, chat_room_users, chat_mentions'
    await prisma.$executeRawUnsafe(name === 'mysql' ? `ANALYZE TABLE ${all}` : 'ANALYZE')
  })
  afterAll(() => database.close())

  it.each([
    ['one person in all rooms that there are', ['everywhere']],
    ['many people at once', crowd],
  ])('is read by the keys of those rooms, for %s', async (_, userIds) => {
    const { prisma } = database
    const { dialect } = new Database(prisma)
    const plans: string[] = []
    const explaining = {
      async $queryRawUnsafe(sql: string, ...values: unknown[]) {
        const plan: object[] = await prisma.$queryRawUnsafe(`${explain[name]} ${sql}`, ...values)
        plans.push(plan.map((row) => Object.values(row).join(' ')).join('\n'))
        return prisma.$queryRawUnsafe(sql, ...values)
      },
    } as unknown as Db
    expect(await roomStatesOf({ db: explaining, dialect }, userIds)).toHaveLength(rooms.length)
    expect(plans.at(-1)?.replaceAll(/\s+/g, ' ')).not.toMatch(dear[name])
  })

  it('is nothing for nobody, as where everybody who was to be notified is in front', async () => {
    const { dialect } = new Database(database.prisma)
    const on = { db: database.prisma as unknown as Db, dialect }
    expect([await roomStatesOf(on, []), await unreadRoomsOf(on, [])]).toEqual([[], []])
  })
})
