import { auditColumns } from './audit.js'
import { banColumns } from './bans.js'
import { blockColumns } from './blocks.js'
import { type ChatPrismaClient, type Client, type ModelName, modelNames, type Stored } from './client.js'
import { collationMend, wrongCollations } from './collations.js'
import type { Database } from './database.js'
import { causeOf, diagnosisOf, faultOf } from './diagnosis.js'
import { editColumns } from './edits.js'
import { erasureColumns } from './erasures.js'
import { inviteColumns } from './invites.js'
import { columnOf } from './json-rows.js'
import { mediaColumns } from './media.js'
import { memberColumns } from './members.js'
import { messageColumns } from './messages.js'
import { noticeColumns } from './notices.js'
import { pinColumns } from './pins.js'
import { howToInstall, prismaMajor } from './prisma-version.js'
import { purgeColumns } from './purge.js'
import { reactionColumns } from './reactions.js'
import { reportColumns } from './reports.js'
import { roomColumns } from './rooms.js'
import { scheduledColumns } from './scheduled.js'
import { SetupError } from './setup-error.js'
import { subscriptionColumns } from './subscriptions.js'
import { adapterOf, modelOf, Tables } from './tables.js'
import { tryTransaction } from './trial.js'
import { personColumns } from './users.js'

// This names all models. One that is missing here, in Prisma's models or in the type of the host's client does not compile.
const columns: { [Model in ModelName]: Record<keyof ChatPrismaClient[Model]['fields'], true> } = {
  chatUser: { ...personColumns, createdAt: true, changedAt: true },
  chatRoom: {
    ...roomColumns,
    pairKey: true,
    changedAt: true,
    ...purgeColumns,
  },
  chatRoomUser: { ...memberColumns, lastSentAt: true },
  chatMessage: { ...messageColumns, bodyHash: true, lastReplySeq: true, lastReplyAt: true },
  chatScheduledMessage: scheduledColumns,
  chatUncountedMessage: { roomId: true, seq: true },
  chatPin: pinColumns,
  chatMessageEdit: editColumns,
  chatMention: { roomId: true, userId: true, seq: true, authorId: true },
  chatThreadReply: { threadId: true, seq: true, messageId: true },
  chatThreadFollower: { threadId: true, userId: true, roomId: true, isFollowing: true, lastReadSeq: true },
  chatMedia: { ...mediaColumns, sha256: true },
  chatMessageMedia: { mediaId: true, messageId: true, sequence: true },
  chatMessageReaction: reactionColumns,
  chatSpentTicket: { id: true, expiresAt: true },
  chatRevocation: { userId: true, id: true, expiresAt: true },
  chatBan: banColumns,
  chatInvite: inviteColumns,
  chatBlock: blockColumns,
  chatReport: reportColumns,
  chatAuditEntry: auditColumns,
  chatErasure: erasureColumns,
  chatSearchBlock: { roomId: true, number: true, upTo: true, lastAt: true, filter: true },
  chatSubscription: subscriptionColumns,
  chatSubscriptionPosition: {
    ...{ name: true, roomId: true, revision: true, heldBy: true, heldUntil: true },
    ...{ attempts: true, error: true, failedAt: true },
  },
  chatNotice: noticeColumns,
  chatNotified: { roomId: true, userId: true, seq: true },
  chatNode: { id: true, aliveUntil: true },
  chatPresence: { userId: true, nodeId: true, sockets: true, openedAt: true, inFront: true },
} satisfies { [Model in ModelName]: Record<keyof Stored<Model>, true> }

/** How long SQLite waits for another process, unless the host has set it. The event loop stands still meanwhile. */
const busyTimeoutMs = 5_000

const howToGenerate =
  'copy node_modules/express-chat/prisma/chat.prisma (chat.mysql.prisma for MySQL and MariaDB) into your schema folder and run: npx prisma generate'

/** The checks that need no database. Hosts in JavaScript have no compiler that rejects a wrong client. */
export function checkClient(client: ChatPrismaClient): void {
  if (typeof client !== 'object' || client === null)
    throw new SetupError(`express-chat: give your Prisma client as \`prisma\`; where there is none: ${howToInstall}`)
  checkVersion(client)
  for (const model of modelNames) {
    const fields: object | undefined = Reflect.get(client, model)?.fields
    const name = `Chat${model.slice(4)}`
    if (!fields) throw new SetupError(`express-chat: your Prisma client has no model ${name}; ${howToGenerate}`)
    const missing = Object.keys(columns[model]).find((column) => !(column in fields))
    if (missing)
      throw new SetupError(
        `express-chat: the model ${name} has no ${missing}: it is of another version; ${howToGenerate}`,
      )
    checkColumnNames(client, model)
  }
  checkUrl(client)
}

/** npm does not warn of a peer that is too old if it was installed later. */
function checkVersion(client: ChatPrismaClient): void {
  const version: unknown = Reflect.get(client, '_clientVersion')
  if (typeof version !== 'string' || Number.parseInt(version, 10) >= prismaMajor) return
  throw new SetupError(
    `express-chat: your client is of Prisma ${version}, and ${prismaMajor} is needed: ${howToInstall}; then run: npx prisma generate`,
  )
}

/** A table may have another name, which our SQL then uses; columns may not. */
function checkColumnNames(client: ChatPrismaClient, model: ModelName): void {
  const renamed = modelOf(client, model)?.fields?.find(
    ({ name, dbName }) => name in columns[model] && (dbName ?? name) !== columnOf(name),
  )
  if (!renamed) return
  throw new SetupError(
    `express-chat: the column of ${renamed.name} in the model Chat${model.slice(4)} has the name "${renamed.dbName ?? renamed.name}"; leave @map("${columnOf(renamed.name)}") as it is in node_modules/express-chat/prisma/chat.prisma`,
  )
}

/** Prisma's commands read `schema` in a URL, and its adapter for PostgreSQL does not, so they would use different tables. */
function checkUrl(client: ChatPrismaClient): void {
  const adapter = adapterOf(client)
  if (adapter?.provider !== 'postgres') return
  const { connectionString } = (adapter.config ?? {}) as { connectionString?: string }
  const asked = /[?&]schema=([^&#]+)/.exec(connectionString ?? '')?.[1]
  const { schema } = new Tables(client, 'postgresql')
  if (asked === undefined || decodeURIComponent(asked) === schema) return
  throw new SetupError(
    `express-chat: your URL says ?schema=${asked}, which @prisma/adapter-pg does not read: your client's queries go to the schema "${schema}"; say it to the adapter: new PrismaPg(…, { schema: '${decodeURIComponent(asked)}' })`,
  )
}

/** The checks that need the database. */
export async function checkDatabase(database: Database): Promise<void> {
  try {
    if (database.dialect.name === 'sqlite') await checkSqlite(database)
    await Promise.all(modelNames.map((model) => readAll(database.client[model], columns[model])))
    await database.readIsolation()
    await tryTransaction(database)
  } catch (error) {
    throw await explained(error, database)
  }
  if (database.dialect.name === 'mysql') await checkCollations(database)
}

/** The types of the models' methods are too different to be called in one way. */
const readAll = (model: object, select: object): Promise<unknown> =>
  (model as { findFirst(query: object): Promise<unknown> }).findFirst({ select })

/** Turns errors that only the host can fix into a `SetupError`, with the database's own message. All others stay as they are, and the check is tried again. */
async function explained(error: unknown, database: Database): Promise<unknown> {
  const fault = faultOf(error)
  if (fault === 'forbidden' || fault === 'startup') {
    return new SetupError(`express-chat: ${diagnosisOf(error)}`, { cause: error })
  }
  if (fault !== 'missing') return error
  const { dialect, tables } = database
  const otherSchemas = await schemasWithTables(database).catch(() => [])
  const place = tables.schema && dialect.name === 'postgresql' ? ` in the schema "${tables.schema}"` : ''
  const mend =
    otherSchemas.length > 0
      ? `; there are some in ${otherSchemas.join(', ')}: say so to the adapter, as new PrismaPg(…, { schema: ${otherSchemas[0]} }); else`
      : ';'
  return new SetupError(
    `express-chat: the database lacks our tables or one of their columns${place} (${causeOf(error)})${mend} run: npx prisma migrate dev, or, without Prisma’s migrations: npx express-chat migrate; over the tables of an older version, see docs/hosts.md#upgrading-the-models`,
    { cause: error },
  )
}

/** Other schemas of PostgreSQL that have tables of ours. */
async function schemasWithTables({ client, dialect, tables }: Database): Promise<string[]> {
  if (dialect.name !== 'postgresql') return []
  const rows = await dialect.select<{ place: string }>(
    client,
    'SELECT table_schema AS place FROM information_schema.tables WHERE table_name = ? AND table_schema <> ?',
    [tables.nameOf('chat_rooms'), tables.schema ?? ''],
  )
  return rows.map(({ place }) => `"${place}"`)
}

async function checkSqlite({ client }: Database): Promise<void> {
  if (String(adapterOf(client)?.adapterName).includes('better-sqlite3')) {
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
 * Sets a timeout if the host has not. Without one, SQLite refuses a statement at once if another process is in the way. libsql then
 * keeps the refused statement open until it is garbage-collected, with a lock that stops every writer (measured, libsql 0.5.29).
 * With a timeout it waits, as with most other drivers. A transaction of another process takes some ms.
 */
async function waitForOthers(client: Client): Promise<void> {
  const [row]: { timeout?: number | bigint }[] = await client.$queryRawUnsafe('PRAGMA busy_timeout')
  if (Number(row?.timeout) === 0) await client.$queryRawUnsafe(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
}

/** With MySQL's default collations 👍 equals 👎, and two ids that differ in case are the same. */
async function checkCollations({ client, tables }: Database): Promise<void> {
  const rows: { tableName: string }[] = await client.$queryRawUnsafe(wrongCollations(tables.names))
  if (rows.length === 0) return
  throw new SetupError(
    `express-chat: ids and reactions must be compared byte by byte; run (foreign keys off meanwhile): ${collationMend(rows.map(({ tableName }) => tableName))}`,
  )
}
