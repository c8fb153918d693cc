import { collationMend, wrongCollations } from '../../store/collations.js'
import type { Connection } from '../drivers/connection.js'
import type { Finding } from '../finding.js'

const about = 'database'

/** Looks at what the tables stand on. `openAnother` makes a connection beside the first one. */
export async function checkDatabase(
  connection: Connection,
  tables: string[],
  openAnother: () => Promise<Connection>,
): Promise<Finding[]> {
  if (connection.provider === 'sqlite') return checkJournal(connection)
  if (connection.provider === 'mysql')
    return [...(await checkEngines(connection, tables)), ...(await checkCollations(connection, tables))]
  return [...(await checkIsolation(connection)), ...(await checkPooler(connection, openAnother))]
}

async function checkJournal(connection: Connection): Promise<Finding[]> {
  const [row] = await connection.select<{ journal_mode: string }>('PRAGMA journal_mode')
  if (row?.journal_mode === 'wal') return []
  return [
    {
      ...{ level: 'advice', about },
      what: `the journal of this file is "${row?.journal_mode}", not WAL`,
      why: 'whoever reads stops whoever writes; a start sets it to WAL, and is refused where that cannot be (a network drive)',
      mend: 'start the chat, or run npx express-chat migrate: either sets it, and the file keeps it. Where a chat ran on it already, find out what has set it back',
    },
  ]
}

const quotedIn = (names: string[]): string => names.map((name) => `'${name}'`).join(', ')

async function checkEngines(connection: Connection, tables: string[]): Promise<Finding[]> {
  const rows = await connection.select<{ name: string; kind: string }>(
    `SELECT table_name AS name, engine AS kind FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_name IN (${quotedIn(tables)}) AND engine <> 'InnoDB'`,
  )
  return rows.map(({ name, kind }) => ({
    ...{ level: 'wrong', about },
    what: `the table ${name} is of ${kind}, which knows no transactions`,
    why: 'what is refused halfway stays halfway written',
    mend: `ALTER TABLE ${name} ENGINE = InnoDB;`,
  }))
}

async function checkCollations(connection: Connection, tables: string[]): Promise<Finding[]> {
  const rows = await connection.select<{ tableName: string }>(wrongCollations(tables))
  if (rows.length === 0) return []
  const names = rows.map(({ tableName }) => tableName)
  return [
    {
      ...{ level: 'wrong', about },
      what: `ids and reactions are not compared byte by byte in ${names.join(', ')}`,
      why: 'two ids that differ in case are the same then, and 👍 equals 👎; a start is refused',
      mend: collationMend(names),
    },
  ]
}

async function checkIsolation(connection: Connection): Promise<Finding[]> {
  const [row] = await connection.select<{ level: string }>(
    `SELECT current_setting('default_transaction_isolation') AS level`,
  )
  if (row?.level === 'read committed') return []
  return [
    {
      ...{ level: 'advice', about },
      what: `transactions are "${row?.level}" unless they say otherwise`,
      why: 'the chat says "read committed" in each of its own, a statement more; a transaction of yours with chat.within fails where another one was in the way',
      mend: `ALTER DATABASE … SET default_transaction_isolation = 'read committed'; (it may also be set for the role, or by the URL)`,
    },
  ]
}

/** Two connections of ours that a server takes for one are shared, transaction by transaction. */
async function checkPooler(connection: Connection, openAnother: () => Promise<Connection>): Promise<Finding[]> {
  const other = await openAnother()
  const processOf = async (each: Connection) => {
    const [row] = await each.select<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    return row?.pid
  }
  try {
    for (let tries = 0; tries < 5; tries++) {
      if ((await processOf(connection)) !== (await processOf(other))) continue
      return [
        {
          ...{ level: 'advice', about },
          what: 'a pooler between here and PostgreSQL shares connections between transactions',
          why: 'the chat works through it. postgresBus does not, nor do names of statements (statementName) before PgBouncer 1.21, or without max_prepared_statements',
          mend: 'give postgresBus a URL that leads to PostgreSQL itself',
        },
      ]
    }
    return []
  } finally {
    await other.close()
  }
}
