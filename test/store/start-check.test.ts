import { readFileSync } from 'node:fs'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import { createChatRouter, SetupError } from 'express-chat'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PrismaClient } from '../../examples/prisma/generated/client.js'
import { PrismaClient as PostgresClient } from '../../examples/prisma/postgresql/generated/client.js'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { secret, startHost, userOfHeader } from '../host.js'
import { quietLogger } from '../realtime/given.js'

const clients: { $disconnect(): Promise<void> }[] = []
const opened: OpenDatabase[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.$disconnect()))
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

/** Starts on a client and gives what the start had to say, to the host and to its logger. */
async function start(prisma: PrismaClient) {
  const logged: unknown[] = []
  const warned: unknown[] = []
  const logger = {
    warn: (message: unknown) => warned.push(message),
    error: (message: unknown) => logged.push(message),
  }
  const chat = createChatRouter({ resolveUser: userOfHeader, prisma, secret, logger })
  try {
    await chat.ready()
    return { logged }
  } catch (error) {
    return { error, logged, warned }
  } finally {
    await chat.close()
  }
}

async function refused(prisma: PrismaClient, mend: RegExp): Promise<string> {
  const { error, logged } = await start(prisma)
  expect(error).toBeInstanceOf(SetupError)
  const { message } = error as SetupError
  expect(message).toMatch(mend)
  // The host was told.
  expect(logged).toEqual([])
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
    const { prisma, execute } = await given(database)
    await execute(`DROP TABLE ${table}`)
    await refused(prisma, /lacks our tables .* run: npx prisma migrate dev/)
  })

  it('where a table is of another version', async () => {
    const { prisma, execute } = await given(database)
    await execute('ALTER TABLE chat_messages DROP COLUMN has_media')
    await refused(prisma, /one of their columns.* npx express-chat migrate/)
  })
})

describe('what a start says to mend', () => {
  const [sqlite] = only('sqlite') as [TestDatabase]

  it('goes to the log where the host does not ask for it, once, whatever comes', async () => {
    const { prisma, execute } = await given(sqlite)
    await execute('DROP TABLE chat_spent_tickets')
    const logger = quietLogger()
    const host = await startHost({ prisma }, { logger })
    for (const userId of ['alice', 'bob', 'carol']) expect((await host.as(userId).get('/rooms')).status).toBe(500)
    await expect(host.socket('alice')).rejects.toMatchObject({ status: 500 })
    await vi.waitFor(() =>
      expect(logger.said).toEqual([[expect.stringMatching(/lacks our tables/), expect.any(Error)]]),
    )
    await host.close()
  })
})

describe.each(only('mysql'))('a start on $name says what to mend', (database) => {
  it('where ids are compared by letters, with statements that do mend it', async () => {
    const { prisma, execute } = await given(database)
    await execute('ALTER TABLE chat_users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci')
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
  it('where the URL names a schema that the adapter does not read', async () => {
    const { url } = await given(database)
    const connect = (options?: { schema: string }) => {
      const client = new PostgresClient({ adapter: new PrismaPg(url, options) })
      clients.push(client)
      return client as unknown as PrismaClient
    }
    expect(() => createChatRouter({ resolveUser: userOfHeader, prisma: connect(), secret })).toThrow(
      /\?schema=app.* go to the schema "public"; .* new PrismaPg\(…, \{ schema: 'app' \}\)/,
    )
    expect(await start(connect({ schema: 'app' }))).toEqual({ logged: [] })
  })

  it('where the tables are in another schema than the adapter says, and in which', async () => {
    const { url } = await given(database)
    const client = new PostgresClient({ adapter: new PrismaPg(url.replace('?schema=app', '')) })
    clients.push(client)
    await refused(
      client as unknown as PrismaClient,
      /lacks our tables .* in the schema "public" .* some in "app".* \{ schema: "app" \}/,
    )
  })

  it('where its user lacks a right: not that tables are missing', async () => {
    const { prisma, execute } = await given(database)
    // What PostgreSQL says to a role without INSERT; making roles is a right of its own.
    await execute(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE insufficient_privilege USING MESSAGE = 'permission denied for table chat_nodes'; END $$;
      CREATE TRIGGER refusing BEFORE INSERT ON chat_nodes EXECUTE FUNCTION refuse()`)
    await refused(prisma, /give it SELECT, INSERT, UPDATE and DELETE .* \(permission denied for table chat_nodes\)/)
  })

  /** What a start warns of that is tried again, since it may be mended meanwhile. */
  async function warnedOf(url: string): Promise<unknown[]> {
    const client = new PostgresClient({ adapter: new PrismaPg(url) })
    clients.push(client)
    const { error, logged, warned } = await start(client as unknown as PrismaClient)
    expect(error).not.toBeInstanceOf(SetupError)
    expect(logged).toEqual([])
    return warned ?? []
  }

  it('where the user of the URL is not let in: neither that it lacks a right nor that the database is away', async () => {
    const { url } = await given(database)
    const asNobody = Object.assign(new URL(url), { username: 'nobody_at_all', password: 'wrong', search: '' }).href
    expect(await warnedOf(asNobody)).toEqual([
      expect.stringMatching(/does not let the user .* in: look at its name and password \(.*"nobody_at_all"/),
    ])
  })

  it('where the database of the URL is not there: not that it is away', async () => {
    const { url } = await given(database)
    expect(await warnedOf(url.replace('?schema=app', '_of_nobody'))).toEqual([
      expect.stringMatching(
        /database that your connection names is not there: create it, .*_of_nobody" does not exist\)/,
      ),
    ])
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
    const mend = 'npm install @prisma/client@7 && npm install --save-dev prisma@7'
    expect(() => clientWith(null as unknown as object)).toThrow(
      `give your Prisma client as \`prisma\`; where there is none: ${mend}`,
    )
    const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(peerDependencies['@prisma/client']).toBe('^7.0.0')
  })

  it('where it is of a Prisma that is too old', () => {
    expect(() => clientWith({ _clientVersion: '6.19.2' })).toThrow(
      'your client is of Prisma 6.19.2, and 7 is needed: npm install @prisma/client@7 && npm install --save-dev prisma@7; then run: npx prisma generate',
    )
    expect(() => clientWith({ _clientVersion: '7.0.0' })).toThrow('no model ChatUser')
  })

  it('where it has no model of ours', () => {
    expect(() => clientWith({ user: {} })).toThrow(/no model ChatUser; .* run: npx prisma generate/)
  })

  it('where one is of another version', () => {
    const chatUser = { fields: { id: {}, name: {} } }
    expect(() => clientWith({ chatUser })).toThrow(/ChatUser has no description: it is of another version/)
  })
})
