import { AsyncLocalStorage } from 'node:async_hooks'
import { ChatError } from '../contract/problems.js'
import { asClient, type ChatPrismaClient, type Client, type Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { mysql } from './dialects/mysql.js'
import { postgresql } from './dialects/postgresql.js'
import { sqlite } from './dialects/sqlite.js'
import { failureOf } from './failures.js'
import { Slots } from './slots.js'

const dialects: Record<string, Dialect> = { sqlite, postgresql, postgres: postgresql, mysql }

const longestLine = 10_000
/** Sooner than whoever waits for the answer is told that there is none: so what is refused has not been done. */
export const longestWaitMs = 8_000
const tries = 12

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

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
  readonly client: Client
  readonly dialect: Dialect
  readonly #slots: Slots
  #isolationLevel: Dialect['isolationLevel']
  /** The host's transaction that the running code is in; it may outlive it. */
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>()

  constructor(client: ChatPrismaClient) {
    this.client = asClient(client)
    this.dialect = dialectOf(client)
    this.#isolationLevel = this.dialect.isolationLevel
    this.#slots = new Slots(this.dialect.transactions, longestLine, longestWaitMs)
  }

  /** Spares each transaction the statement that asks for what it would be anyway. */
  async learnIsolation(): Promise<void> {
    if (await this.dialect.isReadCommitted?.(this.client)) this.#isolationLevel = undefined
  }

  /**
   * `work` may run more than once, each time in a new transaction; only the last one counts. Rejects with
   * `CommitUnknown` where it is not known whether it does.
   */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T> {
    const isolationLevel = this.#isolationLevel
    // Typed by the client for SQLite, which knows no other isolation level than its own.
    const options: object = { maxWait: 10_000, timeout: 30_000, ...(isolationLevel ? { isolationLevel } : {}) }
    return this.#slots.run(() => retried(() => this.#attempt(work, options)))
  }

  /** One statement that writes and commits by itself. Rejects with `CommitUnknown` where nobody answered it. */
  async statement<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await this.#slots.run(write)
    } catch (error) {
      throw failureOf(error) === 'unavailable' && !(error instanceof ChatError) ? new CommitUnknown(error) : error
    }
  }

  async #attempt<T>(work: (tx: Db) => Promise<T>, options: object): Promise<T> {
    let isWritten = false
    try {
      return await this.client.$transaction(async (tx) => {
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
    })
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
      await pause(Math.random() * Math.min(2 ** count, 250))
    }
  }
}

function dialectOf(client: ChatPrismaClient): Dialect {
  // Not part of Prisma's documented surface, but the one thing that every client, extended or in a transaction, has.
  const provider = String(Reflect.get(client, '_activeProvider'))
  const dialect = dialects[provider]
  if (!dialect)
    throw new Error(`express-chat runs on sqlite, postgresql and mysql; this Prisma client is for "${provider}"`)
  return dialect
}
