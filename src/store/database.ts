import { AsyncLocalStorage } from 'node:async_hooks'
import { LoopTurns } from '../concurrency/loop-turns.js'
import { Semaphore } from '../concurrency/semaphore.js'
import { ChatError } from '../contract/problems.js'
import { asClient, type ChatPrismaClient, type Client, type Db } from './client.js'
import { type Dialect, through } from './dialects/dialect.js'
import { mysql } from './dialects/mysql.js'
import { postgresql } from './dialects/postgresql.js'
import { sqlite } from './dialects/sqlite.js'
import { expiredAfter, failureOf } from './failures.js'
import { Statements } from './statements.js'
import { adapterOf, Tables } from './tables.js'

const dialects: Record<string, Dialect> = { sqlite, postgresql, postgres: postgresql, mysql }

const longestLine = 10_000
/** A transaction times out before its caller is told that there is no answer, so a refused change has not been made. */
export const longestWaitMs = 8_000
/** A transaction that takes longer is rolled back by Prisma. */
const transactionMs = 30_000
const tries = 12

const namesLost =
  'express-chat: a pooler between here and PostgreSQL does not keep the names of prepared statements; the chat goes on without. Leave statementName out, or set max_prepared_statements in PgBouncer 1.21 or later'

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The connection was lost during the commit. The transaction may have taken effect, so it must not run again. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown'
  readonly kind = 'CommitUnknown'

  constructor(cause: unknown) {
    super('express-chat: the database went away during a commit; whether it took effect is unknown', { cause })
  }
}

/** A transaction of the host's took too long. Nothing of it took effect. */
class TransactionExpired extends Error {
  override readonly name = 'TransactionExpired'

  constructor(cause: unknown) {
    super(
      `express-chat: the transaction took longer than ${transactionMs / 1000} s, so it was rolled back. Inside chat.transaction query with its \`tx\`: your own \`prisma\` waits for it, and what it writes stays`,
      { cause },
    )
  }
}

/** The host's database: its dialect, and transactions that queue, and run again if another one was in the way. */
export class Database {
  /** The part of the host's client that reads from the primary: a replica may lag behind what a rule depends on. */
  readonly client: Client
  /** Limits our transactions at once to fewer than the pool has connections, so that one is left for the host. */
  readonly transactions: number
  /** With a single connection, every other query waits until the transaction has ended. */
  readonly hasOneConnection: boolean
  readonly dialect: Dialect
  readonly tables: Tables
  readonly #slots: Semaphore
  readonly #turns = new LoopTurns()
  #isolationLevel: Dialect['isolationLevel']
  /** The host's transaction in which the current code runs; the code may outlive it. */
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>()

  constructor(
    /** The host's client as it was given. In its transactions the host finds what its extensions add. */
    readonly host: ChatPrismaClient,
    warn: (message: string, error: unknown) => void = console.warn,
  ) {
    const client = primaryOf(host)
    this.client = asClient(client)
    const dialect = dialectOf(client)
    this.tables = new Tables(client, dialect.name)
    const statements = new Statements(this.tables, (error) => warn(namesLost, error))
    this.dialect = through(dialect, (db) => statements.over(db))
    this.#isolationLevel = this.dialect.isolationLevel
    const connections = dialect.transactions === 1 ? 1 : connectionsOf(client)
    this.hasOneConnection = connections === 1
    this.transactions = Math.max(1, Math.min(dialect.transactions, connections - 1))
    this.#slots = new Semaphore(this.transactions, longestLine, longestWaitMs)
  }

  /** How many transactions and statements wait for their turn. */
  get waiting(): number {
    return this.#slots.waiting
  }

  /** Omits the isolation level if it is the default already, which saves a statement in each transaction. */
  async readIsolation(): Promise<void> {
    if (await this.dialect.isReadCommitted?.(this.client)) this.#isolationLevel = undefined
  }

  /**
   * Runs `work` in a transaction. It may run more than once, each time in a new transaction; only the last one counts. Rejects with
   * `CommitUnknown` if it is unknown whether that one took effect.
   */
  async transaction<T>(work: (tx: Db) => Promise<T>, client = this.client): Promise<T> {
    await this.#turns.pass()
    const isolationLevel = this.#isolationLevel
    // The type is that of the client for SQLite, which has only one isolation level.
    const options: object = { maxWait: 10_000, timeout: transactionMs, ...(isolationLevel ? { isolationLevel } : {}) }
    return this.#slots.run(() => retried(() => this.#attempt(client, work, options)))
  }

  /** Runs one statement that writes and commits by itself. Rejects with `CommitUnknown` if no answer came. */
  async statement<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await this.#slots.run(write)
    } catch (error) {
      throw failureOf(error) === 'unavailable' && !(error instanceof ChatError) ? new CommitUnknown(error) : error
    }
  }

  async #attempt<T>(client: Client, work: (tx: Db) => Promise<T>, options: object): Promise<T> {
    let isWritten = false
    try {
      return await client.$transaction(async (tx) => {
        const result = await work(tx)
        isWritten = true
        return result
      }, options)
    } catch (error) {
      const isKnown = failureOf(error) === 'retry' || expiredAfter(error) !== undefined
      if (isWritten && !isKnown) throw new CommitUnknown(error)
      throw error
    }
  }

  /** Runs a transaction of the host's own code. */
  async hostTransaction<T>(work: (tx: Db) => Promise<T>): Promise<T> {
    this.checkOutside()
    const transaction = this.transaction(async (tx) => {
      const here = { open: true }
      await this.dialect.lockWriters?.(tx)
      try {
        return await this.#inside.run(here, () => work(tx))
      } finally {
        here.open = false
      }
    }, asClient(this.host))
    return transaction.catch((error) => {
      // Another one of the host's, which it began inside of this one, has a limit of its own.
      throw expiredAfter(error) === transactionMs ? new TransactionExpired(error) : error
    })
  }

  /** Throws if code inside a transaction of the host begins something outside of it, because the two could wait for each other. */
  checkOutside(): void {
    if (!this.#inside.getStore()?.open) return
    throw new Error(
      'express-chat: inside chat.transaction, use the chat that its function is given: (tx, chat) => …; this one would wait for the transaction to end',
    )
  }
}

/** Runs work again, a few times, if it had no effect because another transaction was in the way. */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof ChatError || failureOf(error) !== 'retry') throw error
      if (count === tries)
        throw new ChatError('unavailable', 'the database is too busy', { retryAfter: 1, cause: error })
      // PostgreSQL takes a second to detect a deadlock. If all came back at once, they would make the next one.
      await delay(Math.random() * Math.min(25 * 2 ** count, 400))
    }
  }
}

/** Returns the primary if an extension reads from replicas and hands it out, as @prisma/extension-read-replicas does. */
function primaryOf<Prisma extends ChatPrismaClient>(client: Prisma): ChatPrismaClient {
  const { $primary } = client as { $primary?: () => ChatPrismaClient }
  return typeof $primary === 'function' ? $primary.call(client) : client
}

/** The size of the client's pool, if it can be read; the default of the drivers is 10. */
function connectionsOf(client: ChatPrismaClient): number {
  const { max } = (adapterOf(client)?.config ?? {}) as { max?: unknown }
  return typeof max === 'number' && max >= 1 ? max : 10
}

function dialectOf(client: ChatPrismaClient): Dialect {
  // Prisma does not document this, but every client has it, also extended or in a transaction.
  const provider = String(Reflect.get(client, '_activeProvider'))
  const dialect = dialects[provider]
  if (!dialect)
    throw new Error(`express-chat runs on sqlite, postgresql and mysql; this Prisma client is for "${provider}"`)
  return dialect
}
