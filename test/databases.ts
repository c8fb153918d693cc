import { expect, inject } from 'vitest'
import type { PrismaClient } from '../examples/prisma/generated/client.js'
import { clientsOf } from './databases/clients.js'
import type { DatabaseName, Engine } from './databases/engine.js'
import { engines, schema } from './databases/engines.js'
import { throughPgBouncer } from './databases/pgbouncer.js'

/** A database that answers here: every suite that stores something runs on each of them. */
export interface TestDatabase {
  name: DatabaseName
  /** Makes a fresh, empty database with our tables and the host's `User`, or with what these statements make. */
  open(statements?: string): Promise<OpenDatabase>
}

export interface OpenDatabase {
  prisma: PrismaClient
  /** With `clientsOf` of databases/clients.ts, how another process connects: to the server itself, whoever is before it here. */
  url: string
  /** Another client on the same database, with connections of its own, as a second server would have. */
  connect(): PrismaClient
  /** Runs several statements, as a migration does: whatever changes the tables goes through here. */
  execute(statements: string): Promise<void>
  /** Disconnects every client; nobody finds again what is in the database. */
  close(): Promise<void>
}

export const databases: TestDatabase[] = inject('databases').map(({ name, place }) => {
  const engine = engines[name](place, inject('run'), schema)
  const free = freeDatabases(engine)
  return {
    name,
    async open(statements) {
      const [createClient, url] = await Promise.all([
        clientsOf(name),
        statements === undefined ? free.take() : engine.create(statements),
      ])
      // Its tables are as we ship them, and no other process knows of it.
      let isAsMade = statements === undefined
      const clients: PrismaClient[] = []
      const isPooled =
        name === 'postgresql' && inject('pgbouncer') > 0 && isEveryOther(expect.getState().testPath ?? '')
      const connect = () => {
        const client = createClient(isPooled ? throughPgBouncer(url, inject('pgbouncer')) : url)
        clients.push(client)
        return client
      }
      return {
        prisma: connect(),
        get url() {
          isAsMade = false
          return url
        },
        connect,
        execute(statements) {
          isAsMade = false
          return engine.execute(url, statements)
        },
        async close() {
          await Promise.all(clients.map((client) => client.$disconnect()))
          if (isAsMade) await free.give(url)
          else await engine.drop(url)
        },
      }
    },
  }
})

/** Databases that tests of this process are done with: to empty one takes a tenth of what it takes to make one. */
function freeDatabases({ create, drop, empty }: Engine) {
  const urls: string[] = []
  return {
    async take(): Promise<string> {
      const url = urls.pop()
      if (url === undefined || !empty) return create()
      try {
        await empty(url)
        return url
      } catch {
        await drop(url)
        return create()
      }
    },
    async give(url: string): Promise<void> {
      if (empty) urls.push(url)
      else await drop(url)
    },
  }
}

/** A half of the files, by their names, so that each is the same one everywhere. */
const isEveryOther = (path: string): boolean =>
  [...path.slice(path.lastIndexOf('/'))].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 2 === 1
