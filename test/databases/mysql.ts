import mariadb from 'mariadb'
import type { Engine } from './engine.js'
import { isLeftover, nameIn } from './names.js'
import { tableNames, tables } from './tables.js'

/** Databases on the MySQL or MariaDB server behind `url`. */
export function mysql(url: string, run: string): Engine {
  const urlOf = (database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href
  const drop = (database: string) => query(url, `DROP DATABASE IF EXISTS \`${database}\``)
  return {
    async version() {
      const [row] = await query<{ version: string }>(url, 'SELECT version() AS version')
      return String(row?.version)
    },
    async prepare() {},
    async create(statements = tables('mysql')) {
      const database = nameIn(run)
      await query(url, `CREATE DATABASE \`${database}\`; USE \`${database}\`; ${statements}`)
      return urlOf(database)
    },
    async execute(databaseUrl, statements) {
      await query(databaseUrl, statements)
    },
    async drop(databaseUrl) {
      await drop(new URL(databaseUrl).pathname.slice(1))
    },
    async empty(databaseUrl) {
      const statements = tableNames('mysql').map((table) => `DELETE FROM ${table};`)
      // Whoever still holds a row there keeps the database.
      await query(databaseUrl, `SET innodb_lock_wait_timeout = 2; BEGIN; ${statements.join(' ')} COMMIT`)
    },
    async clean() {
      const rows = await query<{ name: string }>(url, 'SELECT schema_name AS name FROM information_schema.schemata')
      for (const { name } of rows) if (isLeftover(name, run)) await drop(name)
    },
  }
}

async function query<Row>(url: string, sql: string): Promise<Row[]> {
  const { hostname, port, username, password, pathname } = new URL(url)
  const connection = await mariadb.createConnection({
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    ...(pathname.length > 1 ? { database: pathname.slice(1) } : {}),
    multipleStatements: true,
    connectTimeout: 10_000,
  })
  try {
    return await connection.query(sql)
  } finally {
    await connection.end()
  }
}
