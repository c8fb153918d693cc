import { type ChatPrismaClient, type Client, modelNames } from './client.js'
import type { Database } from './database.js'
import { failureOf } from './failures.js'
import { mediaColumns } from './media.js'
import { memberColumns } from './members.js'
import { messageColumns } from './messages.js'
import { reactionColumns } from './reactions.js'
import { roomColumns } from './rooms.js'
import { userColumns } from './users.js'

const columns: Record<(typeof modelNames)[number], object> = {
  chatUser: userColumns,
  chatRoom: { ...roomColumns, pairKey: true },
  chatRoomUser: memberColumns,
  chatMessage: { ...messageColumns, bodyHash: true },
  chatMedia: { ...mediaColumns, sha256: true },
  chatMessageMedia: { mediaId: true, messageId: true, sequence: true },
  chatMessageReaction: reactionColumns,
  chatSpentTicket: { id: true, expiresAt: true },
  chatNode: { id: true, aliveUntil: true },
  chatPresence: { userId: true, nodeId: true },
}

/** How long SQLite waits for another process, unless the host has said. The event loop waits with it. */
const busyTimeoutMs = 5_000

const howToGenerate =
  'copy node_modules/express-chat/prisma/chat.prisma (chat.mysql.prisma for MySQL and MariaDB) into your schema folder and run: npx prisma generate'

/** Something about the host's setup that nothing but the host can mend. The message says how. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}

/** What can be told without asking the database: JavaScript hosts have no compiler that rejects a wrong client. */
export function checkClient(client: ChatPrismaClient): void {
  if (typeof client !== 'object' || client === null)
    throw new SetupError('express-chat: give your Prisma client as `prisma`')
  for (const model of modelNames) {
    const fields: object | undefined = Reflect.get(client, model)?.fields
    const name = `Chat${model.slice(4)}`
    if (!fields) throw new SetupError(`express-chat: your Prisma client has no model ${name}; ${howToGenerate}`)
    const missing = Object.keys(columns[model]).find((column) => !(column in fields))
    if (missing)
      throw new SetupError(
        `express-chat: the model ${name} has no ${missing}: it is of another version; ${howToGenerate}`,
      )
  }
}

/** What only the database can tell. */
export async function checkDatabase(database: Database): Promise<void> {
  const { client, dialect } = database
  if (dialect.name === 'sqlite') await checkSqlite(database)
  try {
    await Promise.all(modelNames.map((model) => readAll(client[model], columns[model])))
    await database.learnIsolation()
  } catch (error) {
    if (failureOf(error) === 'unavailable') throw error
    throw new SetupError(
      `express-chat: the database lacks our tables or one of their columns; run: npx prisma migrate dev, or apply node_modules/express-chat/prisma/${dialect.name}.sql`,
      { cause: error },
    )
  }
  await checkSearchPath(database)
  if (dialect.name === 'mysql') await checkCollations(database)
}

/** The models' methods are too different for one call of all. */
const readAll = (model: object, select: object): Promise<unknown> =>
  (model as { findFirst(query: object): Promise<unknown> }).findFirst({ select })

/** Prisma writes the schema before each table that it names, if it was given one; our own SQL does not. */
async function checkSearchPath({ client, dialect }: Database): Promise<void> {
  try {
    await dialect.select(client, 'SELECT id FROM chat_rooms WHERE id = ?', [''])
  } catch (error) {
    if (failureOf(error) === 'unavailable') throw error
    throw new SetupError(
      'express-chat: our tables are in a schema that is not on the search path of your connection; put it there: in the URL, for a schema "app", as ?options=-c%20search_path%3Dapp',
      { cause: error },
    )
  }
}

async function checkSqlite({ client }: Database): Promise<void> {
  const adapter = Reflect.get(client, '_engineConfig')?.adapter?.adapterName
  if (String(adapter).includes('better-sqlite3')) {
    throw new SetupError(
      'express-chat: @prisma/adapter-better-sqlite3 runs queries from outside inside whatever transaction is open, and a rollback takes acknowledged messages with it; use @prisma/adapter-libsql on the same file',
    )
  }
  const [row]: { journal_mode?: string }[] = await client.$queryRawUnsafe('PRAGMA journal_mode = WAL')
  if (row?.journal_mode !== 'wal') {
    throw new SetupError(
      'express-chat: SQLite must run in WAL mode, and this database cannot (in memory, or on a network drive?); give it a file on a local disk',
    )
  }
  await waitForOthers(client)
}

/**
 * Without a timeout of the host's choice SQLite refuses at once what another process is in the way of. libsql then keeps
 * the refused statement open until it is collected as garbage, and with it a lock that stops every writer (measured,
 * libsql 0.5.29): so it waits instead, as it would with most other drivers. A transaction of another process takes some ms.
 */
async function waitForOthers(client: Client): Promise<void> {
  const [row]: { timeout?: number | bigint }[] = await client.$queryRawUnsafe('PRAGMA busy_timeout')
  if (Number(row?.timeout) === 0) await client.$queryRawUnsafe(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
}

/** Under a collation of MySQL's own choice 👍 equals 👎, and two users whose ids differ in case are one. */
async function checkCollations({ client }: Database): Promise<void> {
  const rows: { tableName: string }[] = await client.$queryRawUnsafe(
    `SELECT DISTINCT table_name AS tableName FROM information_schema.columns
     WHERE table_schema = DATABASE() AND table_name LIKE 'chat\\_%' AND collation_name IS NOT NULL
       AND column_name IN ('id', 'user_id', 'room_id', 'client_id', 'reaction', 'message_id', 'media_id', 'node_id')
       AND collation_name <> 'utf8mb4_bin'`,
  )
  if (rows.length === 0) return
  const mend = rows.map(
    ({ tableName }) => `ALTER TABLE ${tableName} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;`,
  )
  throw new SetupError(
    `express-chat: ids and reactions must be compared byte by byte; run (foreign keys off meanwhile): SET FOREIGN_KEY_CHECKS=0; ${mend.join(' ')} SET FOREIGN_KEY_CHECKS=1;`,
  )
}
