import type { Prisma, PrismaClient } from '../../prisma/generated/client.js'
import type { ChatPrismaClient, modelNames } from './host-client.js'

export { type ChatPrismaClient, modelNames } from './host-client.js'

// The host's client is cast once to the client of the most restrictive database, which is generated for development only and
// never imported at run time.

/** The library reads and writes through this: the host's client, or one of its transactions. */
export type Db = Prisma.TransactionClient

/** A row of a model, with every column. */
export type Stored<Model extends ModelName> = Prisma.TypeMap['model'][Capitalize<Model>]['payload']['scalars']
export type StoredMessage = Stored<'chatMessage'>

/** The methods that our own SQL needs. */
export interface Raw {
  // biome-ignore lint/suspicious/noExplicitAny: as Prisma types the values of raw queries
  $queryRawUnsafe<Rows = unknown>(sql: string, ...values: any[]): Promise<Rows>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  $executeRawUnsafe(sql: string, ...values: any[]): Promise<number>
}

/** The host's client, which can open transactions. */
export type Client = PrismaClient

export type ModelName = (typeof modelNames)[number]

/** The one cast, from the type that was checked by its columns to the type that the queries use. */
export const asClient = (client: ChatPrismaClient): Client => client as unknown as Client

/** Casts the host's own transaction, for the same queries. */
export const asDb = (tx: object): Db => tx as unknown as Db

/** The type of the host's client inside one of its transactions. */
export type InTransaction<Prisma> = Omit<
  Prisma,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$use' | '$extends'
>
