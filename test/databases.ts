import { inject } from 'vitest'
import type { PrismaClient } from '../examples/prisma/generated/client.js'
import { clientsOf } from './databases/clients.js'
import type { DatabaseName } from './databases/engine.js'
import { engines } from './databases/engines.js'

/** A database that answers here: every suite that stores something runs on each of them. */
export interface TestDatabase {
  name: DatabaseName
  /** Makes a fresh, empty database with our tables and the host's `User`. */
  open(): Promise<OpenDatabase>
}

export interface OpenDatabase {
  prisma: PrismaClient
  /** With `clientsOf` of databases/clients.ts, how another process connects. */
  url: string
  /** Another client on the same database, with connections of its own, as a second server would have. */
  connect(): PrismaClient
  /** Disconnects every client and drops the database. */
  close(): Promise<void>
}

export const databases: TestDatabase[] = inject('databases').map(({ name, place }) => {
  const engine = engines[name](place, inject('run'))
  return {
    name,
    async open() {
      const [createClient, url] = await Promise.all([clientsOf(name), engine.create()])
      const clients: PrismaClient[] = []
      const connect = () => {
        const client = createClient(url)
        clients.push(client)
        return client
      }
      return {
        prisma: connect(),
        url,
        connect,
        async close() {
          await Promise.all(clients.map((client) => client.$disconnect()))
          await engine.drop(url)
        },
      }
    },
  }
})
