/** What needs more than JSON has: dates, and booleans, which are numbers in some databases. */
interface Kinds<Row> {
  dates?: (keyof Row)[]
  flags?: (keyof Row)[]
}

/** A function of a database that makes a JSON array of its arguments. */
export type ArrayFunction = 'json_array' | 'json_build_array'

/**
 * Rows that travel as JSON arrays: through Prisma, a raw row of twenty columns costs twenty looks at a value, each by the
 * type of its column, and a text costs one.
 */
export class JsonRows<Row extends object> {
  readonly #columns: { key: string; expression: string; read?: (value: unknown) => unknown }[]

  /** In SQL, what makes each value. */
  constructor(expressions: Record<keyof Row, string>, { dates = [], flags = [] }: Kinds<Row>) {
    this.#columns = Object.entries<string>(expressions).map(([key, expression]) => {
      if (dates.includes(key as keyof Row)) return { key, expression, read: dateOf }
      return flags.includes(key as keyof Row) ? { key, expression, read: Boolean } : { key, expression }
    })
  }

  sql(array: ArrayFunction): string {
    return `${array}(${this.#columns.map(({ expression }) => expression).join(', ')})`
  }

  read(values: unknown[]): Row {
    const row: Record<string, unknown> = {}
    let n = 0
    for (const { key, read } of this.#columns) {
      const value = values[n++]
      row[key] = read ? read(value) : value
    }
    return row as Row
  }
}

/** The expressions of a table's columns, which are called as their fields are, but in snake case. */
export const columnsOf = <Key extends string>(alias: string, fields: Record<Key, true>): Record<Key, string> =>
  Object.fromEntries(Object.keys(fields).map((field) => [field, `${alias}.${columnOf(field)}`])) as Record<Key, string>

/** What the column of a field is called. */
export const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The arrays of rows whose one column is called `packed`; some drivers have read the JSON already. */
export const unpacked = (rows: { packed: unknown }[]): unknown[][] =>
  rows.map(({ packed }) => (typeof packed === 'string' ? JSON.parse(packed) : packed))

/** What one row has gathered; nothing, where there was nothing. JSON within JSON is a text to some databases. */
export function gathered(rows: { packed: unknown }[]): unknown[][] {
  const [list] = unpacked(rows)
  return (list ?? []).map((each) => (typeof each === 'string' ? JSON.parse(each) : each))
}

/** All dates are in UTC; not every database says so. SQLite has numbers where the host's adapter writes them so. */
export function dateOf(value: unknown): Date | null {
  if (value === null) return null
  if (value instanceof Date) return value
  if (typeof value === 'number') return new Date(value)
  const text = String(value).replace(' ', 'T')
  return new Date(/[Z+]/.test(text) ? text : `${text}Z`)
}
