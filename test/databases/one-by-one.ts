import { PrismaLibSql } from '@prisma/adapter-libsql'
import type { SqlQuery } from '@prisma/driver-adapter-utils'

/** What the last one that writes to each file waits for. */
const lasts = new Map<string, Promise<void>>()

/** Waits for those who write to a file, and returns what ends the turn. */
async function turnAt(url: string): Promise<() => void> {
  const before = lasts.get(url)
  let end = (): void => undefined
  lasts.set(url, new Promise((resolve) => (end = resolve)))
  await before
  return end
}

const isWrite = ({ sql }: SqlQuery): boolean => /\b(INSERT|UPDATE|DELETE|REPLACE)\b/i.test(sql)

/**
 * Clients of one process that write to one file in turns, as those of two processes do. libsql would wait for the lock inside a synchronous
 * call, in which nobody of this process can end their transaction; and a statement that was refused in the end keeps its connection from
 * committing until it is garbage-collected. So is one that writes in a transaction which has read before another one wrote: that nobody does so is held here, for
 * all tests.
 */
export class OneByOne extends PrismaLibSql {
  readonly #url: string

  constructor(config: ConstructorParameters<typeof PrismaLibSql>[0]) {
    super(config)
    this.#url = config.url
  }

  override async connect() {
    const adapter = await super.connect()
    const [start, query, execute] = [adapter.startTransaction, adapter.queryRaw, adapter.executeRaw]
    const inTurn = async <T>(statement: SqlQuery, run: () => Promise<T>): Promise<T> => {
      if (!isWrite(statement)) return run()
      const end = await turnAt(this.#url)
      return run().finally(end)
    }
    return Object.assign(adapter, {
      queryRaw: (statement: SqlQuery) => inTurn(statement, () => query.call(adapter, statement)),
      executeRaw: (statement: SqlQuery) => inTurn(statement, () => execute.call(adapter, statement)),
      startTransaction: async (...given: Parameters<typeof start>) => {
        const end = await turnAt(this.#url)
        const transaction = await start.apply(adapter, given).catch((error: unknown) => {
          end()
          throw error
        })
        const { commit, rollback, queryRaw, executeRaw } = transaction
        let hasWritten = false
        let hasRead = false
        const watched = <T>(statement: SqlQuery, run: () => Promise<T>): Promise<T> => {
          hasWritten ||= isWrite(statement)
          if (hasWritten && hasRead) throw new Error(`a transaction has read before it writes: ${statement.sql}`)
          hasRead ||= !hasWritten && /^\s*(SELECT|WITH)\b/i.test(statement.sql)
          return run()
        }
        return Object.assign(transaction, {
          queryRaw: (statement: SqlQuery) => watched(statement, () => queryRaw.call(transaction, statement)),
          executeRaw: (statement: SqlQuery) => watched(statement, () => executeRaw.call(transaction, statement)),
          commit: () => commit.call(transaction).finally(end),
          rollback: () => rollback.call(transaction).finally(end),
        })
      },
    })
  }
}
