import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import type { DatabaseName } from '../databases/engine.js'

/** A line for each column, key, index and reference of our tables, worded alike for every database. */
export async function shapeOf(prisma: PrismaClient, name: DatabaseName): Promise<string[]> {
  const rows = await prisma.$queryRawUnsafe<{ line: string }[]>(queries[name])
  return rows.map(({ line }) => line).sort()
}

const queries: Record<DatabaseName, string> = {
  sqlite: `
    WITH tables AS (SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'chat%')
    SELECT t.name || '.' || c.name || ' ' ||
           CASE c.type WHEN 'TEXT' THEN 'text' WHEN 'INTEGER' THEN 'int' WHEN 'BOOLEAN' THEN 'bool' WHEN 'REAL' THEN 'number'
             WHEN 'BLOB' THEN 'bytes' ELSE 'time' END ||
           CASE WHEN c."notnull" THEN ' not null' ELSE '' END ||
           CASE WHEN c.dflt_value IS NULL THEN '' ELSE ' with a default' END AS line
      FROM tables t, pragma_table_info(t.name) c
    UNION ALL
    SELECT t.name || CASE i.origin WHEN 'pk' THEN ' key' ELSE CASE WHEN i."unique" THEN ' unique' ELSE ' index' END END || ' ' ||
           (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
      FROM tables t, pragma_index_list(t.name) i
    UNION ALL
    SELECT t.name || '.' || f."from" || ' -> ' || f."table" || '.' || f."to" || ' ' || f.on_delete || ' ' || f.on_update
      FROM tables t, pragma_foreign_key_list(t.name) f`,
  postgresql: `
    SELECT table_name || '.' || column_name || ' ' ||
           CASE data_type WHEN 'integer' THEN 'int' WHEN 'double precision' THEN 'number' WHEN 'boolean' THEN 'bool' WHEN 'text' THEN 'text'
                          WHEN 'USER-DEFINED' THEN 'text' WHEN 'bytea' THEN 'bytes' ELSE 'time' END ||
           CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END ||
           CASE WHEN column_default IS NULL THEN '' ELSE ' with a default' END AS line
      FROM information_schema.columns WHERE table_name LIKE 'chat%'
    UNION ALL
    SELECT t.relname || CASE WHEN i.indisprimary THEN ' key' WHEN i.indisunique THEN ' unique' ELSE ' index' END || ' ' ||
           (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY k(attnum, n)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum)
      FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname LIKE 'chat%'
    UNION ALL
    SELECT k.table_name || '.' || k.column_name || ' -> ' || u.table_name || '.' || u.column_name || ' ' ||
           r.delete_rule || ' ' || r.update_rule
      FROM information_schema.referential_constraints r
      JOIN information_schema.key_column_usage k USING (constraint_name)
      JOIN information_schema.constraint_column_usage u USING (constraint_name)`,
  mysql: `
    SELECT concat(table_name, '.', column_name, ' ',
           CASE WHEN data_type = 'int' THEN 'int' WHEN data_type = 'double' THEN 'number' WHEN data_type = 'tinyint' THEN 'bool'
                WHEN data_type = 'datetime' THEN 'time' WHEN data_type = 'varbinary' THEN 'bytes' ELSE 'text' END,
           if(is_nullable = 'NO', ' not null', ''),
           if(column_default IS NULL OR column_default = 'NULL', '', ' with a default')) AS line
      FROM information_schema.columns WHERE table_schema = database() AND table_name LIKE 'chat%'
    UNION ALL
    SELECT concat(table_name, CASE WHEN index_name = 'PRIMARY' THEN ' key' WHEN non_unique = 0 THEN ' unique' ELSE ' index' END,
           ' ', group_concat(column_name ORDER BY seq_in_index))
      FROM information_schema.statistics WHERE table_schema = database() AND table_name LIKE 'chat%'
      GROUP BY table_name, index_name, non_unique
    UNION ALL
    SELECT concat(k.table_name, '.', k.column_name, ' -> ', k.referenced_table_name, '.', k.referenced_column_name, ' ',
           r.delete_rule, ' ', r.update_rule)
      FROM information_schema.referential_constraints r
      JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
      WHERE r.constraint_schema = database()`,
}
