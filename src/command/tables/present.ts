import type { Connection, Provider } from '../drivers/connection.js'
import { plainType, type Shape } from './shape.js'

/** What is compared of the tables that are there. */
export type Present = {
  [Part in keyof Shape]: Omit<Shape[Part][number], 'sql'>[]
}

/** The shape of all tables in the database, or in our schema of it. */
export async function presentShape(connection: Connection): Promise<Present> {
  const { provider, schema } = connection
  const { columns, indexes, references } = queries[provider]
  const ask = <Row>(sql: string) => connection.select<Row>(sql, schema === undefined ? [] : [schema])
  const found = {
    columns: await ask<{ t: string; c: string; type: string; required: unknown; filled: unknown }>(columns),
    indexes: await ask<{ t: string; cs: string; uniq: unknown }>(indexes),
    references: await ask<{ t: string; cs: string; to_table: string; rule: string }>(references),
  }
  return {
    columns: found.columns.map(({ t, c, type, required, filled }) => ({
      ...{
        table: t,
        name: c,
        type: plainType(type),
        isRequired: Boolean(Number(required)),
        hasDefault: Boolean(Number(filled)),
      },
    })),
    indexes: found.indexes.map(({ t, cs, uniq }) => ({
      ...{ table: t, columns: cs.split(','), isUnique: Boolean(Number(uniq)) },
    })),
    references: found.references.map(({ t, cs, to_table, rule }) => ({
      ...{ table: t, columns: cs.split(','), to: to_table, onDelete: rule },
    })),
  }
}

const tablesOfSqlite = `(SELECT name FROM sqlite_schema WHERE type = 'table')`
const tablesOfPostgresql = `(SELECT oid, relname FROM pg_class
  WHERE relkind IN ('r', 'p') AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1))`
const namesOf = (keys: string, table: string): string => `(SELECT string_agg(a.attname, ',' ORDER BY k.n)
  FROM unnest(${keys}) WITH ORDINALITY k(number, n) JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.number)`

const queries: Record<Provider, Record<keyof Shape, string>> = {
  sqlite: {
    columns: `SELECT t.name AS t, c.name AS c, c.type, c."notnull" AS required, c.dflt_value IS NOT NULL AS filled FROM ${tablesOfSqlite} t, pragma_table_info(t.name) c`,
    indexes: `
      SELECT t.name AS t, i."unique" AS uniq,
        (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) AS cs
      FROM ${tablesOfSqlite} t, pragma_index_list(t.name) i WHERE i.partial = 0`,
    references: `
      SELECT t.name AS t, group_concat(f."from", ',') AS cs, f."table" AS to_table, f.on_delete AS rule
      FROM ${tablesOfSqlite} t, pragma_foreign_key_list(t.name) f GROUP BY t.name, f.id`,
  },
  postgresql: {
    columns: `
      SELECT t.relname AS t, c.attname AS c, format_type(c.atttypid, c.atttypmod) AS type, c.attnotnull::int AS required,
        (c.atthasdef OR c.attidentity <> '')::int AS filled
      FROM pg_attribute c JOIN ${tablesOfPostgresql} t ON t.oid = c.attrelid WHERE c.attnum > 0 AND NOT c.attisdropped`,
    // One that was being made when its connection was lost is there, and never used.
    indexes: `
      SELECT t.relname AS t, i.indisunique::int AS uniq, ${namesOf('i.indkey', 'i.indrelid')} AS cs
      FROM pg_index i JOIN ${tablesOfPostgresql} t ON t.oid = i.indrelid
      WHERE i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL`,
    references: `
      SELECT t.relname AS t, ${namesOf('r.conkey', 'r.conrelid')} AS cs, o.relname AS to_table,
        CASE r.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'RESTRICT' END AS rule
      FROM pg_constraint r JOIN ${tablesOfPostgresql} t ON t.oid = r.conrelid JOIN pg_class o ON o.oid = r.confrelid
      WHERE r.contype = 'f'`,
  },
  mysql: {
    columns: `
      SELECT table_name AS t, column_name AS c, column_type AS type, is_nullable = 'NO' AS required,
        column_default IS NOT NULL OR extra LIKE '%auto_increment%' AS filled
      FROM information_schema.columns WHERE table_schema = DATABASE()`,
    indexes: `
      SELECT table_name AS t, MIN(non_unique) = 0 AS uniq, GROUP_CONCAT(column_name ORDER BY seq_in_index) AS cs
      FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY table_name, index_name`,
    references: `
      SELECT k.table_name AS t, GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position) AS cs,
        r.referenced_table_name AS to_table, IF(r.delete_rule = 'NO ACTION', 'RESTRICT', r.delete_rule) AS rule
      FROM information_schema.referential_constraints r
      JOIN information_schema.key_column_usage k
        ON k.constraint_schema = r.constraint_schema AND k.constraint_name = r.constraint_name AND k.table_name = r.table_name
      WHERE r.constraint_schema = DATABASE() GROUP BY k.table_name, k.constraint_name, r.referenced_table_name, r.delete_rule`,
  },
}
