import type { Script } from './scripts.js'

export interface Column {
  table: string
  name: string
  /** As the database itself names it. */
  type: string
  isRequired: boolean
  /** Whether an INSERT may leave it out though it is required. */
  hasDefault: boolean
  /** As it is written in SQL. */
  sql: string
}

interface Index {
  table: string
  columns: string[]
  isUnique: boolean
  sql: string
}

interface Reference {
  table: string
  columns: string[]
  to: string
  onDelete: string
  sql: string
}

/** What there is to compare of a set of tables. */
export interface Shape {
  columns: Column[]
  indexes: Index[]
  references: Reference[]
}

/** The shape of the tables that a script makes; ours are all written in one way. */
export function shapeOf({ statements }: Pick<Script, 'statements'>): Shape {
  const shape: Shape = { columns: [], indexes: [], references: [] }
  for (const statement of statements) {
    const [, table, body] = /^CREATE TABLE ["`](\w+)["`] \(\n([\s\S]*)\n\)/.exec(statement) ?? []
    if (table && body) for (const line of body.split('\n')) addLine(shape, table, line.trim().replace(/,$/, ''))
    const index = /^CREATE (UNIQUE )?INDEX ["`]\w+["`] ON ["`](\w+)["`] ?\((.*)\)$/.exec(statement)
    if (index) {
      const [, unique, on = '', columns = ''] = index
      shape.indexes.push({ table: on, columns: namesIn(columns), isUnique: unique !== undefined, sql: `${statement};` })
    }
    const [, changed, constraint] = /^ALTER TABLE ["`](\w+)["`] ADD (CONSTRAINT .*)$/.exec(statement) ?? []
    if (changed && constraint) addLine(shape, changed, constraint)
  }
  return shape
}

function addLine(shape: Shape, table: string, line: string): void {
  const [, unique, columns] =
    /^(?:(UNIQUE )?INDEX ["`]\w+["`]|(?:CONSTRAINT \S+ )?PRIMARY KEY) \((.*)\)$/.exec(line) ?? []
  const [mark = ''] = /["`]/.exec(line) ?? []
  const add = `ALTER TABLE ${mark}${table}${mark} ADD`
  if (columns !== undefined) {
    const isUnique = unique !== undefined || line.includes('PRIMARY KEY')
    shape.indexes.push({ table, columns: namesIn(columns), isUnique, sql: `${add} ${line};` })
  }
  const reference =
    /FOREIGN KEY \((.*?)\) REFERENCES ["`](\w+)["`] ?\(.*?\) ON DELETE (RESTRICT|CASCADE|SET NULL)/.exec(line)
  if (reference) {
    const [, from = '', to = '', onDelete = ''] = reference
    shape.references.push({ table, columns: namesIn(from), to, onDelete, sql: `${add} ${line};` })
  }
  const [, name, rest] = /^["`](\w+)["`] (.+)$/.exec(line) ?? []
  if (!name || !rest) return
  const type = plainType(/^(?:"\w+"|DOUBLE PRECISION|\w+(?:\([^)]*\))?)/.exec(rest)?.[0] ?? '')
  const isRequired = / NOT NULL\b/.test(rest)
  const hasDefault = / DEFAULT /.test(rest)
  shape.columns.push({ table, name, type, isRequired, hasDefault, sql: `${add} COLUMN ${mark}${name}${mark} ${rest};` })
  if (/ PRIMARY KEY\b/.test(rest)) shape.indexes.push({ table, columns: [name], isUnique: true, sql: '' })
}

const namesIn = (list: string): string[] => list.split(',').map((name) => name.trim().replace(/["`]/g, ''))

/** One name for what databases call in several ways. */
export function plainType(type: string): string {
  const lower = type
    .replace(/^.*\.(?=")/, '')
    .replaceAll('"', '')
    .toLowerCase()
    .replace(/, /g, ',')
  const others: Record<string, string> = {
    'tinyint(1)': 'boolean',
    'int(11)': 'integer',
    int: 'integer',
    'timestamp(3) without time zone': 'timestamp(3)',
  }
  return others[lower] ?? lower
}
