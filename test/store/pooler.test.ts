import { PrismaPg } from '@prisma/adapter-pg'
import { createChatRouter, postgresBus, SetupError, statementName } from 'express-chat'
import pg from 'pg'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { PrismaClient as PostgresClient } from '../../examples/prisma/postgresql/generated/client.js'
import { schema } from '../databases/engines.js'
import { PgBouncer, pgbouncerVersion } from '../databases/pgbouncer.js'
import { databases, type OpenDatabase } from '../databases.js'
import { people, secret, startHost, userOfHeader } from '../host.js'
import { givenGroup } from '../realtime/given.js'

type Prisma = OpenDatabase['prisma']

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const options = { schema, statementNameGenerator: statementName }
const on = databases.filter(({ name }) => name === 'postgresql')

async function given(open: () => Promise<OpenDatabase>): Promise<OpenDatabase> {
  const database = await open()
  closing.push(() => database.close())
  return database
}

function connect(options: ConstructorParameters<typeof PostgresClient>[0]): Prisma {
  const client = new PostgresClient(options)
  closing.push(() => client.$disconnect())
  return client as unknown as Prisma
}

/** A chat whose statements have names is used by several at once, each several times. Gives what it warned of. */
async function used(prisma: Prisma): Promise<unknown[]> {
  const warned: unknown[] = []
  const logger = { warn: (message: unknown) => warned.push(message), error: (...said: unknown[]) => warned.push(said) }
  const host = await startHost({ prisma }, { logger })
  closing.push(() => host.close())
  await host.chat.ready()
  await people(host, 'alice', 'bob')
  const roomId = await givenGroup(host, 'alice', 'bob')
  const statuses = await Promise.all(
    Array.from({ length: 6 }, async (_, n) => {
      const alice = host.as(n % 2 ? 'alice' : 'bob')
      const { status } = await alice.post(`/rooms/${roomId}/messages`, { text: `${n}` })
      const answers = [await alice.get('/rooms'), await alice.get(`/rooms/${roomId}/messages`)]
      return [status, ...answers.map((answer) => answer.status)]
    }),
  )
  expect(statuses).toEqual(statuses.map(() => [201, 200, 200]))
  await host.chat.transaction((_tx, chat) => chat.messages.send('alice', roomId, { text: 'all together' }))
  return warned
}

describe.each(on)('statements with names on $name', ({ open }) => {
  it('go without where Prisma appends a comment to each: a name stands for the whole text', async () => {
    const { url } = await given(open)
    let n = 0
    const comments = [() => ({ request: String(++n) })]
    const prisma = connect({
      adapter: new PrismaPg({ connectionString: url, max: 2 }, options),
      comments,
    })
    expect(await used(prisma)).toEqual([])
  })
})

describe('a name of a statement', () => {
  it('is not that of a statement to which something was appended', () => {
    const sql = '-- express_chat_rooms_0a1b2c3d4e5f_8\nSELECT 1'
    expect(statementName({ sql })).toBe('express_chat_rooms_0a1b2c3d4e5f_8')
    expect(statementName({ sql: `${sql} /*a='b'*/` })).toBe('')
    expect(statementName({ sql: 'SELECT 1' })).toBe('')
  })
})

const pgbouncer = pgbouncerVersion()

describe.runIf(on.length > 0 && 'version' in pgbouncer)(
  'behind a PgBouncer that shares connections between transactions',
  () => {
    const [{ open } = { open: async (): Promise<OpenDatabase> => Promise.reject() }] = on
    let pooler: PgBouncer
    let direct: string
    beforeAll(async () => {
      const database = await open()
      direct = database.url
      pooler = await PgBouncer.open(direct)
      return async () => {
        pooler.close()
        await database.close()
      }
    })

    it('a chat does without names where they are not kept, and says so once', async () => {
      const { url } = await given(open)
      const adapter = new PrismaPg({ connectionString: pooler.urlOf(url) }, options)
      const warned = await used(connect({ adapter }))
      // PgBouncer 1.24 keeps 200 of them for each connection.
      expect(warned.length).toBeLessThanOrEqual(1)
      for (const warning of warned) expect(warning).toMatch(/does not keep the names of prepared statements/)
    })

    it('a connection with a parameter that it refuses is told so, with the mend', async () => {
      const prisma = connect({
        adapter: new PrismaPg(pooler.urlOf(direct).replace('schema=app', 'options=-c%20statement_timeout%3D5s')),
      })
      const logger = { warn: () => undefined, error: () => undefined }
      const chat = createChatRouter({ resolveUser: userOfHeader, prisma, secret, logger })
      const error = await chat.ready().catch((error: unknown) => error)
      await chat.close()
      expect(error).toBeInstanceOf(SetupError)
      expect(String(error)).toMatch(
        /leave `options` out of the URL, .* ignore_startup_parameters \(unsupported startup parameter/,
      )
    })

    it('postgresBus notices that it hears nothing, and says how to mend it', async () => {
      const bus = postgresBus({ createClient: () => new pg.Client(pooler.urlOf(direct)) })
      await expect((async () => bus.subscribe(() => undefined))()).rejects.toThrow(
        /hears nothing .* leads to PostgreSQL itself/,
      )
    })
  },
)
