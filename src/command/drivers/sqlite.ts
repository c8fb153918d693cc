import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CommandError } from '../command.js'
import { type Connection, driver } from './connection.js'

interface Result {
  rows: unknown[]
}
interface Transaction {
  execute(statement: { sql: string; args: unknown[] }): Promise<Result>
  commit(): Promise<void>
  rollback(): Promise<void>
  close(): void
}
interface LibSql {
  createClient(config: { url: string; timeout: number; concurrency: number }): Pick<
    Transaction,
    'execute' | 'close'
  > & {
    transaction(mode: 'write'): Promise<Transaction>
  }
}

/** The file that a URL of SQLite names, as libsql reads it: from the current folder. */
const fileOf = (url: string, cwd: string): string =>
  url.startsWith('file://') ? fileURLToPath(url) : resolve(cwd, url.replace(/^file:/, '').replace(/\?.*$/, ''))

/** `mayCreate`: whether a file that is not there becomes an empty database. */
export async function openSqlite(url: string, cwd: string, waitMs: number, mayCreate: boolean): Promise<Connection> {
  const file = fileOf(url, cwd)
  if (!mayCreate && !existsSync(file)) throw new CommandError(`there is no database at ${file}`)
  const { createClient } = driver<LibSql>('@libsql/client', '@prisma/adapter-libsql', cwd)
  const client = createClient({ url: `file:${file}`, timeout: waitMs, concurrency: 1 })
  let transaction: Transaction | undefined
  const execute = (sql: string, args: unknown[] = []) => (transaction ?? client).execute({ sql, args })
  await execute(`PRAGMA busy_timeout = ${waitMs}`)
  const end = async (how: 'commit' | 'rollback') => {
    const ending = transaction
    await ending?.[how]()
    ending?.close()
    transaction = undefined
  }
  return {
    provider: 'sqlite',
    select: async <Row>(sql: string, values?: unknown[]) => (await execute(sql, values)).rows as Row[],
    run: async (sql) => void (await execute(sql)),
    begin: async () => {
      transaction = await client.transaction('write')
    },
    commit: () => end('commit'),
    rollback: () => end('rollback').catch(() => undefined),
    close: async () => client.close(),
  }
}
