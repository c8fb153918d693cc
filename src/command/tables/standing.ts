import type { Connection, Provider } from '../drivers/connection.js'
import type { Script, Scripts } from './scripts.js'

/** Where a database stands, and what it takes to bring it here. */
export type Standing =
  | { is: 'empty' | 'old' | 'current'; version: string | undefined; todo: Script[] }
  /** It has a part of what came with a version, so nobody can say which it is. */
  | { is: 'unknown'; near: string; has: string[]; lacks: string[] }

/** Each table of the database, and each column as `table.column`. */
export async function columnsIn(connection: Connection): Promise<Set<string>> {
  const { provider, schema } = connection
  const rows = await connection.select<{ t: string; c: string }>(
    columns[provider],
    schema === undefined ? [] : [schema],
  )
  return new Set(rows.flatMap(({ t, c }) => [t, `${t}.${c}`]))
}

const columns: Record<Provider, string> = {
  sqlite: `SELECT t.name AS t, c.name AS c FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'`,
  postgresql: `
    SELECT t.relname AS t, c.attname AS c FROM pg_attribute c JOIN pg_class t ON t.oid = c.attrelid
    WHERE t.relkind IN ('r', 'p') AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
      AND c.attnum > 0 AND NOT c.attisdropped`,
  mysql: 'SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = DATABASE()',
}

/**
 * Tells the version by the tables themselves, so it is the same whoever made them: this command, Prisma, or somebody by
 * hand. Each version adds a table or a column, which it is known by.
 */
export function standingOf(present: ReadonlySet<string>, { create, upgrades }: Scripts): Standing {
  if (![...create.adds].some((table) => present.has(table))) return { is: 'empty', version: undefined, todo: [create] }
  for (const [n, { adds, to }] of [...upgrades.entries()].reverse()) {
    const lacks = [...adds].filter((name) => !present.has(name))
    const todo = upgrades.slice(n + 1)
    if (lacks.length === 0) return { is: todo.length === 0 ? 'current' : 'old', version: to, todo }
    if (lacks.length < adds.size) {
      return { is: 'unknown', near: to, has: [...adds].filter((name) => present.has(name)), lacks }
    }
  }
  const later = new Set(upgrades.flatMap(({ adds }) => [...adds]))
  const first = [...create.adds].filter((table) => !later.has(table))
  const lacks = first.filter((table) => !present.has(table))
  const version = upgrades[0]?.from
  if (lacks.length === 0) return { is: upgrades.length === 0 ? 'current' : 'old', version, todo: upgrades }
  return { is: 'unknown', near: `${version}`, has: first.filter((table) => present.has(table)), lacks }
}
