import { createHash } from 'node:crypto'

const mark = '-- express_chat_'

/** The first line of a statement that runs often with the same text; it has the statement's name. */
export const named = (name: string): string => `${mark}${name}\n`

export const isNamed = (sql: string): boolean => sql.startsWith(mark)

/** The statement without its first line. */
export const nameless = (sql: string): string => sql.slice(sql.indexOf('\n') + 1)

const signatures = new Map<string, { sql: string; signed: string }>()

/**
 * Gives a statement a name that stands for its whole text. The name has its hash, because two schemas and two versions of this
 * library may share a pooler's connections, and its length, so that appended text is noticed.
 */
export function signed(sql: string): string {
  const end = sql.indexOf('\n')
  const line = sql.slice(0, end)
  const known = signatures.get(line)
  if (known?.sql === sql) return known.signed
  const body = sql.slice(end + 1)
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  const signed = `${line}_${hash}_${body.length}\n${body}`
  signatures.set(line, { sql, signed })
  return signed
}

/**
 * Names the statements that run most, so that PostgreSQL plans each once for a connection, not each time:
 * `new PrismaPg(url, { statementNameGenerator: statementName })`. All others get no name and run as before; so do these if Prisma's
 * `comments` append to each. If a pooler does not keep names (PgBouncer before 1.21, or with `max_prepared_statements = 0`), the
 * chat notices it and uses none.
 */
export function statementName({ sql }: { sql: string }): string {
  if (!isNamed(sql)) return ''
  const end = sql.indexOf('\n')
  const line = sql.slice(0, end)
  const length = Number(line.slice(line.lastIndexOf('_') + 1))
  return length === sql.length - end - 1 ? line.slice(3) : ''
}
