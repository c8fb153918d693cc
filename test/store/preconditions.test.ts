import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../src/store/client.js'
import { Database } from '../../src/store/database.js'
import { databases, type OpenDatabase } from '../databases.js'

const explain = { sqlite: 'EXPLAIN QUERY PLAN', postgresql: 'EXPLAIN', mysql: 'EXPLAIN FORMAT=JSON' }
const wholeKey = {
  sqlite: /room_id=\? AND user_id=\? AND client_id=\?/,
  postgresql: /Index Cond: \(ROW\(room_id, user_id, client_id\) >= ROW\(i\.room_id, i\.user_id, i\.client_id\)/,
  mysql: /"used_key_parts": ?\[ ?"room_id", ?"user_id", ?"client_id" ?\]/,
}

const now = new Date()
const room = { id: 'room', type: 'group', lastMessageAt: now, createdAt: now, updatedAt: now } as const
const messages = Array.from({ length: 500 }, (_, n) => ({
  ...({ id: `m${n}`, roomId: 'room', userId: 'alice', clientId: `c${n}`, kind: 'user', text: 'hello' } as const),
  ...{ seq: n + 1, revision: n + 1, createdRevision: n + 1, createdAt: now },
}))

describe.each(databases)('what is read before a message is appended, on $name', ({ name, open }) => {
  let database: OpenDatabase
  beforeAll(async () => {
    database = await open()
    await database.prisma.chatRoom.create({ data: room })
    await database.prisma.chatMessage.createMany({ data: messages })
    await database.prisma.$executeRawUnsafe(name === 'mysql' ? 'ANALYZE TABLE chat_messages' : 'ANALYZE')
  })
  afterAll(() => database.close())

  it('finds a repeated clientId by its whole key, however long the history is', async () => {
    const { prisma } = database
    const { dialect } = new Database(prisma)
    let plan: object[] = []
    const explaining = {
      async $queryRawUnsafe(sql: string, ...values: unknown[]) {
        plan = await prisma.$queryRawUnsafe(`${explain[name]} ${sql}`, ...values)
        return []
      },
    } as unknown as Db
    const query = { n: 0, roomId: 'room', userId: 'alice', clientId: 'c7', replyToId: null }
    await dialect.preconditions(explaining, [query])
    const text = plan.map((row) => Object.values(row).join(' ')).join('\n')
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(wholeKey[name])
  })
})
