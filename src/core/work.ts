import { KeyedMutex } from '../concurrency/keyed-mutex.js'
import type { Notice } from '../publish/notice.js'
import type { Publisher } from '../publish/publisher.js'
import type { AppendRequest } from '../store/append/message.js'
import type { ChatPrismaClient, Db, InTransaction } from '../store/client.js'
import { type Database, retried } from '../store/database.js'
import type { Dialect } from '../store/dialects/dialect.js'
import { atSavepoint } from '../store/savepoint.js'
import { type ChangeRequest, type ChangeRule, changeRoomAs } from './room-change.js'
import type { Sent } from './sending.js'
import type { Telemetry } from './telemetry.js'
import { UnitOfWork } from './unit-of-work.js'

/** How use-cases read and write: in transactions of their own, or inside one of the host's. */
export interface Work {
  readonly db: Db
  /** The client that the host's hooks get. */
  readonly prisma: InTransaction<ChatPrismaClient>
  readonly dialect: Dialect
  /** Changes an existing room: checks, locks, lets the rule write, commits, and publishes the events. */
  changeRoom<Checked, T>(request: ChangeRequest<Checked>, rule: ChangeRule<Checked, T>): Promise<T>
  /** Several statements, all or none. It may run again from the start. If it `writesFirst`, SQLite needs no lock before. */
  transaction<T>(work: (unit: UnitOfWork) => Promise<T>, how?: { writesFirst?: boolean }): Promise<T>
  /** One statement that needs no transaction of its own. */
  write<T>(statement: (db: Db) => Promise<T>): Promise<T>
  append(request: AppendRequest): Promise<Sent>
  /** Publishes what `write` has written. */
  publish(...notices: Notice[]): void
}

/** Each use-case has a transaction of its own; messages go through the group commit. */
export class OwnWork implements Work {
  readonly #append: (request: AppendRequest) => Promise<Sent>

  constructor(
    readonly database: Database,
    readonly publisher: Publisher,
    readonly clock: () => Date,
    append: (request: AppendRequest) => Promise<Sent>,
    readonly telemetry: Telemetry,
  ) {
    this.#append = append
  }

  get db(): Db {
    // With a single connection a read waits for the transaction, too.
    if (this.database.hasOneConnection) this.database.checkOutside()
    return this.database.client
  }

  get prisma(): InTransaction<ChatPrismaClient> {
    return this.database.host
  }

  get dialect(): Dialect {
    return this.database.dialect
  }

  async write<T>(statement: (db: Db) => Promise<T>): Promise<T> {
    this.database.checkOutside()
    return retried(() => statement(this.db))
  }

  async append(request: AppendRequest): Promise<Sent> {
    this.database.checkOutside()
    return this.#append(request)
  }

  changeRoom<Checked, T>(request: ChangeRequest<Checked>, rule: ChangeRule<Checked, T>): Promise<T> {
    return changeRoomAs(this, request, rule)
  }

  async transaction<T>(work: (unit: UnitOfWork) => Promise<T>, { writesFirst = false } = {}): Promise<T> {
    this.database.checkOutside()
    let notices: Notice[] = []
    const { meters, tracing } = this.telemetry
    const commit = () =>
      this.database.transaction(async (tx) => {
        if (!writesFirst) await this.dialect.lockWriters?.(tx)
        // The transaction may run again: the notices of the attempt before do not count.
        const unit = new UnitOfWork(tx, this.clock(), this.database.dialect)
        notices = unit.notices
        return work(unit)
      })
    const begun = performance.now()
    const result = await (tracing ? tracing.run('chat.commit', {}, commit) : commit())
    meters?.committed('change', performance.now() - begun)
    this.publisher.publish(notices)
    return result
  }

  publish(...notices: Notice[]): void {
    this.publisher.publish(notices)
  }
}

/**
 * Everything runs in a transaction that the host opened and will commit. Use-cases run one at a time, each all or nothing:
 * the host may start several without waiting, and may go on after one was refused.
 */
export class HostWork implements Work {
  /** Published once the host has committed. */
  readonly notices: Notice[] = []
  readonly #mutex = new KeyedMutex()
  readonly #append: (request: AppendRequest) => Promise<Sent>

  constructor(
    readonly db: Db,
    readonly dialect: Dialect,
    readonly clock: () => Date,
    append: (request: AppendRequest) => Promise<Sent>,
  ) {
    this.#append = append
  }

  get prisma(): InTransaction<ChatPrismaClient> {
    return this.db as unknown as InTransaction<ChatPrismaClient>
  }

  #whole<T>(work: () => Promise<T>): Promise<T> {
    return this.#mutex.take('', async () => {
      await this.dialect.lockWriters?.(this.db)
      return atSavepoint(this.db, work)
    })
  }

  write<T>(statement: (db: Db) => Promise<T>): Promise<T> {
    return this.#whole(() => statement(this.db))
  }

  async changeRoom<Checked, T>(request: ChangeRequest<Checked>, rule: ChangeRule<Checked, T>): Promise<T> {
    // It reads first whether that may be.
    await this.dialect.lockWriters?.(this.db)
    return changeRoomAs(this, request, rule)
  }

  async transaction<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    const unit = new UnitOfWork(this.db, this.clock(), this.dialect)
    const result = await this.#whole(() => work(unit))
    this.publish(...unit.notices)
    return result
  }

  append(request: AppendRequest): Promise<Sent> {
    return this.#whole(() => this.#append(request))
  }

  publish(...notices: Notice[]): void {
    this.notices.push(...notices)
  }
}
