import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { shapeOf } from './shape.js'

describe.each(databases)('the tables on $name', ({ name, open }) => {
  // SQLite's come straight from the models by Prisma's own schema engine.
  it('have the columns, keys, indexes and references of the models', async () => {
    const [mine, reference] = [await open(), await databases.find(({ name }) => name === 'sqlite')?.open()]
    if (!reference) throw new Error('SQLite always runs')
    expect(await shapeOf(mine.prisma, name)).toEqual(await shapeOf(reference.prisma, 'sqlite'))
    await Promise.all([mine.close(), reference.close()])
  })

  it('tell ids and reactions apart by their bytes', async () => {
    const { prisma, close } = await open()
    const createdAt = new Date()
    const room = { id: 'r', type: 'group', lastMessageAt: createdAt, createdAt, updatedAt: createdAt } as const
    await prisma.chatRoom.create({ data: room })
    const message = { id: 'm', roomId: 'r', seq: 1, kind: 'user', text: '', createdRevision: 1, revision: 1 } as const
    await prisma.chatMessage.create({ data: { ...message, createdAt } })
    const reactions = ['a', 'A', 'á', '👍', '👎', '👍🏽']
    await prisma.chatMessageReaction.createMany({
      data: reactions.map((reaction) => ({
        id: reaction,
        messageId: 'm',
        roomId: 'r',
        userId: 'u',
        reaction,
        createdAt,
      })),
    })
    expect(await prisma.chatMessageReaction.count({ where: { reaction: '👍' } })).toBe(1)
    expect(await prisma.chatMessageReaction.count({ where: { id: 'a' } })).toBe(1)
    await close()
  })
})
