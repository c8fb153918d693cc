import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaClient } from '../prisma/generated/client.js'

const chatTables = new URL('../../prisma/sqlite.sql', import.meta.url)
const upgrade = new URL('../../prisma/upgrades/0.1-to-0.2.sqlite.sql', import.meta.url)
const hostTables = `CREATE TABLE "User" (
  "id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);`
// Demos of before had none.
const laterTables = `CREATE TABLE IF NOT EXISTS "PushSubscription" (
  "userId" TEXT NOT NULL, "id" TEXT NOT NULL, "subscription" TEXT NOT NULL, PRIMARY KEY ("userId", "id"));`

/** The demo's own database in a folder, or one of PostgreSQL that several servers share. */
export function openDatabase(folder: string, url: string | undefined): Promise<PrismaClient> {
  return url ? openPostgres(url) : openSqlite(folder)
}

async function openPostgres(connectionString: string): Promise<PrismaClient> {
  const [{ PrismaPg }, generated] = await Promise.all([
    import('@prisma/adapter-pg'),
    import('../prisma/postgresql/generated/client.js'),
  ])
  // Of the same models, so the demo takes it for the one of SQLite.
  const Client = generated.PrismaClient as unknown as typeof PrismaClient
  // Neither limit is there unless given: a database that hangs would be waited for without end.
  return new Client({ adapter: new PrismaPg({ connectionString, connectionTimeoutMillis: 5_000, keepAlive: true }) })
}

/**
 * Opens the database in a folder, makes it the first time, and brings one of an older version up to date. Only the demo does
 * that by itself, so that it starts without a step before it; an app of yours runs `prisma migrate`.
 */
async function openSqlite(folder: string): Promise<PrismaClient> {
  await mkdir(folder, { recursive: true })
  const adapter = new PrismaLibSql({ url: `file:${join(folder, 'chat.db')}` })
  const connection = await adapter.connect()
  const { rows } = await connection.queryRaw({
    sql: `SELECT name FROM sqlite_master WHERE type = 'table'`,
    args: [],
    argTypes: [],
  })
  const tables = new Set(rows.map(([name]) => name))
  // In one script, hence all or nothing: a demo that is killed while it starts can start again.
  if (!tables.has('User')) {
    await connection.executeScript(`BEGIN; ${await readFile(chatTables, 'utf8')} ${hostTables} COMMIT;`)
  } else if (!tables.has('chat_uncounted_messages')) {
    await connection.executeScript(`BEGIN; ${await readFile(upgrade, 'utf8')} COMMIT;`)
  }
  await connection.executeScript(laterTables)
  await connection.dispose()
  return new PrismaClient({ adapter })
}
