/** Above it stands what was written by hand. */
const mark = '\n-- Columns that begin as their default says.\n'

/** An upgrade with each column that the tables have, and neither those of before nor what is written by hand. */
export function withNewColumns(upgrade: string, before: string, tables: string): string {
  const [byHand = ''] = upgrade.split(mark)
  const known = new Set([...columnsOf(before), ...columnsOf(byHand)].map(({ table, name }) => `${table}.${name}`))
  const created = new Set([...byHand.matchAll(/CREATE TABLE ["`](\w+)/g)].map(([, table]) => table))
  const added = columnsOf(tables).filter(({ table, name }) => !created.has(table) && !known.has(`${table}.${name}`))
  const quote = tables.includes('`') ? '`' : '"'
  const lines = added.map(
    ({ table, name, type }) => `ALTER TABLE ${quote}${table}${quote} ADD COLUMN ${quote}${name}${quote} ${type};\n`,
  )
  return lines.length === 0 ? byHand : `${byHand}${mark}${lines.join('')}`
}

interface Column {
  table: string
  name: string
  type: string
}

function columnsOf(sql: string): Column[] {
  const created = [...sql.matchAll(/CREATE TABLE ["`](\w+)["`] \(([^;]*)\n\)/g)].flatMap(([, table = '', lines = '']) =>
    [...lines.matchAll(/^ {4}["`](\w+)["`] (.*?),?$/gm)].map(([, name = '', type = '']) => ({ table, name, type })),
  )
  const added = [...sql.matchAll(/ALTER TABLE ["`](\w+)["`] ADD COLUMN ["`](\w+)["`] ([^,;]*)/g)].map(
    ([, table = '', name = '', type = '']) => ({ table, name, type }),
  )
  return [...created, ...added]
}
