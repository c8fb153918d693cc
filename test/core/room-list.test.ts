import { describe, expect, it } from 'vitest'
import { permissionNames } from '../../src/contract/permissions.js'
import { databases } from '../databases.js'
import { shareHost } from './shared-host.js'

const now = new Date()
const users = Array.from({ length: 300 }, (_, n) => ({ id: `u${n}`, name: `User ${n}`, createdAt: now }))
/** Made in no order, and some were last active in the same moment. */
const rooms = Array.from({ length: 120 }, (_, n) => ({
  ...({ id: `room ${String((n * 37) % 120).padStart(3, '0')}`, type: 'group', name: `Room ${n}` } as const),
  ...{ revision: 3, lastMessageSeq: 1, memberCount: 2, createdAt: now, updatedAt: now },
  lastMessageAt: new Date(Date.UTC(2025, 0, 1) + Math.floor(n / 3) * 1001),
}))
const may = Object.fromEntries(permissionNames.map((name) => [name, true])) as Record<
  (typeof permissionNames)[number],
  true
>

describe.each(databases)('many rooms on $name', (database) => {
  const host = shareHost(database)

  it('are listed last active first, page after page, whatever way the database takes', async () => {
    const { prisma } = host.database
    await prisma.chatUser.createMany({ data: users })
    await prisma.chatRoom.createMany({ data: rooms })
    const member = { joinedAt: now, joinedRevision: 1, ...may }
    await prisma.chatRoomUser.createMany({
      data: rooms.flatMap(({ id: roomId }, n) => [
        { roomId, userId: 'alice', role: 'owner', revision: 1, ...member } as const,
        { roomId, userId: `u${n}`, role: 'member', revision: 2, ...member } as const,
      ]),
    })
    const message = { seq: 1, kind: 'user', text: 'hello', revision: 3, createdRevision: 3, createdAt: now } as const
    await prisma.chatMessage.createMany({
      data: rooms.map(({ id: roomId }, n) => ({ id: `m${n}`, roomId, userId: `u${n}`, ...message })),
    })
    // What it knows of them, it plans by.
    for (const table of ['chat_users', 'chat_rooms', 'chat_room_users', 'chat_messages'])
      await host.database.execute(`ANALYZE ${database.name === 'mysql' ? 'TABLE ' : ''}${table}`)
    const order = [...rooms].sort((a, b) => +b.lastMessageAt - +a.lastMessageAt || (a.id < b.id ? 1 : -1))
    for (const limit of [1, 7, 50, 100]) {
      const listed: string[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await host.chat.rooms.list('alice', { limit, ...(cursor ? { cursor } : {}) })
        listed.push(...page.items.map(({ id }) => id))
        cursor = page.nextCursor
      }
      expect(listed, `in pages of ${limit}`).toEqual(order.map(({ id }) => id))
    }
  })
})
