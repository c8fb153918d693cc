import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { openDatabase } from '../../src/command/database.js'
import type { Connection } from '../../src/command/drivers/connection.js'
import { bringUpToDate } from '../../src/command/tables/migration.js'
import { scriptsOf } from '../../src/command/tables/scripts.js'
import { throughPgBouncer } from '../databases/pgbouncer.js'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { databaseOfBefore } from '../prisma/before.js'
import { shapeOf } from '../prisma/shape.js'
import { call, start } from './command.js'

const opened: OpenDatabase[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

async function given({ open }: TestDatabase, statements?: string): Promise<OpenDatabase> {
  const database = await open(statements)
  opened.push(database)
  return database
}

const migrate = (database: { url: string }, ...args: string[]) => call(['migrate', '--database', database.url, ...args])
const inProcess = async ({ url }: { url: string }) => (await start(['migrate', '--database', url])).ended
const only = (name: TestDatabase['name']) => databases.filter((database) => database.name === name)

/** A connection whose process is killed after so many changes: the last one has taken effect, or not. */
function mortal(connection: Connection, changes: number, hasTakenEffect: boolean): Connection {
  let left = changes
  const dies = async () => {
    throw new Error('killed')
  }
  return {
    ...connection,
    select: (sql, values) => (left > 0 ? connection.select(sql, values) : dies()),
    async run(sql) {
      left -= 1
      if (left > 0 || (left === 0 && hasTakenEffect)) await connection.run(sql)
      if (left <= 0) await dies()
    },
    commit: () => (left > 0 ? connection.commit() : dies()),
    // The server does that when it finds the connection gone.
    rollback: () => connection.rollback(),
  }
}

describe.each(databases)('migrate on $name', (database) => {
  const { name } = database
  const scripts = scriptsOf(name)

  it('makes the tables where there are none, and finds nothing to do when it is run again', async () => {
    const [mine, fresh] = [await given(database, ''), await given(database)]
    expect(await migrate(mine)).toEqual({ code: 0, out: `Made the tables of ${scripts.create.to}.`, err: '' })
    const shape = await shapeOf(mine.prisma, name)
    expect(shape).toEqual(await shapeOf(fresh.prisma, name))
    expect(await migrate(mine)).toMatchObject({ code: 0, out: expect.stringContaining('nothing is missing') })
    expect(await shapeOf(mine.prisma, name)).toEqual(shape)
  })

  it('is done once by two at the same time', async () => {
    const mine = await given(database, databaseOfBefore(name))
    // libsql waits for another's lock inside a synchronous call, so the two need a process each.
    const once = () => (name === 'sqlite' ? inProcess(mine) : migrate(mine))
    const ended = await Promise.all([once(), once()])
    expect(ended.map(({ code, err }) => ({ code, err }))).toEqual([0, 0].map((code) => ({ code, err: '' })))
    const lines = ended.map(({ out }) => out.trim()).sort()
    expect(lines).toEqual([
      `The tables are those of ${scripts.create.to}: nothing is missing.`,
      'Upgraded the tables from 0.1 to 0.2.',
    ])
  })

  it('is whole when it is run again after it was killed, however often', async () => {
    const [mine, fresh] = [await given(database, databaseOfBefore(name)), await given(database)]
    const attempt = async (changes: number, hasTakenEffect: boolean) => {
      const connection = await openDatabase(mine.url, process.cwd(), { waitMs: 5_000, mayCreate: false })
      try {
        return await bringUpToDate(mortal(connection, changes, hasTakenEffect), scripts, false)
      } finally {
        await connection.close()
      }
    }
    // Where all of it is one transaction, it begins anew each time; else it goes on, and needs fewer the next time.
    const cuts = name === 'mysql' ? Array.from({ length: 40 }, (_, n) => 3 + (n % 7)) : [3, 30, 60, 1_000]
    let ended: string[] | undefined
    for (const [n, changes] of cuts.entries()) {
      ended ??= await attempt(changes, n % 2 === 0).catch((error) => {
        expect(error.message).toContain('killed')
        return undefined
      })
    }
    expect(ended?.length).toBeGreaterThan(0)
    expect(await shapeOf(mine.prisma, name)).toEqual(await shapeOf(fresh.prisma, name))
    const rows = await mine.prisma.chatMention.findMany({ orderBy: { seq: 'asc' }, select: { seq: true } })
    expect(rows).toEqual([{ seq: 2 }, { seq: 5 }])
  })

  it('prints what is missing, changes nothing, and its text does the same', async () => {
    const [mine, fresh] = [await given(database, databaseOfBefore(name)), await given(database)]
    const before = await shapeOf(mine.prisma, name)
    const { code, out } = await migrate(mine, '--print')
    expect(code).toBe(0)
    expect(await shapeOf(mine.prisma, name)).toEqual(before)
    expect(await migrate(mine, '--print', '--from', '0.1')).toMatchObject({ code: 0, out })
    await mine.execute(out)
    expect(await shapeOf(mine.prisma, name)).toEqual(await shapeOf(fresh.prisma, name))
    expect(await migrate(mine, '--print')).toEqual({ code: 0, out: '', err: 'Nothing is missing.' })
  })

  it('stops where the tables are of no version, and says what they lack', async () => {
    const mine = await given(database, databaseOfBefore(name))
    await mine.execute('ALTER TABLE chat_messages ADD COLUMN thread_seq INTEGER')
    const { code, err } = await migrate(mine)
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(
        /no version that was released: of 0.2 they have chat_messages.thread_seq, and lack chat_uncounted_messages, .* and \d+ more/,
      ),
    })
  })

  it('upgrades no tables that a server runs on, unless it is told to', async () => {
    const mine = await given(database, databaseOfBefore(name))
    await mine.prisma.chatNode.create({ data: { id: 'gone', aliveUntil: new Date(Date.now() - 1_000) } })
    await mine.prisma.chatNode.create({ data: { id: 'here', aliveUntil: new Date(Date.now() + 60_000) } })
    const { code, err } = await migrate(mine)
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(
        /^express-chat migrate: a server runs on these tables; stop them first.* within (59|60) s/,
      ),
    })
    expect(await migrate(mine, '--force')).toMatchObject({ code: 0, out: expect.stringContaining('Upgraded') })
  })

  it('leaves alone what Prisma’s migrations have made, unless it is told to', async () => {
    const mine = await given(database, databaseOfBefore(name))
    await mine.execute('CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY)')
    expect(await migrate(mine)).toMatchObject({
      code: 1,
      err: expect.stringContaining('npx prisma migrate dev --create-only'),
    })
    expect(await migrate(mine, '--force')).toMatchObject({ code: 0 })
  })
})

describe.each(databases.filter(({ name }) => name !== 'sqlite'))(
  'a migrate on $name that waits in the middle',
  (database) => {
    const { name } = database

    it('and is killed there, is whole when it is run again', async () => {
      const [mine, fresh] = [await given(database, databaseOfBefore(name)), await given(database)]
      const holder = await openDatabase(mine.url, process.cwd(), { waitMs: 0, mayCreate: false })
      await holder.begin()
      await holder.select('SELECT user_id FROM chat_presences')
      const { child, ended } = await start(['migrate', '--database', mine.url])
      await waitingOn(mine, name)
      child.kill('SIGKILL')
      await ended
      await holder.rollback()
      await holder.close()
      const { code, err } = await migrate(mine)
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(await shapeOf(mine.prisma, name)).toEqual(await shapeOf(fresh.prisma, name))
    })
  },
)

/** Resolves once a statement of the migration waits for a table. */
async function waitingOn({ prisma }: OpenDatabase, name: TestDatabase['name']): Promise<void> {
  const sql =
    name === 'mysql'
      ? "SELECT 1 FROM information_schema.processlist WHERE db = DATABASE() AND state LIKE 'Waiting for table metadata lock%'"
      : 'SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND NOT l.granted'
  while ((await prisma.$queryRawUnsafe<unknown[]>(sql)).length === 0) await pause(20)
}

describe.each(only('postgresql').filter(() => inject('pgbouncer') > 0))('migrate through PgBouncer', (database) => {
  it('upgrades as without it', async () => {
    const [mine, fresh] = [await given(database, databaseOfBefore('postgresql')), await given(database)]
    const url = throughPgBouncer(mine.url, inject('pgbouncer'))
    expect(await migrate({ url })).toMatchObject({ code: 0, err: '' })
    expect(await shapeOf(mine.prisma, 'postgresql')).toEqual(await shapeOf(fresh.prisma, 'postgresql'))
  })
})

describe.each(only('postgresql'))('migrate on PostgreSQL', (database) => {
  it('makes the schema that the URL names', async () => {
    const mine = await given(database, '')
    const url = mine.url.replace('schema=app', 'schema=talk')
    expect(await migrate({ url })).toMatchObject({ code: 0, err: '' })
    const client = new pg.Client(mine.url)
    await client.connect()
    const { rows } = await client.query("SELECT schemaname FROM pg_tables WHERE tablename = 'chat_rooms'")
    await client.end()
    expect(rows).toEqual([{ schemaname: 'talk' }])
  })
})

describe('migrate says what to do', () => {
  it.each([
    ['no database is named', [], 2, /say which database: by DATABASE_URL/],
    ['the database is of another kind', ['--database', 'mongodb://localhost/x'], 1, /begins with "mongodb:"/],
    ['--from stands alone', ['--database', 'file:x.db', '--from', '0.1'], 2, /--from goes with --print/],
    [
      'it does not know the version',
      ['--database', 'file:x.db', '--print', '--from', '7'],
      2,
      /one of: nothing, 0.1, 0.2/,
    ],
    ['an option is misspelt', ['--prnt'], 2, /Unknown option '--prnt'/],
    ['nobody listens there', ['--database', 'postgresql://u:p@127.0.0.1:1/x'], 1, /does not answer \(.*ECONNREFUSED/],
    ['there is no file to look into', ['--database', 'file:nothing.db', '--print'], 1, /there is no database at/],
  ])('where %s', async (_, args, code, message) => {
    const ended = await call(['migrate', ...args])
    expect(ended).toEqual({ code, out: '', err: expect.stringMatching(message) })
  })
})

describe('the scripts of versions', () => {
  it.each(['sqlite', 'postgresql', 'mysql'] as const)(
    'lead from the first to this one on %s, each by something that it is known by',
    (name) => {
      const { create, upgrades } = scriptsOf(name)
      expect(upgrades.map(({ from, to }) => [from, to])).toEqual([['0.1', '0.2']])
      const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
      // A version that changes no table has none.
      expect(Number(create.to)).toBeLessThanOrEqual(Number.parseFloat(version))
      for (const { adds } of upgrades) expect(adds.size).toBeGreaterThan(0)
    },
  )
})
