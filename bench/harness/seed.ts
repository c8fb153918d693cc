import type { BenchDatabase } from './databases.js'

export interface SeededRoom {
  id: string
  members: number
  /** The first member is this user, the next ones follow. */
  first?: number
}

/** Its members, by their numbers. */
export const numbersOf = ({ members, first = 0 }: SeededRoom): number[] =>
  Array.from({ length: members }, (_, n) => first + n)

/** Users u0, u1 …, and groups of them, which their first member owns. */
export async function seed(database: BenchDatabase, rooms: SeededRoom[]): Promise<void> {
  const now = timeIn(database, new Date())
  const yes = Array(9).fill(database.name === 'sqlite' ? '1' : 'true')
  await database.run(
    `INSERT INTO chat_users (id, name, created_at) ${numbers(0, usersOf(rooms))} SELECT 'u' || n, 'u' || n, ${now} FROM n`,
  )
  for (const { id, members, first = 0 } of rooms) {
    await database.run(
      `INSERT INTO chat_rooms
         (id, type, name, created_by_id, revision, member_count, last_message_at, created_at, updated_at)
       VALUES ('${id}', 'group', '${id}', 'u${first}', ${members}, ${members}, ${now}, ${now}, ${now})`,
    )
    await database.run(
      `INSERT INTO chat_room_users
         (room_id, user_id, role, can_add_users, can_remove_users, can_create_messages, can_delete_messages,
          can_delete_own_messages, can_edit_messages, can_edit_own_messages, can_edit_room, can_delete_room,
          joined_at, joined_revision, revision)
       ${numbers(first, members)}
       SELECT '${id}', 'u' || n, 'member', ${yes.join(', ')}, ${now}, n - ${first} + 1, n - ${first} + 1 FROM n`,
    )
    await database.run(`UPDATE chat_room_users SET role = 'owner' WHERE room_id = '${id}' AND user_id = 'u${first}'`)
  }
  for (const table of ['chat_users', 'chat_rooms', 'chat_room_users']) await analyze(database, table)
}

/** A time as a literal of a database's SQL. */
export function timeIn({ name }: BenchDatabase, time: Date): string {
  const iso = time.toISOString()
  if (name === 'postgresql') return `'${iso}'`
  // As Prisma's adapters write it.
  return name === 'sqlite' ? `'${iso.replace('Z', '+00:00')}'` : `'${iso.slice(0, -1).replace('T', ' ')}'`
}

/** Lets a database count what is in a table, so that it plans with it. */
export const analyze = (database: BenchDatabase, table: string) =>
  database.run(`${database.name === 'mysql' ? 'ANALYZE TABLE' : 'ANALYZE'} ${table}`)

/** The same in the tables of the hand-written handler. */
export async function seedHandler(database: BenchDatabase, rooms: SeededRoom[]): Promise<void> {
  await database.run(`INSERT INTO "User" (id, name) ${numbers(0, usersOf(rooms))} SELECT 'u' || n, 'u' || n FROM n`)
  for (const { id, members, first = 0 } of rooms) {
    await database.run(`INSERT INTO "Room" (id, name) VALUES ('${id}', '${id}')`)
    await database.run(
      `INSERT INTO "Member" ("roomId", "userId") ${numbers(first, members)} SELECT '${id}', 'u' || n FROM n`,
    )
  }
  await database.run('ANALYZE')
}

/** So many messages in each of these rooms of PostgreSQL, of which everyone has read half. */
export async function seedMessages(database: BenchDatabase, roomIds: string[], each: number): Promise<void> {
  const rooms = roomIds.map((id) => `'${id}'`).join(', ')
  await database.run(
    `INSERT INTO chat_messages (id, room_id, seq, user_id, kind, text, created_revision, revision, created_at)
     SELECT r.id || '-' || n, r.id, n, 'u0', 'user', ${text}, r.revision + n, r.revision + n, ${momentOf('n')}
     FROM chat_rooms r, generate_series(1, ${each}) n WHERE r.id IN (${rooms})`,
  )
  await database.run(
    `UPDATE chat_rooms SET revision = revision + ${each}, last_message_seq = ${each}, last_message_at = ${momentOf(each)}
     WHERE id IN (${rooms})`,
  )
  await database.run(`UPDATE chat_room_users SET last_read_seq = ${Math.floor(each / 2)} WHERE room_id IN (${rooms})`)
  await database.run('VACUUM ANALYZE')
}

export async function seedHandlerMessages(database: BenchDatabase, roomIds: string[], each: number): Promise<void> {
  const rooms = roomIds.map((id) => `'${id}'`).join(', ')
  await database.run(
    `INSERT INTO "Message" (id, "roomId", "userId", text, "createdAt")
     SELECT r.id || '-' || n, r.id, 'u0', ${text}, ${momentOf('n')}
     FROM "Room" r, generate_series(1, ${each}) n WHERE r.id IN (${rooms})`,
  )
  await database.run(`UPDATE "Room" SET "updatedAt" = ${momentOf(each)} WHERE id IN (${rooms})`)
  await database.run(
    `UPDATE "Member" SET "lastReadAt" = ${momentOf(Math.floor(each / 2))} WHERE "roomId" IN (${rooms})`,
  )
  await database.run('VACUUM ANALYZE')
}

const text = `rpad('message ' || n || ' ', 150, 'lorem ipsum dolor sit amet ')`

/** A second apart, long ago. */
const momentOf = (n: number | string): string => `timestamp '2025-01-01' + ${n} * interval '1 second'`

const usersOf = (rooms: SeededRoom[]): number => Math.max(...rooms.map(({ members, first = 0 }) => first + members))

/** So many numbers as rows of `n`, in SQL that both databases know. */
const numbers = (first: number, count: number): string =>
  `WITH RECURSIVE n(n) AS (SELECT ${first} UNION ALL SELECT n + 1 FROM n WHERE n < ${first + count - 1})`
