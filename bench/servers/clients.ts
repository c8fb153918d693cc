import { statementName } from 'express-chat'
import pg from 'pg'
import type { BenchDatabase } from '../harness/databases.js'

export interface ClientOptions {
  database: BenchDatabase['name']
  url: string
  /** SQLite's. */
  synchronous?: 'FULL' | 'NORMAL'
}

/**
 * Prisma's client as a host makes it; `onStatement` is called for each statement that reaches PostgreSQL. What a database needs is
 * loaded where that is asked for, as a host has one alone: its memory is measured.
 */
export async function clientOf({ database, url, synchronous = 'FULL' }: ClientOptions, onStatement = () => {}) {
  if (database === 'postgresql') return onPostgresql(url, onStatement)
  return database === 'mysql' ? onMysql(url) : onSqlite(url, synchronous)
}

async function onPostgresql(url: string, onStatement: () => void) {
  const [{ PrismaPg }, { PrismaClient }] = await Promise.all([
    import('@prisma/adapter-pg'),
    import('../../examples/prisma/postgresql/generated/client.js'),
  ])
  const pool = new Counting({ connectionString: url }, onStatement)
  return new PrismaClient({ adapter: new PrismaPg(pool, { statementNameGenerator: statementName }) })
}

async function onMysql(url: string) {
  const [{ PrismaMariaDb }, { PrismaClient }] = await Promise.all([
    import('@prisma/adapter-mariadb'),
    import('../../test/mysql/generated/client.js'),
  ])
  return new PrismaClient({ adapter: new PrismaMariaDb(url) })
}

async function onSqlite(url: string, synchronous: string) {
  const [{ PrismaLibSql }, { PrismaClient }] = await Promise.all([
    import('@prisma/adapter-libsql'),
    import('../../examples/prisma/generated/client.js'),
  ])
  const prisma = new PrismaClient({ adapter: new PrismaLibSql({ url }) })
  await prisma.$queryRawUnsafe(`PRAGMA synchronous = ${synchronous}`)
  return prisma
}

/** Counts the statements that reach the database. */
class Counting extends pg.Pool {
  constructor(config: pg.PoolConfig, onStatement: () => void) {
    super(config)
    this.on('connect', (client) => {
      const { query } = client
      client.query = ((...given: unknown[]) => {
        onStatement()
        return Reflect.apply(query, client, given)
      }) as typeof query
    })
  }
}
