/** mysql.sql, from the SQL for PostgreSQL and chat.mysql.prisma: the schema engine writes no MySQL without its binary. */
export function mysqlTables(postgresql: string, models: string): string {
  const columnTypes = columnTypesOf(models)
  const enums = new Map<string, string>()
  const parts = new Map<string, string[]>()
  const addPart = (table: string, part: string): string => {
    parts.set(table, [...(parts.get(table) ?? []), `,\n    ${part}`])
    return ''
  }
  return `${postgresql
    .replace(/-- CreateEnum\nCREATE TYPE "(\w+)" AS ENUM (\(.*\));\n+/g, (_, name: string, values: string) => {
      enums.set(name, `ENUM${values}`)
      return ''
    })
    // Indexes and references go into their tables: each statement of their own would copy a table.
    .replace(
      /-- CreateIndex\nCREATE (UNIQUE )?INDEX ("\w+") ON "(\w+)"(.*);\n+/g,
      (_, unique = '', name, table, columns) => addPart(table, `${unique}INDEX ${name} ${columns}`),
    )
    .replace(/-- AddForeignKey\nALTER TABLE "(\w+)" ADD (.*);\n+/g, (_, table, reference) => addPart(table, reference))
    .replace(/CREATE TABLE "(\w+)" \(([^;]*)\n\);/g, (_, table: string, lines: string) => {
      const columns = lines
        .replace(/^ {4}"(\w+)" ("\w+"|DOUBLE PRECISION|[A-Z]+(?:\(3\))?)/gm, (_, column: string, type: string) => {
          const native = columnTypes.get(`${table}.${column}`) ?? enums.get(type.slice(1, -1)) ?? plainTypes[type]
          if (!native) throw new Error(`No MySQL type for ${table}.${column} ${type}`)
          return `    "${column}" ${native}`
        })
        .replace(/(?<=TEXT NOT NULL DEFAULT )'.*'/g, '($&)')
        .replace('DEFAULT CURRENT_TIMESTAMP', 'DEFAULT CURRENT_TIMESTAMP(3)')
        .replace(/CONSTRAINT "\w+_pkey" /, '')
      const all = [columns, ...(parts.get(table) ?? [])].join('')
      return `CREATE TABLE "${table}" (${all}\n) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;`
    })
    .replaceAll('"', '`')
    .trimEnd()}\n`
}

const plainTypes: Record<string, string> = {
  TEXT: 'VARCHAR(191)',
  INTEGER: 'INTEGER',
  BOOLEAN: 'BOOLEAN',
  'DOUBLE PRECISION': 'DOUBLE',
  'TIMESTAMP(3)': 'DATETIME(3)',
}

function columnTypesOf(models: string): Map<string, string> {
  const types = new Map<string, string>()
  for (const [block] of models.matchAll(/^model \w+ \{[^}]*\}/gm)) {
    const table = /@@map\("(\w+)"\)/.exec(block)?.[1]
    for (const [line, field, type] of block.matchAll(/^ {2}(\w+) .*@db\.(\S+)$/gm)) {
      const column = /@map\("(\w+)"\)/.exec(line)?.[1] ?? field
      types.set(`${table}.${column}`, `${type}`.toUpperCase())
    }
  }
  return types
}
