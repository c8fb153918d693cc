import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../examples/prisma/generated/client.js'
import type { DatabaseName } from './engine.js'
import { OneByOne } from './one-by-one.js'

export type Connect = (url: string) => PrismaClient

// Each client is a second of loading, so only the one in question is. All are taken for SQLite's, the most restrictive.
const connectors: Record<DatabaseName, () => Promise<Connect>> = {
  async sqlite() {
    return (url) => new PrismaClient({ adapter: new OneByOne({ url, timeout: busyTimeout }) })
  },
  async postgresql() {
    const generated = await import('../../examples/prisma/postgresql/generated/client.js')
    const Client = generated.PrismaClient as unknown as typeof PrismaClient
    return (url) => {
      // Prisma's commands read the schema there, the adapter has to be told.
      const schema = new URL(url).searchParams.get('schema')
      return new Client({ adapter: new PrismaPg(url, schema ? { schema } : undefined) })
    }
  },
  async mysql() {
    const generated = await import('../mysql/generated/client.js')
    const Client = generated.PrismaClient as unknown as typeof PrismaClient
    return (url) => new Client({ adapter: new PrismaMariaDb(url) })
  },
}

// What another process has to write is waited for; in one process clients take turns.
const busyTimeout = 30_000

/** Needs no test runner, so a process that a test starts can connect to the test's database with it. */
export function clientsOf(name: DatabaseName): Promise<Connect> {
  return connectors[name]()
}
