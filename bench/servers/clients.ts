import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import { statementName } from 'express-chat'
import pg from 'pg'
import { PrismaClient as SqliteClient } from '../../examples/prisma/generated/client.js'
import { PrismaClient as PostgresqlClient } from '../../examples/prisma/postgresql/generated/client.js'
import type { BenchDatabase } from '../harness/databases.js'

export interface ClientOptions {
  database: BenchDatabase['name']
  url: string
  /** SQLite's. */
  synchronous?: 'FULL' | 'NORMAL'
}

/** Prisma's client as a host makes it; `onStatement` is called for each statement that reaches PostgreSQL. */
export async function clientOf({ database, url, synchronous = 'FULL' }: ClientOptions, onStatement = () => {}) {
  if (database === 'postgresql')
    return new PostgresqlClient({
      adapter: new PrismaPg(new Counting({ connectionString: url }, onStatement), {
        statementNameGenerator: statementName,
      }),
    })
  if (database === 'mysql') return onMysql(url)
  const prisma = new SqliteClient({ adapter: new PrismaLibSql({ url }) })
  await prisma.$queryRawUnsafe(`PRAGMA synchronous = ${synchronous}`)
  return prisma
}

/** Loaded where it is asked for: what the others need of memory is measured. */
async function onMysql(url: string) {
  const [{ PrismaMariaDb }, { PrismaClient }] = await Promise.all([
    import('@prisma/adapter-mariadb'),
    import('../../test/mysql/generated/client.js'),
  ])
  return new PrismaClient({ adapter: new PrismaMariaDb(url) })
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
