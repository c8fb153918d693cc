import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import mariadb from 'mariadb'
import pg from 'pg'

const sql = (path: string): string => readFileSync(path, 'utf8')

/** What tables call them. */
export const databaseNames = {
  postgresql: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
  sqlite: 'SQLite, in the server process',
}

/** A database of the benchmark's own, dropped at its end. */
export interface BenchDatabase<Name extends keyof typeof databaseNames = keyof typeof databaseNames> {
  name: Name
  url: string
  run(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  drop(): Promise<void>
}

const standardUrl = 'postgresql://postgres@127.0.0.1:5432/postgres'
const serverUrl = process.env.BENCH_POSTGRES_URL || process.env.TEST_POSTGRES_URL || standardUrl

/** What PostgreSQL says of itself where the benchmark looks for it; rejects where none answers. */
export async function describePostgresql(): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 2000 })
  await client.connect()
  const shown = async (name: string) => (await client.query(`SHOW ${name}`)).rows[0][name] as string
  const [version, fsync, commit] = [
    await shown('server_version'),
    await shown('fsync'),
    await shown('synchronous_commit'),
  ]
  await client.end()
  return `PostgreSQL ${version.split(' ')[0]} (fsync ${fsync}, synchronous_commit ${commit}, else as it was found)`
}

let made = 0
const standing = new Set<BenchDatabase>()

/** Drops what a workload that failed has left. */
export async function dropAll(): Promise<void> {
  await Promise.all([...standing].map((database) => database.drop()))
}

function standingWith<Name extends BenchDatabase['name']>(database: BenchDatabase<Name>): BenchDatabase<Name> {
  const own: BenchDatabase<Name> = {
    ...database,
    async drop() {
      standing.delete(own)
      await database.drop()
    },
  }
  standing.add(own)
  return own
}

/** `tables` is the file that makes them: ours, or those of the hand-written handler. */
export async function postgresql(tables: string): Promise<BenchDatabase<'postgresql'>> {
  const database = `express_chat_bench_${process.pid}_${++made}`
  const url = Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href
  const admin = new pg.Client({ connectionString: serverUrl })
  await admin.connect()
  await admin.query(`CREATE DATABASE "${database}"`)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql(tables))
  return standingWith({
    name: 'postgresql',
    url,
    run: async (statement, values) => (await client.query(statement, values)).rows,
    async drop() {
      await client.end()
      await admin.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`)
      await admin.end()
    },
  })
}

export async function sqlite(): Promise<BenchDatabase<'sqlite'>> {
  const folder = await mkdtemp(join(tmpdir(), 'express-chat-bench-'))
  const url = `file:${join(folder, 'chat.db')}`
  const client = createClient({ url })
  await client.execute('PRAGMA journal_mode = WAL')
  await client.executeMultiple(sql('prisma/sqlite.sql'))
  return standingWith({
    name: 'sqlite',
    url,
    run: async (statement, values = []) =>
      (await client.execute({ sql: statement, args: values as string[] })).rows as unknown as Record<string, unknown>[],
    async drop() {
      client.close()
      await rm(folder, { recursive: true, force: true })
    },
  })
}

const mysqlUrl = process.env.BENCH_MYSQL_URL || process.env.TEST_MYSQL_URL || 'mysql://root@127.0.0.1:3306/'

/** Our tables on MySQL or MariaDB; undefined where none answers. */
export async function mysql(): Promise<BenchDatabase | undefined> {
  const database = `express_chat_bench_${process.pid}_${++made}`
  const { hostname, port, username, password } = new URL(mysqlUrl)
  const connection = await mariadb
    .createConnection({
      host: hostname,
      port: Number(port || 3306),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      multipleStatements: true,
      connectTimeout: 2000,
    })
    .catch(() => undefined)
  if (!connection) return undefined
  await connection.query(`CREATE DATABASE \`${database}\`; USE \`${database}\`; ${sql('prisma/mysql.sql')}`)
  // What is seeded is written in the SQL of the other two.
  await connection.query("SET SESSION sql_mode = 'PIPES_AS_CONCAT'")
  return standingWith({
    name: 'mysql',
    url: Object.assign(new URL(mysqlUrl), { pathname: `/${database}` }).href,
    run: (statement, values) => connection.query(statement, values),
    async drop() {
      await connection.query(`DROP DATABASE IF EXISTS \`${database}\``)
      await connection.end()
    },
  })
}
