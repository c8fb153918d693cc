import { ChatError } from '../contract/problems.js'
import type { Raw } from './client.js'
import type { Database } from './database.js'
import { causeOf } from './diagnosis.js'
import { newId } from './ids.js'
import { SetupError } from './setup-error.js'

const undone = new Error('only a trial')

/** Any database needs less time for a row, and a client waits longer for an answer. */
const patienceMs = 5_000

const howToMend =
  'an extension of it that runs each query in a transaction of its own, as row-level security by set_config does, takes them out of the one that they are asked in. Give the chat your client without that extension, or have it leave alone what is inside a transaction already'

/**
 * Tests what everything relies on: that an interactive transaction of this client is one, and that our SQL uses the same tables as
 * Prisma's queries. Prisma writes a row, our SQL reads it, and it is rolled back.
 */
export async function tryTransaction(database: Database): Promise<void> {
  const { client, dialect } = database
  if (dialect.name === 'sqlite') return tryOneConnection(database)
  const id = newId()
  let isSeen = false
  let writtenTo: string | undefined
  const trial = database.transaction(async (tx) => {
    const row = { id, aliveUntil: new Date(0) }
    await answered(tx.chatNode.create({ data: row, select: { id: true } }), (why) => {
      return new ChatError('unavailable', why, { retryAfter: 1, cause: new Error(why) })
    })
    isSeen = (await dialect.select(tx, 'SELECT id FROM chat_nodes WHERE id = ?', [id])).length > 0
    if (!isSeen) writtenTo = await schemaWith(database, tx, id)
    throw undone
  })
  await trial.catch((error) => {
    if (error !== undone) throw error
  })
  const { count } = await client.chatNode.deleteMany({ where: { id } })
  if (count > 0) {
    throw new SetupError(
      `express-chat: what your Prisma client writes inside an interactive transaction stays though that is rolled back: ${howToMend}`,
    )
  }
  if (isSeen) return checkReads(database, id)
  throw new SetupError(
    `express-chat: the queries of your Prisma client go to the tables in ${writtenTo ?? 'another schema'}, and SQL of ours to those in ${await schemaHere(database)}, where the connection leads; name the same in the URL and to the adapter (\`schema\` of PrismaPg, \`database\` of PrismaMariaDb)`,
  )
}

/** Detects reads from a replica: it lags behind, so it is unlikely to have a row at once that was just committed. */
async function checkReads({ client }: Database, id: string): Promise<void> {
  await client.chatNode.create({ data: { id, aliveUntil: new Date(0) }, select: { id: true } })
  const read = await client.chatNode.findUnique({ where: { id }, select: { id: true } })
  const { count } = await client.chatNode.deleteMany({ where: { id } })
  // Another server that looks for dead ones may have deleted it first.
  if (read || count === 0) return
  throw new SetupError(
    'express-chat: your Prisma client reads from another database than it writes to: a replica, which does not have yet what a rule depends on. Give the chat the client of the primary, or one that hands it out by $primary(), as @prisma/extension-read-replicas does',
  )
}

/**
 * On SQLite a query outside of the open transaction waits for that to end, so nothing else has to be tested. Nothing is written,
 * because of two servers that start at once one would be refused, and libsql keeps such a statement open.
 */
async function tryOneConnection(database: Database): Promise<void> {
  await database.transaction((tx) =>
    answered(tx.chatNode.findFirst({ select: { id: true } }), (why) => new SetupError(`express-chat: ${why}`)),
  )
}

/** If the query was taken out of the transaction, it waits for ever for the connection, or Prisma refuses it. */
async function answered(query: PromiseLike<unknown>, late: (why: string) => Error): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    const why = `a query inside an interactive transaction was not answered within ${patienceMs / 1000} s; ${howToMend}`
    timer = setTimeout(() => reject(late(why)), patienceMs)
  })
  try {
    await Promise.race([query, tooLate])
  } catch (error) {
    if (!/unable to start a transaction/i.test(causeOf(error))) throw error
    throw new SetupError(
      `express-chat: a query inside an interactive transaction of your Prisma client wants to begin another: ${howToMend}`,
      { cause: error },
    )
  } finally {
    clearTimeout(timer)
  }
}

/** The schema (on MySQL, the database) whose table has the row. */
async function schemaWith({ dialect, tables }: Database, db: Raw, id: string): Promise<string | undefined> {
  if (dialect.name === 'sqlite') return undefined
  const name = tables.nameOf('chat_nodes')
  const places = await dialect.select<{ place: string }>(
    db,
    'SELECT table_schema AS place FROM information_schema.tables WHERE table_name = ?',
    [name],
  )
  for (const { place } of places) {
    // This does not use the dialect, which would write the schema of our tables before it.
    const rows: unknown[] = await db.$queryRawUnsafe(`SELECT id FROM ${tables.quoted(place, name)} WHERE id = '${id}'`)
    if (rows.length > 0) return `"${place}"`
  }
  return undefined
}

async function schemaHere({ client, dialect, tables }: Database): Promise<string> {
  if (tables.schema) return `"${tables.schema}"`
  const current = dialect.name === 'mysql' ? 'DATABASE()' : 'current_schema()'
  const [row] = await dialect.select<{ place: string | null }>(client, `SELECT ${current} AS place`, [])
  return `"${row?.place}"`
}
