import pg from 'pg'
import type { Engine } from './engine.js'
import { isLeftover, nameIn } from './names.js'
import { tableNames, tables } from './tables.js'

/** Databases on the server behind `url`, copied from a template, with our tables in this schema. */
export function postgresql(url: string, run: string, schema = 'public'): Engine {
  const template = `${run}template`
  const urlOf = (database: string) =>
    Object.assign(new URL(url), { pathname: `/${database}`, search: `?schema=${schema}` }).href
  const makeIn = async (database: string, statements: string) => {
    await query(urlOf(database), `CREATE SCHEMA IF NOT EXISTS ${schema}; SET search_path TO ${schema}; ${statements}`)
  }
  const drop = (database: string) => query(url, `DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`)
  return {
    async version() {
      const [row] = await query<{ server_version: string }>(url, 'SHOW server_version')
      return row?.server_version.split(' ')[0] ?? 'unknown version'
    },
    async prepare() {
      await query(url, `CREATE DATABASE "${template}"`)
      await makeIn(template, tables('postgresql'))
    },
    async create(statements) {
      const database = nameIn(run)
      await query(url, `CREATE DATABASE "${database}"${statements === undefined ? ` TEMPLATE "${template}"` : ''}`)
      if (statements !== undefined) await makeIn(database, statements)
      return urlOf(database)
    },
    async execute(databaseUrl, statements) {
      await query(databaseUrl, `SET search_path TO ${schema}; ${statements}`)
    },
    async drop(databaseUrl) {
      await drop(new URL(databaseUrl).pathname.slice(1))
    },
    async empty(databaseUrl) {
      const statements = tableNames('postgresql').map((table) => `DELETE FROM ${table};`)
      // Whoever still holds a row there keeps the database.
      await query(databaseUrl, `SET search_path TO ${schema}; SET lock_timeout TO '2s'; ${statements.join(' ')}`)
    },
    async clean() {
      const rows = await query<{ datname: string }>(url, 'SELECT datname FROM pg_database')
      for (const { datname } of rows) if (isLeftover(datname, run)) await drop(datname)
    },
  }
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
