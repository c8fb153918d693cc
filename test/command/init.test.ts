import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import express from 'express'
import { createChatRouter, jwtUser } from 'express-chat'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { PrismaClient } from '../../examples/prisma/generated/client.js'
import { modelsFor, stamped } from '../../src/command/models.js'
import { databases, type TestDatabase } from '../databases.js'
import { secret } from '../host.js'
import { execute } from '../readme.js'
import { App, config, datasource } from './app.js'
import { call } from './command.js'

const models = modelsFor('sqlite')
const ours = 'prisma/schema/chat.prisma'

/** An app whose schema is a folder, as Prisma is told. */
const usual = (files: Record<string, string> = {}): App =>
  new App({
    'package.json': '{ "type": "module" }',
    'prisma.config.ts': config("'prisma/schema'"),
    'prisma/schema/schema.prisma': datasource(),
    ...files,
  })
/** What the strict compiler has against the text of a file in this folder. */
function errorsIn(text: string): string[] {
  const path = join(import.meta.dirname, 'printed.ts')
  const { config } = ts.readConfigFile('tsconfig.json', (file) => readFileSync(file, 'utf8'))
  const compilerOptions = { ...config.compilerOptions, exactOptionalPropertyTypes: false }
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, process.cwd())
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.getSourceFile = (name, ...others) =>
    name === path ? ts.createSourceFile(name, text, ts.ScriptTarget.Latest) : getSourceFile(name, ...others)
  host.fileExists = (name) => name === path || fileExists(name)
  const program = ts.createProgram([path], options, host)
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}

const init = (app: App, ...args: string[]) => call(['init', ...args], app)

describe('init', () => {
  it('writes our models into the schema folder, and has nothing to do when it is run again', async () => {
    const app = usual()
    const { code, out, err } = await init(app)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`Wrote ${ours}.`)
    const written = app.read(ours)
    expect(written).toBe(stamped(models))
    expect(await init(app)).toMatchObject({ code: 0, out: expect.stringContaining(`${ours} is up to date.`) })
    expect(app.read(ours)).toBe(written)
    expect(await init(app, '--check')).toEqual({ code: 0, out: `${ours} is up to date.`, err: '' })
  })

  it('writes those for MySQL where the database is one', async () => {
    const app = usual({ 'prisma/schema/schema.prisma': datasource('mysql') })
    expect(await init(app)).toMatchObject({ code: 0, out: expect.stringContaining('npx express-chat migrate') })
    expect(app.read(ours)).toBe(stamped(modelsFor('mysql')))
  })

  it('says what it would write, and writes nothing, by --dry-run and --check', async () => {
    const app = usual()
    expect(await init(app, '--dry-run')).toMatchObject({ code: 0, out: expect.stringContaining(`Would write ${ours}`) })
    expect(await init(app, '--check')).toEqual({
      code: 1,
      out: '',
      err: `${ours} is not there yet; npx express-chat init`,
    })
    expect(app.read(ours)).toBeUndefined()
  })

  it('brings a file up to date that another version has written, whatever prisma format and Git made of it', async () => {
    const older = stamped(models.replace(/^ {2}isPinned .*\n/m, '')).replace(/express-chat \S+/, 'express-chat 0.1.9')
    const app = usual({ [ours]: older.replaceAll('String  ', 'String      ').replaceAll('\n', '\r\n') })
    expect(await init(app, '--check')).toMatchObject({ code: 1, err: `${ours} is of 0.1.9; npx express-chat init` })
    const { code, out } = await init(app)
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`Wrote ${ours}, which was of 0.1.9.`) })
    expect(out).toContain('upgrade the tables: npx express-chat migrate')
    expect(app.read(ours)).toBe(stamped(models))
  })

  it('writes over no change by hand, shows it, and does so by --force', async () => {
    const changed = stamped(models)
      .replace('model ChatRoom {', 'model ChatRoom {\n  colour String?')
      .replace(/^ {2}isPinned .*\n/m, '')
    const app = usual({ [ours]: changed })
    const { code, out, err } = await init(app)
    expect({ code, out }).toEqual({ code: 1, out: `${ours} is not as this version has it` })
    expect(err).toContain('+ model ChatRoom: colour String?')
    expect(err).toMatch(/- model ChatRoomUser: isPinned /)
    expect(app.read(ours)).toBe(changed)
    expect(await init(app, '--check')).toMatchObject({ code: 1 })
    expect(await init(app, '--force')).toMatchObject({ code: 0 })
    expect(app.read(ours)).toBe(stamped(models))
  })

  it('takes other names of tables, and a schema of PostgreSQL, for what they are', async () => {
    const app = usual({ [ours]: models.replace('@@map("chat_rooms")', '@@map("talk_rooms")\n  @@schema("talk")') })
    expect(await init(app, '--check')).toEqual({ code: 0, out: `${ours} is up to date.`, err: '' })
  })

  it('finds models in a file of yours, and does not write there', async () => {
    const mixed = `${datasource()}\n${models.replace(/^ {2}isPinned .*\n/m, '')}`
    const app = usual({ 'prisma/schema/schema.prisma': mixed })
    expect(await init(app, '--force')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Take our models out of it'),
    })
    expect(app.read('prisma/schema/schema.prisma')).toBe(mixed)
    app.write('prisma/schema/schema.prisma', `${datasource()}\n${models}`)
    expect(await init(app, '--check')).toEqual({ code: 0, out: 'prisma/schema/schema.prisma is up to date.', err: '' })
  })
})

describe('init finds the schema', () => {
  const file = { 'package.json': '{}', 'prisma/db/schema.prisma': datasource() }

  it.each<[string, Record<string, string>, string[]]>([
    ['in prisma.config.ts', { 'prisma.config.ts': config("'prisma/db'") }, []],
    ['in prisma.config.ts, by path.join', { 'prisma.config.ts': config("path.join('prisma', 'db')") }, []],
    ['beside another configuration', { '.config/prisma.mjs': config('"../prisma/db"') }, []],
    ['in package.json', { 'package.json': '{ "prisma": { "schema": "./prisma/db" } }' }, []],
    ['where it is told', {}, ['--schema', 'prisma/db']],
  ])('%s', async (_, files, args) => {
    const app = new App({ ...file, ...files })
    expect(await init(app, ...args)).toMatchObject({ code: 0, err: '' })
    expect(app.read('prisma/db/chat.prisma')).toBe(stamped(models))
  })

  it('in a single file, and says how all of its folder is read', async () => {
    const app = new App({ 'prisma/schema.prisma': datasource() })
    const { code, out } = await init(app)
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringContaining('in a new file prisma.config.ts:\n\nimport '),
    })
    const [whole = ''] = /^import [\s\S]*?^\}\)$/m.exec(out) ?? []
    expect(whole).toContain("schema: 'prisma',")
    expect(errorsIn(whole)).toEqual([])
    expect(app.read('prisma/chat.prisma')).toBe(stamped(models))
    // As long as nobody has told Prisma, it does not know our models.
    expect(await init(app, '--check')).toMatchObject({ code: 1, err: expect.stringContaining("schema: 'prisma',") })
    app.write('prisma.config.ts', config("'prisma'"))
    expect(await init(app, '--check')).toEqual({ code: 0, out: 'prisma/chat.prisma is up to date.', err: '' })
  })

  it.each([
    ['in the root', 'schema.prisma', {}],
    ['beside what a generator wrote', 'prisma/schema.prisma', { 'prisma/generated/schema.prisma': datasource() }],
  ])('in a single file %s, which has to be moved', async (_, path, files) => {
    const app = new App({ [path]: datasource(), ...files })
    const { code, out } = await init(app)
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`move ${path} into prisma/schema`) })
    expect(app.read(ours)).toBe(stamped(models))
  })

  it('in a folder of the usual name, of which Prisma has to be told', async () => {
    const app = new App({ 'prisma/schema/schema.prisma': datasource() })
    expect(await init(app)).toMatchObject({ code: 0, out: expect.stringContaining("schema: 'prisma/schema',") })
    expect(app.read(ours)).toBe(stamped(models))
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['none is there', {}, /no Prisma schema in .*; make one with npx prisma init/],
    [
      'it is not where the configuration says',
      { 'prisma.config.ts': config("'prisma/db'") },
      /no Prisma schema at prisma\/db; say where/,
    ],
    [
      'the configuration computes it',
      { 'prisma.config.ts': config('place') },
      /prisma.config.ts says of its schema cannot be read \(place\)/,
    ],
    ['no file names the database', { 'prisma/schema.prisma': 'model User {\n  id String @id\n}' }, /has a datasource/],
    [
      'the database is none of ours',
      { 'prisma/schema.prisma': datasource('mongodb') },
      /your datasource is of "mongodb"/,
    ],
  ])('or says so where %s', async (_, files, message) => {
    expect(await init(new App(files))).toEqual({ code: 1, out: '', err: expect.stringMatching(message) })
  })
})

describe('init says what to install', () => {
  it.each([
    ['sqlite', '@prisma/adapter-libsql', '{"@libsql/client":"^0.18.0"}'],
    ['mysql', '@prisma/adapter-mariadb', '{"mariadb":"^3.5.0"}'],
  ])('on %s, and before it the version of the driver', async (provider, adapter, driver) => {
    const files = { 'prisma/schema/schema.prisma': datasource(provider) }
    const { out } = await init(usual(files))
    expect(out).toMatch(/\n1\. first say in package\.json [^\n]*\n2\. npm install @prisma\/client@7 @prisma\/adapter-/)
    expect(out).toContain(`"overrides": {"${adapter}":${driver}}\n`)
    const dependencies = { '@prisma/client': '7.0.0', [adapter]: '7.0.0' }
    expect((await init(usual({ ...files, 'package.json': JSON.stringify({ dependencies }) }))).out).not.toContain(
      'overrides',
    )
  })

  it('on PostgreSQL, whose adapter takes any', async () => {
    const { out } = await init(usual({ 'prisma/schema/schema.prisma': datasource('postgresql') }))
    expect(out).toContain('\n1. npm install @prisma/client@7 @prisma/adapter-pg\n')
  })
})

describe('what init prints to mount the chat', () => {
  const [sqlite] = databases as [TestDatabase]
  const printed = async (app: App): Promise<string> =>
    /mount it:\n\n([\s\S]*?)\n\n\d+\. start it with `node --env-file=/.exec((await init(app)).out)?.[1] ?? ''

  it('is for ES modules, with the client where the generator puts it', async () => {
    const text = await printed(usual({ 'src/server.js': '' }))
    expect(text).toContain(
      "import { createChatRouter, jwtUser } from 'express-chat'\nimport { PrismaClient } from './generated/client.js'",
    )
  })

  it('is for CommonJS where the app is', async () => {
    const generator =
      'generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider = "postgresql"\n}'
    const text = await printed(usual({ 'package.json': '{}', 'prisma/schema/schema.prisma': generator }))
    expect(text).toContain("const { PrismaPg } = require('@prisma/adapter-pg')")
    expect(text).toContain("const { PrismaClient } = require('@prisma/client')")
  })

  it.each(databases)('compiles where the compiler is strict, on $name', async ({ name }) => {
    const text = await printed(usual({ 'src/server.ts': '', 'prisma/schema/schema.prisma': datasource(name) }))
    const client = '../../examples/prisma/generated/client.js'
    const app = "import express from 'express'\nconst app = express()\n"
    expect(text).toContain("from './generated/client.js'")
    expect(errorsIn(app + text.replace('./generated/client.js', client))).toEqual([])
  })

  it.each([['module'], ['commonjs']])('runs: %s', async (type) => {
    const database = await sqlite.open()
    const text = await printed(usual({ 'package.json': JSON.stringify({ type }) }))
    const app = express()
    const process = { env: { DATABASE_URL: database.url, CHAT_SECRET: secret } }
    const body = text
      .replace(/^(import|const \{.*require).*\n/gm, '')
      .replaceAll(/server\.listen\(3000\)/g, 'server.listen(0)')
    const scope = { app, process, createServer, PrismaLibSql, PrismaClient, createChatRouter, jwtUser }
    const { chat, server } = (await execute(`${body}\nreturn { chat, server }`, scope)) as {
      chat: { ready(): Promise<void>; close(): Promise<void> }
      server: Server
    }
    await chat.ready()
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    expect((await fetch(`http://127.0.0.1:${port}/chat/users/me`)).status).toBe(401)
    await chat.close()
    server.close()
    await database.close()
  })
})
