import type { Me } from '../contract/members.js'
import type { Message } from '../contract/messages.js'
import type { Report } from '../contract/reports.js'
import type { RoomEvents } from '../store/change.js'
import type { ChatPrismaClient, Db, InTransaction } from '../store/client.js'
import { type Database, retried } from '../store/database.js'
import type { Dialect } from '../store/dialects/dialect.js'
import type { Append } from '../store/judging.js'
import { atSavepoint } from '../store/savepoint.js'
import { Turns } from './turns.js'

/** Somebody's side of a room, and where the room stood when it was read. */
export interface OwnStanding {
  me: Me
  revision: number
  lastMessageSeq: number
}

/** Who is told of changes from outside: the sockets, and the host's observer. */
export interface Listeners {
  /** Durable changes, after their commit; changes of one room may come out of order and are put right by their revision. */
  committed(changes: RoomEvents[]): void
  /** A user read, or muted a room: for the user's other devices. */
  meChanged(userId: string, roomId: string, standing: OwnStanding): void
  /** A read marker moved when the room stood at `revision`: for the other people in it. */
  markerMoved(roomId: string, userId: string, lastReadSeq: number, revision: number): void
  /** A user blocks somebody, or does so no more: for the user's own devices. */
  blockChanged(userId: string, blockedId: string): void
  /** Somebody reported a message: for the host. */
  reported(report: Report): void
  /** What is shown of a user changed. */
  userChanged(userId: string): void
  /** Somebody was asked into a room, or has refused. */
  requested(userId: string, roomId: string): void
}

export interface Sent {
  message: Message
  created: boolean
}

/** Where use-cases read and write: in transactions of their own, or inside one of the host's. */
export interface Work {
  readonly db: Db
  /** What the host's hooks query with meanwhile. */
  readonly prisma: InTransaction<ChatPrismaClient>
  readonly dialect: Dialect
  /** What `commit` is given is told once the transaction has committed, and never if it did not. */
  run<T>(work: (tx: Db, commit: (changes: RoomEvents) => void) => Promise<T>): Promise<T>
  /** One statement that needs no transaction of its own. */
  write<T>(statement: (db: Db) => Promise<T>): Promise<T>
  append(item: Append): Promise<Sent>
}

/** Each use-case in a transaction of its own; messages through the group commit. */
export class OwnWork implements Work {
  readonly #append: (item: Append) => Promise<Sent>

  constructor(
    readonly database: Database,
    readonly audience: Listeners,
    append: (item: Append) => Promise<Sent>,
  ) {
    this.#append = append
  }

  get db(): Db {
    // Where there is one connection, reading waits for the transaction too.
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

  async append(item: Append): Promise<Sent> {
    this.database.checkOutside()
    return this.#append(item)
  }

  async run<T>(work: (tx: Db, commit: (changes: RoomEvents) => void) => Promise<T>): Promise<T> {
    this.database.checkOutside()
    let changes: RoomEvents[] = []
    const result = await this.database.transaction((tx) => {
      // The transaction may run again: what the attempt before left does not count.
      changes = []
      return work(tx, (change) => changes.push(change))
    })
    this.audience.committed(changes)
    return result
  }
}

/**
 * Everything in a transaction that the host opened and will commit. One use-case at a time, each whole or not at all: the
 * host may start several without waiting, and may go on after one was refused.
 */
export class HostWork implements Work {
  readonly #turns = new Turns()
  readonly #append: (item: Append) => Promise<Sent>

  constructor(
    readonly db: Db,
    readonly dialect: Dialect,
    /** Told of each use-case as soon as it is done; what it hears is not committed yet. */
    readonly audience: Listeners,
    append: (item: Append) => Promise<Sent>,
  ) {
    this.#append = append
  }

  get prisma(): InTransaction<ChatPrismaClient> {
    return this.db as unknown as InTransaction<ChatPrismaClient>
  }

  #whole<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take('', () => atSavepoint(this.db, work))
  }

  write<T>(statement: (db: Db) => Promise<T>): Promise<T> {
    return this.#whole(() => statement(this.db))
  }

  async run<T>(work: (tx: Db, commit: (changes: RoomEvents) => void) => Promise<T>): Promise<T> {
    const changes: RoomEvents[] = []
    const result = await this.#whole(() => work(this.db, (change) => changes.push(change)))
    this.audience.committed(changes)
    return result
  }

  append(item: Append): Promise<Sent> {
    return this.#whole(() => this.#append(item))
  }
}
