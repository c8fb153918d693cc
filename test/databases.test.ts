import { describe, expect, it } from 'vitest'
import { databases } from './databases.js'

describe.each(databases)('a test database on $name', ({ open }) => {
  it('starts empty, and is shared by its clients', async () => {
    const { prisma, connect, close } = await open()
    await prisma.user.create({ data: { id: 'alice', name: 'Alice' } })
    await prisma.chatUser.create({ data: { id: 'alice', name: 'Alice 图' } })
    expect(await connect().chatUser.findMany()).toMatchObject([{ id: 'alice', name: 'Alice 图', description: '' }])
    await close()
  })

  it('is not that of another test', async () => {
    const [mine, another] = await Promise.all([open(), open()])
    await mine.prisma.chatUser.create({ data: { id: 'alice', name: 'Alice' } })
    expect(await another.prisma.chatUser.count()).toBe(0)
    await Promise.all([mine.close(), another.close()])
  })

  it('holds nothing of the tests before, neither rows nor tables that they changed', async () => {
    const first = await open()
    const at = new Date()
    const room = { id: 'room', type: 'group' as const, lastMessageAt: at, createdAt: at, updatedAt: at }
    await first.prisma.chatRoom.create({ data: room })
    const message = { id: '1', roomId: 'room', kind: 'user' as const, text: 'Hello', createdAt: at }
    await first.prisma.chatMessage.create({ data: { ...message, seq: 1, revision: 1, createdRevision: 1 } })
    await first.close()
    const second = await open()
    expect([await second.prisma.chatRoom.count(), await second.prisma.chatMessage.count()]).toEqual([0, 0])
    await second.execute('ALTER TABLE chat_users ADD COLUMN nickname INTEGER')
    await second.close()
    const third = await open()
    await expect(third.execute('SELECT nickname FROM chat_users')).rejects.toThrow(/nickname/)
    await third.close()
  })
})
