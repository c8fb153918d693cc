import { createClient } from '@libsql/client'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { throughPgBouncer } from '../databases/pgbouncer.js'
import { tables } from '../databases/tables.js'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { databaseOfBefore } from '../prisma/before.js'
import { App, datasource } from './app.js'
import { call } from './command.js'
import { examined, goodSecret, healthyApp } from './given.js'

const opened: OpenDatabase[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

async function given({ name, open }: TestDatabase, statements?: string) {
  const database = await open(statements)
  opened.push(database)
  const app = healthyApp(name)
  return { database, app, examine: (url = database.url) => examined(app, ['--database', url]) }
}
const only = (name: TestDatabase['name']) => databases.filter((database) => database.name === name)

describe.each(databases)('the doctor on $name', (database) => {
  const { name } = database

  it('finds nothing where all is well, on new tables and on those that were upgraded', async () => {
    const fresh = await given(database)
    expect(await fresh.examine()).toMatchObject({ ok: true, findings: [] })
    const old = await given(database, databaseOfBefore(name))
    await call(['migrate', '--database', old.database.url])
    expect(await old.examine()).toMatchObject({ ok: true, findings: [] })
  })

  it('knows the tables of an older version, and a database without any', async () => {
    const old = await given(database, databaseOfBefore(name))
    const { findings } = await old.examine()
    expect(findings).toEqual([
      expect.objectContaining({ level: 'wrong', what: expect.stringContaining('those of 0.1') }),
    ])
    const empty = await given(database, '')
    const [finding] = (await empty.examine()).findings
    expect(finding).toMatchObject({ about: 'tables', mend: expect.stringContaining('npx express-chat migrate') })
  })

  it('finds what the tables lack, and its mends mend it', async () => {
    const { database: mine, examine } = await given(database)
    const on = (table: string) => (name === 'mysql' ? ` ON ${table}` : '')
    await mine.execute(`
      ALTER TABLE chat_messages DROP COLUMN has_media;
      DROP INDEX chat_users_changed_at_idx${on('chat_users')};
      DROP INDEX chat_invites_code_hash_key${on('chat_invites')};
      DROP TABLE chat_pins;`)
    const { ok, findings } = await examine()
    expect(ok).toBe(false)
    expect(findings.map(({ what }) => what).sort()).toEqual([
      'chat_invites lets two rows have the same code_hash',
      'chat_users has no index on changed_at',
      'the column chat_messages.has_media is missing',
      'the table chat_pins is missing',
    ])
    await mine.execute(findings.map(({ mend }) => mend).join('\n'))
    expect(await examine()).toMatchObject({ ok: true, findings: [] })
  })

  it('finds a column that is another, and one that the chat cannot fill', async () => {
    const { database: mine, examine } = await given(database)
    await mine.execute(`
      ALTER TABLE chat_bans DROP COLUMN created_at; ALTER TABLE chat_bans ADD COLUMN created_at INTEGER;
      ALTER TABLE chat_bans ADD COLUMN colour INTEGER NOT NULL DEFAULT 7;
      ALTER TABLE chat_bans ADD COLUMN shade INTEGER;`)
    // SQLite takes none without a default, unless the table is made so.
    if (name !== 'sqlite') await mine.execute('ALTER TABLE chat_bans ADD COLUMN tone INTEGER NOT NULL')
    const { findings } = await examine()
    expect(findings.map(({ what }) => what)).toEqual([
      expect.stringMatching(
        /^the column chat_bans.created_at is integer NULL, and should be (timestamp|datetime).* NOT NULL$/,
      ),
      ...(name === 'sqlite' ? [] : ['the column chat_bans.tone is not ours, and may not be NULL']),
    ])
  })

  it('takes the names of tables from your models, as migrate does', async () => {
    const { database: mine, app, examine } = await given(database, '')
    for (const path of ['prisma/schema/chat.prisma', 'src/generated/internal/class.ts']) {
      app.write(path, `${app.read(path)}`.replace(/@@map\((\\?)"chat_pins/, '@@map($1"talk_pins'))
    }
    expect(await call(['migrate', '--database', mine.url], app)).toMatchObject({ code: 0, err: '' })
    await mine.execute('SELECT * FROM talk_pins')
    expect(await examine()).toMatchObject({ ok: true, findings: [] })
  })
})

describe.each(only('mysql'))('the doctor on MySQL and MariaDB', (database) => {
  it('finds tables without transactions, and ids that are compared without their case', async () => {
    const { database: mine, examine } = await given(database)
    await mine.execute(`
      ALTER TABLE chat_spent_tickets ENGINE = MyISAM;
      ALTER TABLE chat_bans CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;`)
    const { findings } = await examine()
    expect(findings.map(({ about, what }) => [about, what])).toEqual([
      ['database', expect.stringContaining('chat_spent_tickets is of MyISAM')],
      ['database', expect.stringContaining('byte by byte in chat_bans')],
    ])
    await mine.execute(findings.map(({ mend }) => mend.replace(/^.*?: /, '')).join('\n'))
    expect(await examine()).toMatchObject({ ok: true, findings: [] })
  })
})

describe('the doctor on SQLite', () => {
  it('finds a journal that is none of WAL, and no file', async () => {
    const app = healthyApp('sqlite')
    const there = ['--database', 'file:chat.db']
    await call(['migrate', ...there], app)
    expect(await examined(app, there)).toMatchObject({ ok: true, findings: [] })
    const client = createClient({ url: `file:${app.cwd}/other.db` })
    await client.executeMultiple(tables('sqlite'))
    client.close()
    const other = ['--database', 'file:other.db']
    // A start mends it by itself, as for a file that Prisma has made.
    expect(await examined(app, other)).toMatchObject({
      ok: true,
      findings: [{ level: 'advice', what: 'the journal of this file is "delete", not WAL' }],
    })
    expect(await call(['migrate', ...other, '--print'], app)).toMatchObject({ code: 0 })
    expect((await examined(app, other)).findings).toHaveLength(1)
    expect(await call(['migrate', ...other], app)).toMatchObject({ code: 0, err: '' })
    expect(await examined(app, other)).toMatchObject({ ok: true, findings: [] })
    const { ok, findings } = await examined(app, ['--database', 'file:nothing.db'])
    expect({ ok, what: findings.map(({ what }) => what) }).toEqual({
      ok: false,
      what: [expect.stringContaining('there is no database at')],
    })
  })
})

describe.each(only('postgresql'))('the doctor on PostgreSQL', (database) => {
  it('advises those whose transactions are of another isolation', async () => {
    const { database: mine, examine } = await given(database)
    const name = new URL(mine.url).pathname.slice(1)
    await mine.execute(`ALTER DATABASE "${name}" SET default_transaction_isolation = 'repeatable read'`)
    const { ok, findings } = await examine()
    expect({ ok, findings }).toEqual({
      ok: true,
      findings: [expect.objectContaining({ level: 'advice', what: expect.stringContaining('"repeatable read"') })],
    })
  })

  it.runIf(inject('pgbouncer') > 0)('knows a pooler, and that no bus goes through it', async () => {
    const { database: mine, app, examine } = await given(database)
    const pooled = throughPgBouncer(mine.url, inject('pgbouncer'))
    const { ok, findings } = await examine(pooled)
    expect({ ok, findings }).toEqual({
      ok: true,
      findings: [expect.objectContaining({ level: 'advice', what: expect.stringContaining('a pooler') })],
    })
    const busOf = async (url: string) =>
      (await examined(app, ['--bus', url])).findings.filter(({ about }) => about === 'bus')
    expect(await busOf(mine.url)).toEqual([])
    expect(await busOf(pooled)).toEqual([
      expect.objectContaining({ level: 'wrong', what: expect.stringContaining('postgresBus hears nothing') }),
    ])
  })
})

describe('the doctor looks at the bus', () => {
  it.runIf(inject('redis') !== '')('and hears what it says over Redis', async () => {
    const { findings } = await examined(healthyApp('sqlite'), ['--bus', inject('redis')])
    expect(findings.filter(({ about }) => about === 'bus')).toEqual([])
  })

  it('and says where nothing answers', async () => {
    const { findings } = await examined(healthyApp('sqlite'), ['--bus', 'redis://127.0.0.1:1'])
    expect(findings).toEqual([expect.objectContaining({ level: 'wrong', about: 'bus' })])
  })
})

describe('the doctor looks at the secret', () => {
  it.each([
    ['is too short', 'x7Kq', /has 4 characters, and needs 32/],
    ['was to be replaced', 'please-change-me-to-something-of-yours', /looks like one that was to be replaced/],
    ['was not drawn', 'abababababababababababababababababab', /2 different characters only/],
  ])('and finds one that %s, without saying it', async (_, secret, what) => {
    const { ok, findings } = await examined(healthyApp('sqlite'), [], { CHAT_SECRET: secret })
    expect({ ok, findings }).toEqual({
      ok: false,
      findings: [expect.objectContaining({ about: 'secret', what: expect.stringMatching(what) })],
    })
    expect(JSON.stringify(findings)).not.toContain(secret)
  })

  it('in the variable that is named, also of .env', async () => {
    const app = healthyApp('sqlite')
    app.write('.env', `TALK_SECRET=${goodSecret}\n`)
    const { unknown } = await examined(app, ['--secret', 'TALK_SECRET'])
    expect(unknown.map(({ about }) => about)).not.toContain('secret')
    expect((await examined(app, ['--secret', 'OTHER'])).unknown.map(({ about }) => about)).toContain('secret')
  })
})

describe('the doctor looks at the models', () => {
  const whats = async (app: App) => (await examined(app, [])).findings.map(({ what }) => what)

  it('and finds none, others, and a client that was made before them', async () => {
    const app = healthyApp('sqlite')
    const models = `${app.read('prisma/schema/chat.prisma')}`
    app.write('prisma/schema/chat.prisma', models.replace('model ChatRoom {', 'model ChatRoom {\n  colour String?'))
    expect(await whats(app)).toEqual([
      expect.stringContaining('not as this version has it (+ model ChatRoom: colour String?)'),
    ])
    app.write('prisma/schema/chat.prisma', models)
    app.write('src/generated/internal/class.ts', '"inlineSchema": "model User { }"')
    expect(await whats(app)).toEqual(['the Prisma client in src/generated was made before the models were as they are'])
    app.write('prisma/schema/chat.prisma', '')
    expect(await whats(app)).toEqual(['prisma/schema/chat.prisma with our models is not there yet'])
  })

  it('and finds that Prisma does not read them', async () => {
    const app = healthyApp('sqlite')
    app.write('prisma/schema.prisma', datasource())
    const [finding] = (await examined(app, ['--schema', 'prisma/schema/schema.prisma'])).findings
    expect(finding).toMatchObject({
      what: 'Prisma does not read prisma/schema/chat.prisma yet',
      mend: expect.stringContaining("schema: 'prisma/schema',"),
    })
  })

  it('and says what it could not look at', async () => {
    const { unknown } = await examined(healthyApp('sqlite'), [])
    expect(unknown.map(({ about }) => about)).toEqual(['database', 'tables', 'bus', 'site'])
  })
})

describe('the doctor looks at versions', () => {
  const installed = (packages: Record<string, string>): App => {
    const files = Object.entries(packages).map(([name, version]) => [
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version, main: 'index.js' }),
    ])
    const mains = Object.keys(packages).map((name) => [`node_modules/${name}/index.js`, ''])
    return new App({
      'package.json': '{}',
      'prisma/schema.prisma': 'datasource db {\n  provider = "sqlite"\n}',
      ...Object.fromEntries([...files, ...mains]),
    })
  }
  const good = {
    '@prisma/client': '7.4.0',
    prisma: '7.4.0',
    express: '4.21.0',
    '@prisma/adapter-libsql': '7.4.0',
    '@libsql/client': '0.18.0',
  }
  const versions = async (packages: Record<string, string>) =>
    (await examined(installed(packages), [])).findings
      .filter(({ about }) => about === 'versions')
      .map(({ what }) => what)

  it.each<[string, Record<string, string>, string[]]>([
    ['nothing where they fit', {}, []],
    ['an old Prisma', { '@prisma/client': '6.19.0' }, ['@prisma/client is of 6.19.0, and 7 is needed']],
    ['two versions of Prisma', { prisma: '7.2.0' }, ['prisma is of 7.2.0, and @prisma/client of 7.4.0']],
    ['an old Express', { express: '3.0.0' }, ['express is of 3.0.0']],
    [
      'a faulty driver',
      { '@libsql/client': '0.17.4' },
      [expect.stringContaining('@libsql/client 0.17.4 keeps a file open') as unknown as string],
    ],
  ])('and finds %s', async (_, packages, expected) => {
    expect(await versions({ ...good, ...packages })).toEqual(expected)
  })

  it('and finds what is not there, and an adapter that loses messages', async () => {
    expect(await versions({ '@prisma/adapter-better-sqlite3': '7.4.0' })).toEqual([
      '@prisma/client is not installed here',
      'express is not installed here',
      'the adapter is @prisma/adapter-better-sqlite3',
    ])
  })
})

it('the doctor tells people the same as machines', async () => {
  const app = healthyApp('sqlite')
  const { code, out } = await call(['doctor'], { cwd: app.cwd, env: { CHAT_SECRET: 'x7Kq' } })
  expect(code).toBe(1)
  expect(out).toMatch(
    /^✓ versions, models\n\? database: [\s\S]*\n✗ secret: CHAT_SECRET has 4 characters, and needs 32\n {4}why: .*\n {4}mend: make one with: node -p/,
  )
  expect(out).toMatch(/\n1 to mend\.$/)
  expect(await call(['doctor', '--origin', 'https://a.example'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('go with --url'),
  })
})
