import { createChatRouter } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { call } from '../command/command.js'
import { databases, type TestDatabase } from '../databases.js'
import { secret } from '../host.js'
import { databaseOfBefore } from './before.js'
import { shapeOf } from './shape.js'

async function upgraded({ name, open }: TestDatabase) {
  const database = await open(databaseOfBefore(name))
  expect(await call(['migrate', '--database', database.url])).toMatchObject({ code: 0, err: '' })
  return database
}

describe.each(databases)('the upgrade from 0.1 on $name', (database) => {
  it('leads to the tables of a database that is made now', async () => {
    const [old, fresh] = [await upgraded(database), await database.open()]
    expect(await shapeOf(old.prisma, database.name)).toEqual(await shapeOf(fresh.prisma, database.name))
    await Promise.all([old.close(), fresh.close()])
  })

  it('knows of every message that was there whether it counts', async () => {
    const { prisma, close } = await upgraded(database)
    const rows = await prisma.chatUncountedMessage.findMany({ orderBy: { seq: 'asc' } })
    expect(rows).toEqual([1, 3, 4].map((seq) => ({ roomId: 'lives', seq })))
    const chat = createChatRouter({ prisma, secret, resolveUser: () => null })
    const { me, lastMessage } = await chat.rooms.get('bob', 'lives')
    expect({ unread: me?.unreadCount, last: lastMessage?.text }).toEqual({ unread: 2, last: 'Five' })
    await chat.close()
    await close()
  })

  it('knows who is mentioned by what they have not read', async () => {
    const { prisma, close } = await upgraded(database)
    const rows = await prisma.chatMention.findMany({ orderBy: { seq: 'asc' } })
    expect(rows).toEqual([2, 5].map((seq) => ({ roomId: 'lives', userId: 'bob', seq, authorId: 'alice' })))
    const chat = createChatRouter({ prisma, secret, resolveUser: () => null })
    expect((await chat.rooms.get('bob', 'lives')).me?.mentionCount).toBe(2)
    await chat.close()
    await close()
  })

  it('lets time go back in no room, but for a clock that was far ahead', async () => {
    const { prisma, close } = await upgraded(database)
    const rows = await prisma.chatMessage.findMany({ where: { roomId: 'apart' }, orderBy: { seq: 'asc' } })
    const times = rows.map(({ createdAt }) => createdAt.toISOString().slice(8, 19))
    expect(times).toEqual(['01T10:00:01', '01T10:00:09', '01T10:00:09', '01T10:00:10', '03T10:00:10', '01T10:00:11'])
    await close()
  })

  it('makes an owner of nobody who comes into a room that the host made empty', async () => {
    const { prisma, close } = await upgraded(database)
    const rooms = await prisma.chatRoom.findMany({ where: { isOwnerless: true }, select: { id: true } })
    expect(rooms).toEqual([{ id: 'empty' }])
    const chat = createChatRouter({ prisma, secret, resolveUser: () => null })
    expect(await chat.members.add('bob', 'empty', { userId: 'bob' })).toMatchObject({ role: 'member' })
    await chat.members.remove('bob', 'empty', 'bob')
    expect(await chat.rooms.get('alice', 'empty')).toMatchObject({ memberCount: 0 })
    await chat.close()
    await close()
  })
})
