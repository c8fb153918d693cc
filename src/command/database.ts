import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { diagnosisOf, faultOf } from '../store/diagnosis.js'
import { CommandError, type Surroundings } from './command.js'
import type { Connection, Provider } from './drivers/connection.js'
import { openMysql } from './drivers/mysql.js'
import { openPostgresql } from './drivers/postgresql.js'
import { openSqlite } from './drivers/sqlite.js'

/** The environment, and below it what the app's `.env` says, which Prisma's own configuration usually reads as well. */
export function settings({ cwd, env }: Surroundings): Record<string, string | undefined> {
  return { ...fileOfSettings(cwd), ...env }
}

function fileOfSettings(cwd: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(join(cwd, '.env'), 'utf8'))
  } catch {
    return {}
  }
}

/** The URL of the database, if anything says one. */
export const databaseUrl = (given: string | undefined, around: Surroundings): string | undefined =>
  given || settings(around).DATABASE_URL || undefined

export const howToName =
  'say which database: by DATABASE_URL in the environment or in .env, or by --database postgresql://… (mysql://…, file:…)'

export function providerOf(url: string): Provider {
  if (/^file:/.test(url)) return 'sqlite'
  if (/^postgres(ql)?:/.test(url)) return 'postgresql'
  if (/^(mysql|mariadb):/.test(url)) return 'mysql'
  throw new CommandError(`no database of ours has a URL that begins with "${url.split(':')[0]}:"; ${howToName}`)
}

export interface Opening {
  /** How long another process is waited for that holds SQLite's file. */
  waitMs: number
  /** Whether a file of SQLite that is not there may be made. */
  mayCreate: boolean
}

/** Opens one connection; says in a sentence why there is none. */
export async function openDatabase(url: string, cwd: string, { waitMs, mayCreate }: Opening): Promise<Connection> {
  const provider = providerOf(url)
  try {
    if (provider === 'sqlite') return await openSqlite(url, cwd, waitMs, mayCreate)
    return await (provider === 'mysql' ? openMysql : openPostgresql)(url, cwd)
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(faultOf(error) ? diagnosisOf(error) : `the database does not answer (${reasonOf(error)})`)
  }
}

/** Of several addresses that were tried, Node tells nothing in the error itself. */
function reasonOf(error: unknown): string {
  const { message, code, errors } = error as { message?: string; code?: string; errors?: unknown[] }
  return message || (errors?.length ? reasonOf(errors[0]) : undefined) || code || String(error)
}
