import type { Connection, Provider } from '../drivers/connection.js'
import type { Finding } from '../finding.js'
import { presentShape } from '../tables/present.js'
import type { Scripts } from '../tables/scripts.js'
import { type Column, shapeOf } from '../tables/shape.js'
import { columnsIn, standingOf } from '../tables/standing.js'

const howToUpgrade = 'npx express-chat migrate; with Prisma’s migrations as docs/hosts.md#upgrading-the-models says'

/** Compares the tables with those of this version, column by column. */
export async function checkTables(connection: Connection, scripts: Scripts): Promise<Finding[]> {
  const wrong = (what: string, mend: string, why?: string): Finding => {
    return { level: 'wrong', about: 'tables', what, mend, ...(why && { why }) }
  }
  const standing = standingOf(await columnsIn(connection), scripts)
  if (standing.is === 'empty') {
    const place = connection.schema ? ` in the schema "${connection.schema}"` : ''
    return [wrong(`the database has none of our tables${place}`, howToUpgrade)]
  }
  if (standing.is === 'old') {
    return [
      wrong(
        `the tables are those of ${standing.version}, and this version needs those of ${scripts.create.to}`,
        howToUpgrade,
      ),
    ]
  }
  const [ours, present] = [shapeOf(scripts.create), await presentShape(connection)]
  const tables = new Set(present.columns.map(({ table }) => table))
  const missing = [...scripts.create.adds].filter((table) => !tables.has(table))
  const isHere = ({ table }: { table: string }) => tables.has(table)
  const columns = ours.columns.filter(isHere).flatMap((column) => {
    const { table, name, type, isRequired, sql } = column
    const found = present.columns.find((each) => each.table === table && each.name === name)
    if (!found) return [wrong(`the column ${table}.${name} is missing`, sql, 'a start is refused without it')]
    const is = (required: boolean) => (required ? 'NOT NULL' : 'NULL')
    if (found.type === type && (found.isRequired === isRequired || isKey(ours.indexes, column))) return []
    const [has, needs] = [`${found.type} ${is(found.isRequired)}`, `${type} ${is(isRequired)}`]
    return [
      wrong(`the column ${table}.${name} is ${has}, and should be ${needs}`, changing(connection.provider, column)),
    ]
  })
  const extra = present.columns.filter(({ table, name, isRequired, hasDefault }) => {
    const isOurTable = scripts.create.adds.has(table)
    return (
      isOurTable &&
      isRequired &&
      !hasDefault &&
      !ours.columns.some((each) => each.table === table && each.name === name)
    )
  })
  const indexes = ours.indexes.filter(isHere).flatMap(({ table, columns, isUnique, sql }) => {
    const same = present.indexes.filter((each) => each.table === table && `${each.columns}` === `${columns}`)
    if (same.some((each) => each.isUnique || !isUnique)) return []
    const [what, why] = isUnique
      ? [`${table} lets two rows have the same ${columns.join(', ')}`, 'what must be there once can be there twice']
      : [`${table} has no index on ${columns.join(', ')}`, 'whoever asks for these rows reads the whole table']
    return [wrong(what, sql || 'make it its primary key', why)]
  })
  const references = ours.references.filter(isHere).flatMap(({ table, columns, to, onDelete, sql }) => {
    const found = present.references.find(
      (each) => each.table === table && each.to === to && `${each.columns}` === `${columns}`,
    )
    if (found?.onDelete === onDelete) return []
    const mend =
      connection.provider === 'sqlite' ? 'SQLite adds none to a table: make the table anew, with its rows' : sql
    return [wrong(`${table}.${columns.join(', ')} does not refer to ${to} (ON DELETE ${onDelete})`, mend)]
  })
  return [
    ...missing.map((table) =>
      wrong(`the table ${table} is missing`, tableSql(scripts, table), 'a start is refused without it'),
    ),
    ...columns,
    ...extra.map(({ table, name }) =>
      wrong(
        `the column ${table}.${name} is not ours, and may not be NULL`,
        `give it a default, or let it be NULL: what the chat writes does not name it`,
      ),
    ),
    ...indexes,
    ...references,
  ]
}

/** SQLite says of the columns of a key that they may be NULL. */
const isKey = (indexes: { table: string; columns: string[] }[], column: { table: string; name: string }): boolean =>
  indexes.some(({ table, columns }) => table === column.table && columns.includes(column.name))

function changing(provider: Provider, { table, name, isRequired, sql }: Column): string {
  if (provider === 'mysql') return sql.replace(' ADD COLUMN ', ' MODIFY COLUMN ')
  if (provider === 'sqlite') return 'SQLite changes no column: make the table anew, with its rows'
  const [, type = ''] = /ADD COLUMN "\w+" (.*?)(?: NOT NULL| DEFAULT|;)/.exec(sql) ?? []
  const column = `ALTER COLUMN "${name}"`
  return `ALTER TABLE "${table}" ${column} TYPE ${type}, ${column} ${isRequired ? 'SET' : 'DROP'} NOT NULL;`
}

const tableSql = ({ create }: Scripts, table: string): string =>
  create.statements
    .filter((statement) =>
      new RegExp(`^(CREATE TABLE|CREATE (UNIQUE )?INDEX \\S+ ON|ALTER TABLE) ["\`]${table}["\`]`).test(statement),
    )
    .map((statement) => `${statement};`)
    .join('\n')
