import { PrismaLibSql } from '@prisma/adapter-libsql'
import type { SqlQuery } from '@prisma/driver-adapter-utils'
import { KeyedMutex } from '../../src/concurrency/keyed-mutex.js'

/** Who writes to each file. */
const writers = new KeyedMutex()

/** Waits for those who write to a file, and returns what ends the turn. */
const turnAt = (url: string): Promise<() => void> =>
  new Promise((begun) => void writers.take(url, () => new Promise<void>((end) => begun(end))))

const isWrite = ({ sql }: SqlQuery): boolean => /\b(INSERT|UPDATE|DELETE|REPLACE)\b/i.test(sql)

/**
 * Clients of one process that write to one file in turns, as those of two processes do. libsql would wait for the lock inside a synchronous
 * call, in which nobody of this process can end their transaction; and a statement that was refused in the end keeps its connection from
 * committing until it is garbage-collected. So does one that writes in a transaction which has read before another one wrote: no test may
 * see a transaction that reads before it writes.
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
    const inTurn = <T>(statement: SqlQuery, run: () => Promise<T>): Promise<T> =>
      isWrite(statement) ? writers.take(this.#url, run) : run()
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
        let first: 'read' | 'write' | undefined
        const watched = async <T>(statement: SqlQuery, run: () => Promise<T>): Promise<T> => {
          if (isWrite(statement)) first ??= 'write'
          else if (/^\s*(SELECT|WITH)\b/i.test(statement.sql)) first ??= 'read'
          if (first === 'read' && isWrite(statement))
            throw new Error(`a transaction has read before it writes: ${statement.sql}`)
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
