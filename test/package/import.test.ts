import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, inject, it } from 'vitest'
import { mustRun, run } from './run.js'

const consumer = inject('consumer')
const names = (module: string) => `console.log(Object.keys(${module}).sort().join())`

it('is imported alike by ES modules and by CommonJS', async () => {
  const esm = await mustRun(
    consumer,
    'node',
    '--input-type=module',
    '-e',
    `import * as chat from 'express-chat'; ${names('chat')}`,
  )
  const cjs = await mustRun(consumer, 'node', '--input-type=commonjs', '-e', names("require('express-chat')"))
  expect(esm).toContain('createChatRouter')
  expect(cjs).toBe(esm)
})

it('gives its client to both, with nothing else installed that it needs', async () => {
  const client = "createChatClient({ url: 'http://localhost/chat' }).connection.getSnapshot().status"
  const esm = `import { createChatClient } from 'express-chat/client'; console.log(${client})`
  const cjs = `const { createChatClient } = require('express-chat/client'); console.log(${client})`
  expect(await mustRun(consumer, 'node', '--input-type=module', '-e', esm)).toBe('idle\n')
  expect(await mustRun(consumer, 'node', '--input-type=commonjs', '-e', cjs)).toBe('idle\n')
})

it('gives its hooks to React 18, too', async () => {
  const page = `
    import { createElement } from 'react'
    import { renderToString } from 'react-dom/server'
    import { createChatClient } from 'express-chat/client'
    import { ChatProvider, useConnection, useMessages, useRooms } from 'express-chat/react'
    const Page = () => [useConnection().status, useRooms().status, useMessages('room').status].join(' ')
    const client = createChatClient({ url: '/chat' })
    console.log(renderToString(createElement(ChatProvider, { client }, createElement(Page))))`
  expect(await mustRun(consumer, 'node', '--input-type=module', '-e', page)).toBe('idle idle idle\n')
})

it('gives its models and SQL by their names', async () => {
  const resolve =
    "console.log(require.resolve('express-chat/prisma/chat.prisma'), require.resolve('express-chat/prisma/mysql.sql'))"
  await mustRun(consumer, 'node', '--input-type=commonjs', '-e', resolve)
})

it('brings its command, which finds the SQL beside it', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(await mustRun(consumer, 'npx', 'express-chat', '--version')).toBe(`${version}\n`)
  const printing = ['express-chat', 'migrate', '--print', '--from', 'nothing', '--database', 'mysql://localhost/app']
  expect(await mustRun(consumer, 'npx', ...printing)).toBe(readFileSync('prisma/mysql.sql', 'utf8'))
})

it('says which driver its command needs where there is none', async () => {
  const { ok, output } = await run(
    consumer,
    'npx',
    'express-chat',
    'migrate',
    '--database',
    'postgresql://localhost/app',
  )
  expect({ ok, output }).toEqual({ ok: false, output: expect.stringContaining('npm install pg') })
})

it('puts its models into a schema that Prisma takes', async () => {
  const host = join(consumer, 'host')
  mkdirSync(join(host, 'prisma'), { recursive: true })
  writeFileSync(join(host, 'package.json'), '{ "type": "module" }')
  const client = 'generator client {\n  provider = "prisma-client"\n  output   = "../generated"\n}'
  writeFileSync(join(host, 'prisma/schema.prisma'), `${client}\ndatasource db {\n  provider = "sqlite"\n}\n`)
  expect(await mustRun(host, 'npx', 'express-chat', 'init')).toContain("from './generated/client.js'")
  // As in prisma/clients.js: no engine is needed, and none is to be downloaded.
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath
  await mustRun(
    host,
    'node',
    resolve('node_modules/prisma/build/index.js'),
    'generate',
    '--no-hints',
    '--schema',
    'prisma',
  )
  expect(readFileSync(join(host, 'generated/models.ts'), 'utf8')).toContain('ChatMessage')
})
