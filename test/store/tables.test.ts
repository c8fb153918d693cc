import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { createChatRouter } from 'express-chat'
import { afterEach, describe, expect, it } from 'vitest'
import { PrismaClient as PostgresClient } from '../../examples/prisma/postgresql/generated/client.js'
import type { ChatPrismaClient } from '../../src/store/client.js'
import { Tables } from '../../src/store/tables.js'
import { tables } from '../databases/tables.js'
import { databases, type OpenDatabase } from '../databases.js'
import { people, secret, startHost, userOfHeader } from '../host.js'
import { PrismaClient as MysqlClient } from '../mysql/generated/client.js'
import { givenGroup } from '../realtime/given.js'

type Prisma = OpenDatabase['prisma']

const clients: { $disconnect(): Promise<void> }[] = []
const opened: OpenDatabase[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.$disconnect()))
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

const only = (name: string) => databases.filter((database) => database.name === name)

describe.each(only('postgresql'))('a chat in a schema of $name', (on) => {
  // Where the search path leads to tables of ours as well: those of production, say.
  it.each(['public', 'app', 'App 2'])('reads and writes %s, wherever the search path leads', async (schema) => {
    const database = await on.open()
    opened.push(database)
    const name = `"${schema}"`
    const others = ['app', 'production'].filter((other) => other !== schema)
    await database.execute(`CREATE SCHEMA production; SET search_path TO production; ${tables('postgresql')}`)
    if (schema !== 'app')
      await database.execute(`CREATE SCHEMA IF NOT EXISTS ${name}; SET search_path TO ${name}; ${tables('postgresql')}`)
    const url = database.url.replace('schema=app', 'options=-c%20search_path%3Dproduction')
    const client = new PostgresClient({ adapter: new PrismaPg(url, { schema }) })
    clients.push(client)
    const host = await startHost({ prisma: client as unknown as Prisma })
    await host.chat.ready()
    await people(host, 'alice', 'bob')
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('alice', roomId, { text: 'hello' })
    await host.chat.transaction((_tx, chat) => chat.messages.send('bob', roomId, { text: 'hello, too' }))
    await host.chat.system.messages.send(roomId, { text: 'welcome' })
    await host.chat.members.markRead('alice', roomId, 3)
    expect(await host.chat.rooms.get('bob', roomId)).toMatchObject({ lastMessage: { text: 'welcome' } })
    const { items } = await host.chat.messages.search('bob', roomId, { q: 'hello' })
    expect(items.map(({ text }) => text)).toEqual(['hello, too', 'hello'])
    await host.close()
    for (const other of others) {
      const [row]: { count: bigint }[] = await database.prisma.$queryRawUnsafe(
        `SELECT (SELECT count(*) FROM "${other}".chat_messages) + (SELECT count(*) FROM "${other}".chat_users) AS count`,
      )
      expect(row?.count, `rows in ${other}`).toBe(0n)
    }
  })
})

describe.each(only('mysql'))('a chat whose adapter names another database of $name than its URL', (on) => {
  it('is refused by the names of both', async () => {
    const [here, there] = [await on.open(), await on.open()]
    opened.push(here, there)
    const [connected, named] = [here, there].map(({ url }) => new URL(url).pathname.slice(1))
    const client = new MysqlClient({ adapter: new PrismaMariaDb(here.url, { database: named as string }) })
    clients.push(client)
    const logger = { warn: () => undefined, error: () => undefined }
    const chat = createChatRouter({ resolveUser: userOfHeader, prisma: client as unknown as Prisma, secret, logger })
    await expect(chat.ready()).rejects.toThrow(
      `go to the tables in "${named}", and SQL of ours to those in "${connected}"`,
    )
    await chat.close()
  })
})

describe('our SQL names tables as Prisma does', () => {
  const generated = (schema: string | null, dbName: string | null = null) => ({
    _runtimeDataModel: { models: { ChatRoom: { schema, dbName } } },
    _engineConfig: { adapter: { options: { schema: 'app' } } },
  })
  const named = (client: object, dialect: 'sqlite' | 'postgresql' | 'mysql') =>
    new Tables(client as ChatPrismaClient, dialect).in('SELECT id FROM chat_rooms AS c')

  it('in the schema of the model before that of the adapter, and in that before public', () => {
    expect(named(generated('support'), 'postgresql')).toBe('SELECT id FROM "support"."chat_rooms" AS c')
    expect(named(generated(null), 'postgresql')).toBe('SELECT id FROM "app"."chat_rooms" AS c')
    expect(named({ _engineConfig: { adapter: {} } }, 'postgresql')).toBe('SELECT id FROM "public"."chat_rooms" AS c')
  })

  it('by the name that the model has in the database', () => {
    expect(named(generated(null, 'support_rooms'), 'postgresql')).toBe('SELECT id FROM "app"."support_rooms" AS c')
    expect(named(generated(null, 'support_rooms'), 'mysql')).toBe('SELECT id FROM `support_rooms` AS c')
  })

  it('in the file that SQLite opened, not in one that is attached to it, nor among temporary tables', () => {
    expect(named({}, 'sqlite')).toBe('SELECT id FROM "main"."chat_rooms" AS c')
  })

  it('as the connection finds them where nothing says more', () => {
    expect(named({}, 'postgresql')).toBe('SELECT id FROM "chat_rooms" AS c')
  })
})
