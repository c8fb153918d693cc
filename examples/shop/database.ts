import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import type { InTransaction } from 'express-chat'
import { PrismaClient } from './generated/client.js'

export type Database = PrismaClient
/** The client inside of a transaction. */
export type Transaction = InTransaction<PrismaClient>

const tables = ['../../prisma/sqlite.sql', 'tables.sql'].map((path) => new URL(path, import.meta.url))

/** Opens the database, and makes it the first time. An app of yours runs `prisma migrate` instead. */
export async function openDatabase(folder: string): Promise<PrismaClient> {
  await mkdir(folder, { recursive: true })
  const adapter = new PrismaLibSql({ url: `file:${join(folder, 'shop.db')}` })
  const connection = await adapter.connect()
  const query = { sql: `SELECT name FROM sqlite_master WHERE name = 'Listing'`, args: [], argTypes: [] }
  if ((await connection.queryRaw(query)).rows.length === 0) {
    const sql = await Promise.all(tables.map((file) => readFile(file, 'utf8')))
    await connection.executeScript(`BEGIN; ${sql.join('\n')} COMMIT;`)
  }
  await connection.dispose()
  return new PrismaClient({ adapter })
}
