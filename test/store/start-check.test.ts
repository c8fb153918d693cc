import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import { createChatRouter, SetupError } from 'express-chat'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { PrismaClient } from '../../examples/prisma/generated/client.js'
import { PrismaClient as PostgresClient } from '../../examples/prisma/postgresql/generated/client.js'
import { tables } from '../databases/tables.js'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { secret, userOfHeader } from '../host.js'

const clients: { $disconnect(): Promise<void> }[] = []
const opened: OpenDatabase[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.$disconnect()))
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

/** Starts on a client and gives what the start had to say, to the host and to its logger. */
async function start(prisma: PrismaClient) {
  const logged: unknown[] = []
  const logger = { warn: () => undefined, error: (message: unknown) => logged.push(message) }
  const chat = createChatRouter({ resolveUser: userOfHeader, prisma, secret, logger })
  try {
    await chat.ready()
    return { logged }
  } catch (error) {
    return { error, logged }
  } finally {
    await chat.close()
  }
}

async function refused(prisma: PrismaClient, mend: RegExp): Promise<string> {
  const { error, logged } = await start(prisma)
  expect(error).toBeInstanceOf(SetupError)
  const { message } = error as SetupError
  expect(message).toMatch(mend)
  expect(logged).toEqual([message])
  return message
}

async function given({ open }: TestDatabase): Promise<OpenDatabase> {
  const database = await open()
  opened.push(database)
  return database
}

const only = (name: TestDatabase['name']) => databases.filter((database) => database.name === name)

describe.each(databases)('a start on $name says what to mend', (database) => {
  it('unless everything is in order', async () => {
    expect(await start((await given(database)).prisma)).toEqual({ logged: [] })
  })

  it.each(['chat_message_media', 'chat_spent_tickets'])('where the table %s is not there', async (table) => {
    const { prisma } = await given(database)
    await prisma.$executeRawUnsafe(`DROP TABLE ${table}`)
    await refused(prisma, /lacks our tables .* run: npx prisma migrate dev/)
  })

  it('where a table is of another version', async () => {
    const { prisma } = await given(database)
    await prisma.$executeRawUnsafe('ALTER TABLE chat_messages DROP COLUMN has_media')
    await refused(
      prisma,
      new RegExp(`one of their columns.* apply node_modules/express-chat/prisma/${database.name}.sql`),
    )
  })
})

describe.each(only('mysql'))('a start on $name says what to mend', (database) => {
  it('where ids are compared by letters, with statements that do mend it', async () => {
    const { prisma } = await given(database)
    await prisma.$executeRawUnsafe('ALTER TABLE chat_users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci')
    const message = await refused(prisma, /compared byte by byte; run .* ALTER TABLE chat_users CONVERT TO/)
    const mend = message.slice(message.indexOf('SET FOREIGN_KEY_CHECKS=0'))
    // Of one connection: switching foreign keys off is for that one only.
    await prisma.$transaction(async (tx) => {
      for (const statement of mend.split(';').filter((each) => each.trim())) await tx.$executeRawUnsafe(statement)
    })
    expect(await start(prisma)).toEqual({ logged: [] })
  })
})

describe.each(only('postgresql'))('a start on $name says what to mend', (database) => {
  it('where the tables are in a schema that our own SQL does not find', async () => {
    const { url } = await given(database)
    const connection = new pg.Client({ connectionString: url })
    await connection.connect()
    // The template's tables are in the way of nothing once their schema is another one's.
    await connection.query(`ALTER SCHEMA public RENAME TO before; CREATE SCHEMA app; SET search_path TO app;`)
    await connection.query(tables('postgresql'))
    await connection.end()
    const connect = (query = '') => {
      const client = new PostgresClient({ adapter: new PrismaPg(`${url}${query}`, { schema: 'app' }) })
      clients.push(client)
      return client as unknown as PrismaClient
    }
    const message = await refused(connect(), /not on the search path .*: in the URL/)
    const [mend] = /\?options=\S+/.exec(message) ?? []
    expect(await start(connect(mend))).toEqual({ logged: [] })
  })
})

describe.each(only('sqlite'))('a start on $name says what to mend', (database) => {
  it('where SQLite cannot run in WAL mode', async () => {
    const prisma = new PrismaClient({ adapter: new PrismaLibSql({ url: ':memory:' }) })
    clients.push(prisma)
    await refused(prisma, /must run in WAL mode, .* give it a file on a local disk/)
  })

  it('where the adapter takes acknowledged messages along in a rollback', async () => {
    const { prisma } = await given(database)
    const adapter = { adapterName: '@prisma/adapter-better-sqlite3' }
    const other = new Proxy(prisma, {
      get: (client, key) => (key === '_engineConfig' ? { adapter } : Reflect.get(client, key)),
    })
    await refused(other, /use @prisma\/adapter-libsql on the same file/)
  })
})

describe('a client that does not fit is refused before anything runs', () => {
  const clientWith = (models: object) =>
    createChatRouter({ resolveUser: userOfHeader, prisma: models as PrismaClient, secret })

  it('where there is none', () => {
    expect(() => clientWith(null as unknown as object)).toThrow('give your Prisma client as `prisma`')
  })

  it('where it has no model of ours', () => {
    expect(() => clientWith({ user: {} })).toThrow(/no model ChatUser; .* run: npx prisma generate/)
  })

  it('where one is of another version', () => {
    const chatUser = { fields: { id: {}, name: {} } }
    expect(() => clientWith({ chatUser })).toThrow(/ChatUser has no description: it is of another version/)
  })
})
