/** Types that JSON lacks: dates; and booleans, which are numbers in some databases. */
interface Kinds<Row> {
  dates?: (keyof Row)[]
  flags?: (keyof Row)[]
}

/** A function of a database that makes a JSON array of its arguments. */
export type ArrayFunction = 'json_array' | 'json_build_array'

/**
 * Rows that are read as JSON arrays. Prisma converts each value of a raw row by the type of its column, so twenty columns cost
 * twenty conversions, and a text costs one.
 */
export class JsonRows<Row extends object> {
  readonly #columns: { key: string; expression: string; read?: (value: unknown) => unknown }[]

  /** The SQL expression of each value. */
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

/** The expressions of a table's columns, whose names are those of the fields in snake case. */
export const columnsOf = <Key extends string>(alias: string, fields: Record<Key, true>): Record<Key, string> =>
  Object.fromEntries(Object.keys(fields).map((field) => [field, `${alias}.${columnOf(field)}`])) as Record<Key, string>

/** The name of a field's column. */
export const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The arrays of rows with one column, `packed`; some drivers have parsed the JSON already. */
export const unpacked = (rows: { packed: unknown }[]): unknown[][] =>
  rows.map(({ packed }) => (typeof packed === 'string' ? JSON.parse(packed) : packed))

/**
 * The number of a row, shifted by this, is that of the row in which it is gathered, with a thousand others. Each row of an answer costs Prisma
 * as much as many values in it, and there may be thousands; but of a text that is longer than a MB, MariaDB returns the beginning.
 */
export const gatherShift = 10

/** The values that rows have aggregated. Some databases return JSON within JSON as a text, and null for nothing. */
export const gathered = (rows: { packed: unknown }[]): unknown[][] =>
  unpacked(rows).flatMap((list) => (list ?? []).map((each) => (typeof each === 'string' ? JSON.parse(each) : each)))

/** All dates are in UTC, although not every database says so. SQLite has numbers if the host's adapter writes dates as numbers. */
export function dateOf(value: unknown): Date | null {
  if (value === null) return null
  if (value instanceof Date) return value
  if (typeof value === 'number') return new Date(value)
  const text = String(value).replace(' ', 'T')
  return new Date(/[Z+]/.test(text) ? text : `${text}Z`)
}
