import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { fold, mayContain, patternFor } from './search.js'
import type { SearchBudget } from './search-budget.js'

/** The ids that were found, and the id after which to continue, unless all were searched. */
export interface FoundIds {
  ids: string[]
  stoppedAt: string | undefined
}

interface Walk {
  /** The condition for the rows, with a `?` for each of `values`. */
  rows: string
  values: unknown[]
  columns: string[]
  direction: 'ASC' | 'DESC'
}

/**
 * Searches a list in the order of its ids, some rows in each statement, of which the database returns those that may match. It stops
 * at `take`, or when the budget is spent.
 */
async function walk(
  { db, dialect }: { db: Db; dialect: Dialect },
  { rows, values, columns, direction }: Walk,
  query: string,
  start: string,
  take: number,
  budget: SearchBudget,
): Promise<FoundIds> {
  const wanted = fold(query)
  const { names } = dialect.searchedAtOnce
  const pattern = patternFor(wanted)
  const matches = columns.map((column) => mayContain(dialect, `s.${column}`)).join(' OR ')
  const [last, beyond] = direction === 'ASC' ? ['MAX', '>'] : ['MIN', '<']
  const ids: string[] = []
  for (let at = start; ; ) {
    await budget.next()
    // The last row of each statement is always returned, so that the next one can continue there.
    const found: Record<string, string>[] = await dialect.select(
      db,
      `WITH s AS (SELECT id, ${columns.join(', ')} FROM ${rows} AND id ${beyond} ? ORDER BY id ${direction} LIMIT ${names})
       SELECT * FROM s WHERE ${matches} OR id = (SELECT ${last}(id) FROM s) ORDER BY id ${direction}`,
      [...values, at, ...columns.map(() => pattern)],
    )
    budget.spend(names)
    const end = found.at(-1)?.id
    if (end === undefined) return { ids, stoppedAt: undefined }
    for (const row of found) {
      if (columns.every((column) => !fold(row[column] ?? '').includes(wanted))) continue
      ids.push(row.id ?? '')
      if (ids.length >= take) return { ids, stoppedAt: row.id }
    }
    at = end
    if (budget.isSpent) return { ids, stoppedAt: at }
  }
}

/** The ids of users of a tenant, or of all users, whose name contains the query, in their order. */
export const searchUserIds = (
  on: { db: Db; dialect: Dialect },
  tenantId: string | undefined,
  query: string,
  after: string,
  take: number,
  budget: SearchBudget,
): Promise<FoundIds> => {
  const rows = tenantId === undefined ? 'chat_users WHERE 1 = 1' : 'chat_users WHERE tenant_id = ?'
  const values = tenantId === undefined ? [] : [tenantId]
  return walk(on, { rows, values, columns: ['name'], direction: 'ASC' }, query, after, take, budget)
}

/** The ids of a tenant's public rooms whose name or description contains the query, newest first. */
export const searchRoomIds = (
  on: { db: Db; dialect: Dialect },
  tenantId: string,
  query: string,
  before: string,
  take: number,
  budget: SearchBudget,
): Promise<FoundIds> => {
  const rows = 'chat_rooms WHERE tenant_id = ? AND is_public = TRUE AND deleted_at IS NULL'
  const columns = ['name', 'description']
  return walk(on, { rows, values: [tenantId], columns, direction: 'DESC' }, query, before, take, budget)
}
