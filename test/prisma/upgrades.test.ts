import { readFileSync } from 'node:fs'
import { createChatRouter } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { secret } from '../host.js'
import { shapeOf } from './shape.js'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

/** What was kept by 0.1: a room that lives, and one that was deleted. */
const rowsOfBefore = `
  INSERT INTO chat_users (id, name) VALUES ('alice', 'Alice'), ('bob', 'Bob');
  INSERT INTO chat_rooms (id, type, name, revision, last_message_seq, member_count, last_message_at, created_at,
    updated_at, deleted_at) VALUES
    ('lives', 'group', 'Lives', 9, 5, 2, '2026-11-01 10:00:05.000', '2026-11-01 10:00:00.000', '2026-11-01 10:00:00.000', NULL),
    ('gone', 'group', 'Gone', 2, 1, 1, '2026-11-01 10:00:05.000', '2026-11-01 10:00:00.000', '2026-11-01 10:00:00.000',
      '2026-11-01 11:00:00.000'),
    ('apart', 'group', 'Apart', 6, 6, 2, '2026-11-01 10:00:11.000', '2026-11-01 10:00:00.000', '2026-11-01 10:00:00.000', NULL),
    ('empty', 'channel', 'Lobby', 2, 0, 0, '2026-11-01 10:00:05.000', '2026-11-01 10:00:00.000', '2026-11-01 10:00:00.000', NULL);
  UPDATE chat_rooms SET is_public = TRUE WHERE id = 'empty';
  INSERT INTO chat_room_users (room_id, user_id, role, can_add_users, can_remove_users, can_create_messages,
    can_delete_messages, can_delete_own_messages, can_edit_messages, can_edit_own_messages, can_edit_room,
    can_delete_room, last_read_seq, joined_at, joined_revision, revision) VALUES
    ('lives', 'alice', 'owner', TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, 5, '2026-11-01 10:00:00.000', 1, 1),
    ('lives', 'bob', 'member', TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, 1, '2026-11-01 10:00:00.000', 2, 2);
  INSERT INTO chat_messages (id, room_id, seq, user_id, kind, text, created_revision, revision, created_at, deleted_at) VALUES
    ('m1', 'lives', 1, 'alice', 'system', 'Alice created the group', 3, 3, '2026-11-01 10:00:01.000', NULL),
    ('m2', 'lives', 2, 'alice', 'user', 'Two', 4, 4, '2026-11-01 10:00:02.000', NULL),
    ('m3', 'lives', 3, 'alice', 'user', '', 5, 9, '2026-11-01 10:00:03.000', '2026-11-01 10:00:06.000'),
    ('m4', 'lives', 4, 'alice', 'system', 'Somebody joined', 6, 6, '2026-11-01 10:00:04.000', NULL),
    ('m5', 'lives', 5, 'alice', 'user', 'Five', 7, 7, '2026-11-01 10:00:05.000', NULL),
    ('a1', 'apart', 1, 'alice', 'user', 'One', 1, 1, '2026-11-01 10:00:01.000', NULL),
    ('a2', 'apart', 2, 'alice', 'user', 'Two', 2, 2, '2026-11-01 10:00:09.000', NULL),
    ('a3', 'apart', 3, 'alice', 'user', 'Three', 3, 3, '2026-11-01 10:00:05.000', NULL),
    ('a4', 'apart', 4, 'alice', 'user', 'Four', 4, 4, '2026-11-01 10:00:10.000', NULL),
    ('a5', 'apart', 5, 'alice', 'user', 'Five', 5, 5, '2026-11-03 10:00:10.000', NULL),
    ('a6', 'apart', 6, 'alice', 'user', 'Six', 6, 6, '2026-11-01 10:00:11.000', NULL),
    ('m6', 'gone', 1, 'alice', 'system', 'Alice created the group', 2, 2, '2026-11-01 10:00:01.000', NULL);
  UPDATE chat_messages SET mentions = '["bob","carol"]' WHERE id IN ('m2', 'm5');
  UPDATE chat_messages SET mentions = '["bob","alice"]' WHERE id IN ('m1', 'm6', 'a1');
`

async function upgraded({ name, open }: TestDatabase) {
  const database = await open(`${read(`before/${name}.sql`)}\n${rowsOfBefore}`)
  await database.execute(read(`../../prisma/upgrades/0.1-to-0.2.${name}.sql`))
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
