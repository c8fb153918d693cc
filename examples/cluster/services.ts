import { readFile } from 'node:fs/promises'
import { Redis } from 'ioredis'
import pg from 'pg'
import { giveUp } from './give-up.js'

const chatTables = new URL('../../prisma/postgresql.sql', import.meta.url)
const upgrade = new URL('../../prisma/upgrades/0.1-to-0.2.postgresql.sql', import.meta.url)
const hostTables = `CREATE TABLE "User" (
  "id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);`
// Clusters of before had none.
const laterTables = `CREATE TABLE IF NOT EXISTS "PushSubscription" (
  "userId" TEXT NOT NULL, "id" TEXT NOT NULL, "subscription" TEXT NOT NULL, PRIMARY KEY ("userId", "id"));`

/**
 * Makes the database, the first time, and brings one of an older version up to date. Only an example does that by itself; an
 * app of yours runs `prisma migrate`.
 */
export async function prepareDatabase(url: string): Promise<void> {
  try {
    const client = (await connect(url)) ?? (await createDatabase(url))
    const { rows } = await client.query(
      `SELECT to_regclass('"User"') AS "user", to_regclass('chat_uncounted_messages') AS "uncounted"`,
    )
    const [{ user, uncounted }] = rows
    if (user === null) await client.query(`BEGIN; ${await readFile(chatTables, 'utf8')} ${hostTables} COMMIT;`)
    else if (uncounted === null) await client.query(`BEGIN; ${await readFile(upgrade, 'utf8')} COMMIT;`)
    await client.query(laterTables)
    await client.end()
  } catch (error) {
    giveUp(
      `PostgreSQL at ${new URL(url).host} says: ${reasonOf(error)}. Start one (docker run -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres), or name yours: DATABASE_URL=postgresql://user:password@host:5432/database npm run cluster`,
    )
  }
}

/** Undefined where the server is there and the database is not. */
async function connect(url: string): Promise<pg.Client | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    return client
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === '3D000') return undefined
    throw error
  }
}

async function createDatabase(url: string): Promise<pg.Client> {
  const admin = await connect(Object.assign(new URL(url), { pathname: '/postgres' }).href)
  const name = decodeURIComponent(new URL(url).pathname.slice(1))
  await admin?.query(`CREATE DATABASE "${name.replaceAll('"', '""')}"`)
  await admin?.end()
  const client = await connect(url)
  if (!client) throw new Error(`there is no database ${name}`)
  return client
}

export async function checkRedis(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  let reason: unknown
  client.on('error', (error) => {
    reason = error
  })
  try {
    await client.connect()
    await client.ping()
  } catch (error) {
    giveUp(
      `Redis at ${new URL(url).host} says: ${reasonOf(reason ?? error)}. Start one (docker run -p 6379:6379 redis), or name yours: REDIS_URL=redis://host:6379 npm run cluster`,
    )
  } finally {
    client.disconnect()
  }
}

function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string }
  return message || code || String(error)
}
