import type { Prisma, PrismaClient } from '../../prisma/generated/client.js'
import type { ChatPrismaClient, modelNames } from './host-client.js'

export { type ChatPrismaClient, modelNames } from './host-client.js'

// Inside, the host's client is cast once to the client of the most restrictive database, which is generated for development
// only and never imported at run time.

/** What the library reads and writes through: the host's client, or a transaction of it. */
export type Db = Prisma.TransactionClient

/** A row of a model, with every column. */
export type Stored<Model extends ModelName> = Prisma.TypeMap['model'][Capitalize<Model>]['payload']['scalars']
export type StoredMessage = Stored<'chatMessage'>

/** What SQL of ours needs of it. */
export interface Raw {
  // biome-ignore lint/suspicious/noExplicitAny: as Prisma types the values of raw queries
  $queryRawUnsafe<Rows = unknown>(sql: string, ...values: any[]): Promise<Rows>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  $executeRawUnsafe(sql: string, ...values: any[]): Promise<number>
}

/** The host's client where transactions are opened. */
export type Client = PrismaClient

export type ModelName = (typeof modelNames)[number]

/** The one cast: from what was checked by its columns to what the queries are written against. */
export const asClient = (client: ChatPrismaClient): Client => client as unknown as Client

/** The host's own transaction, for the same queries. */
export const asDb = (tx: object): Db => tx as unknown as Db

/** What a host's client is inside one of its transactions. */
export type InTransaction<Prisma> = Omit<
  Prisma,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$use' | '$extends'
>
