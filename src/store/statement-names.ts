import { createHash } from 'node:crypto'

const mark = '-- express_chat_'

/** The first line of a statement that is run often and always the same. */
export const named = (name: string): string => `${mark}${name}\n`

export const isNamed = (sql: string): boolean => sql.startsWith(mark)

/** The statement without its first line. */
export const nameless = (sql: string): string => sql.slice(sql.indexOf('\n') + 1)

const signatures = new Map<string, { sql: string; signed: string }>()

/**
 * The same statement with a name that stands for all of it: by its hash, since two schemas and two versions of this
 * library may share a pooler's connections, and by its length, so that what was appended on the way shows.
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
 * Names the statements that are run most, so that PostgreSQL plans each once a connection rather than each time:
 * `new PrismaPg(url, { statementNameGenerator: statementName })`. All others stay without a name, and are as they were; so
 * are these where Prisma's `comments` append to each. Where a pooler does not keep names (PgBouncer before 1.21, or with
 * `max_prepared_statements = 0`), the chat notices and does without.
 */
export function statementName({ sql }: { sql: string }): string {
  if (!isNamed(sql)) return ''
  const end = sql.indexOf('\n')
  const line = sql.slice(0, end)
  const length = Number(line.slice(line.lastIndexOf('_') + 1))
  return length === sql.length - end - 1 ? line.slice(3) : ''
}
