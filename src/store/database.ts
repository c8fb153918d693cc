import { AsyncLocalStorage } from 'node:async_hooks'
import { LoopTurns } from '../concurrency/loop-turns.js'
import { Semaphore } from '../concurrency/semaphore.js'
import { ChatError } from '../contract/problems.js'
import { asClient, type ChatPrismaClient, type Client, type Db } from './client.js'
import { type Dialect, through } from './dialects/dialect.js'
import { mysql } from './dialects/mysql.js'
import { postgresql } from './dialects/postgresql.js'
import { sqlite } from './dialects/sqlite.js'
import { failureOf } from './failures.js'
import { Statements } from './statements.js'
import { adapterOf, Tables } from './tables.js'

const dialects: Record<string, Dialect> = { sqlite, postgresql, postgres: postgresql, mysql }

const longestLine = 10_000
/** Sooner than whoever waits for the answer is told that there is none: so what is refused has not been done. */
export const longestWaitMs = 8_000
const tries = 12

const namesLost =
  'express-chat: a pooler between here and PostgreSQL does not keep the names of prepared statements; the chat goes on without. Leave statementName out, or set max_prepared_statements in PgBouncer 1.21 or later'

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The connection was lost while the transaction committed: it may have taken effect, and must not be run again. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown'
  readonly kind = 'CommitUnknown'

  constructor(cause: unknown) {
    super('express-chat: the database went away during a commit; whether it took effect is unknown', { cause })
  }
}

/** The host's database: its dialect, and transactions that wait their turn and run again where another was in the way. */
export class Database {
  /** Of the host's client what reads where it writes: a replica may not have yet what a rule depends on. */
  readonly client: Client
  /** Of our transactions at once: fewer than the pool has connections, so that there is one for whatever else the host does. */
  readonly transactions: number
  /** Who waits for a second connection while a transaction has the first waits for it to end. */
  readonly hasOneConnection: boolean
  readonly dialect: Dialect
  readonly tables: Tables
  readonly #slots: Semaphore
  readonly #turns = new LoopTurns()
  #isolationLevel: Dialect['isolationLevel']
  /** The host's transaction that the running code is in; it may outlive it. */
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>()

  constructor(
    /** The host's client as it was given: in its transactions the host finds what its extensions add. */
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

  /** Spares each transaction the statement that asks for what it would be anyway. */
  async readIsolation(): Promise<void> {
    if (await this.dialect.isReadCommitted?.(this.client)) this.#isolationLevel = undefined
  }

  /**
   * `work` may run more than once, each time in a new transaction; only the last one counts. Rejects with
   * `CommitUnknown` where it is not known whether it does.
   */
  async transaction<T>(work: (tx: Db) => Promise<T>, client = this.client): Promise<T> {
    await this.#turns.pass()
    const isolationLevel = this.#isolationLevel
    // Typed by the client for SQLite, which knows no other isolation level than its own.
    const options: object = { maxWait: 10_000, timeout: 30_000, ...(isolationLevel ? { isolationLevel } : {}) }
    return this.#slots.run(() => retried(() => this.#attempt(client, work, options)))
  }

  /** One statement that writes and commits by itself. Rejects with `CommitUnknown` where nobody answered it. */
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
      if (isWritten && failureOf(error) !== 'retry') throw new CommitUnknown(error)
      throw error
    }
  }

  /** The same for the host's own code. */
  hostTransaction<T>(work: (tx: Db) => Promise<T>): Promise<T> {
    this.checkOutside()
    return this.transaction(async (tx) => {
      const here = { open: true }
      try {
        return await this.#inside.run(here, () => work(tx))
      } finally {
        here.open = false
      }
    }, asClient(this.host))
  }

  /** Who goes past the host's transaction from inside it would wait for it to end, and it for them. */
  checkOutside(): void {
    if (!this.#inside.getStore()?.open) return
    throw new Error(
      'express-chat: inside chat.transaction, use the chat that its function is given: (tx, chat) => …; this one would wait for the transaction to end',
    )
  }
}

/** Runs what had no effect because another transaction was in the way again, a few times. */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof ChatError || failureOf(error) !== 'retry') throw error
      if (count === tries)
        throw new ChatError('unavailable', 'the database is too busy', { retryAfter: 1, cause: error })
      // PostgreSQL takes a second to see that two wait for each other: who comes back at once makes the next two do so.
      await delay(Math.random() * Math.min(25 * 2 ** count, 400))
    }
  }
}

/** An extension that reads from replicas hands out its primary, as @prisma/extension-read-replicas does. */
function primaryOf<Prisma extends ChatPrismaClient>(client: Prisma): ChatPrismaClient {
  const { $primary } = client as { $primary?: () => ChatPrismaClient }
  return typeof $primary === 'function' ? $primary.call(client) : client
}

/** As many as its pool may have at most, where that can be told: 10 is what the drivers take unless they are told. */
function connectionsOf(client: ChatPrismaClient): number {
  const { max } = (adapterOf(client)?.config ?? {}) as { max?: unknown }
  return typeof max === 'number' && max >= 1 ? max : 10
}

function dialectOf(client: ChatPrismaClient): Dialect {
  // Not part of Prisma's documented surface, but the one thing that every client, extended or in a transaction, has.
  const provider = String(Reflect.get(client, '_activeProvider'))
  const dialect = dialects[provider]
  if (!dialect)
    throw new Error(`express-chat runs on sqlite, postgresql and mysql; this Prisma client is for "${provider}"`)
  return dialect
}
