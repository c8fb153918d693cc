import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Example, runNode } from '../examples/process.js'
import { mustRun } from '../package/run.js'
import { blockOf } from '../readme.js'
import { type Refused, TestSocket } from '../socket.js'

/** Beside the library and its database, which are found one folder above. */
const folder = join(inject('hosts'), 'frameworks')
const sources = 'test/hosts/frameworks'
const dependencies = {
  '@nestjs/common': '^12.0.0',
  '@nestjs/core': '^12.0.0',
  '@nestjs/jwt': '^12.0.0',
  '@nestjs/platform-express': '^12.0.0',
  'better-auth': '^1.4.0',
  express: '^5.0.0',
  jose: '^6.0.0',
  next: '^16.0.0',
  react: '^19.0.0',
  'react-dom': '^19.0.0',
  'reflect-metadata': '^0.2.0',
  rxjs: '^7.8.0',
}

let host: Example | undefined
let origin: string

beforeAll(async () => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  cpSync(join(sources, 'app'), join(folder, 'app'), { recursive: true })
  for (const name of ['given', 'session']) write(name)
  await mustRun(folder, 'npm', 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund')
})
afterEach(async () => {
  await host?.end('SIGKILL')
  host = undefined
})

/** Writes what stands in a file here as JavaScript, with pieces of the page where it names them. */
function write(file: string, pieces: readonly string[] = []): void {
  let code = readFileSync(join(sources, `${file}.ts`), 'utf8')
  for (const piece of pieces) {
    const block = blockOf('docs/hosts.md', `test/hosts/frameworks.test.ts: ${piece}`)
    code = code.replace(`// docs/hosts.md: ${piece}\n`, () => block)
  }
  expect(code).not.toContain('// docs/hosts.md')
  const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } }
  writeFileSync(join(folder, `${file}.mjs`), transformSync(code, { loader: 'ts', tsconfigRaw }).code)
}

async function start(file: string, ...pieces: string[]): Promise<Example> {
  write(file, pieces)
  const sql = join(inject('hosts'), 'node_modules/express-chat/prisma/sqlite.sql')
  host = runNode([`${file}.mjs`], { CHAT_SQL: sql, PORT: '0', NEXT_TELEMETRY_DISABLED: '1' }, folder)
  const [, port] = await host.printed(/^listening on (\d+)$/m)
  origin = `http://127.0.0.1:${port}`
  return host
}

interface Answered {
  status: number
  cookie: string
  body: Record<string, string>
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Answered> {
  const sent = { 'content-type': 'application/json', ...headers }
  const response = await fetch(origin + path, { method: 'POST', headers: sent, body: JSON.stringify(body) })
  const text = await response.text()
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1))
  return { status: response.status, cookie: cookies.join('; '), body: text ? JSON.parse(text) : {} }
}

const openSocket = (headers: Record<string, string>): Promise<TestSocket> =>
  TestSocket.open(`${origin.replace('http', 'ws')}/chat/ws`, ['chat.v1'], headers)

/** Says something by HTTP and hears it over a socket, as who is signed in; nobody else may do either. */
async function talk(signedIn: Record<string, string>): Promise<TestSocket> {
  const group = { type: 'group', name: 'Friends' }
  expect((await post('/chat/rooms', group)).status).toBe(401)
  await expect(openSocket({})).rejects.toMatchObject({ status: 401 } satisfies Partial<Refused>)

  const created = await post('/chat/rooms', group, signedIn)
  expect(created.status).toBe(201)
  const socket = await openSocket(signedIn)
  socket.send({ type: 'hello' })
  await socket.ready()
  const sent = await post(`/chat/rooms/${created.body.id}/messages`, { clientId: 'one', text: 'Hello' }, signedIn)
  expect(sent.status).toBe(201)
  const { message } = await socket.next('message.created')
  expect(message).toMatchObject({ text: 'Hello', user: { name: 'Alice' } })
  return socket
}

describe('docs/hosts.md shows how somebody talks who is signed in', () => {
  it('by better-auth, until the session ends', async () => {
    await start('better-auth', 'better-auth')
    const account = { name: 'Alice', email: 'alice@example.com', password: 'more than eight' }
    const { cookie } = await post('/api/auth/sign-up/email', account, { origin })
    const session = { cookie, origin }
    const socket = await talk(session)
    expect((await post('/api/auth/sign-out', {}, session)).status).toBe(200)
    expect(await socket.ended()).toMatchObject({ code: 4401 })
    await expect(openSocket(session)).rejects.toMatchObject({ status: 401 } satisfies Partial<Refused>)
  })

  it('by a token of NestJS, which ends the chat before itself', async () => {
    const { ended } = await start('nestjs', 'nestjs-module', 'nestjs')
    const { body } = await post('/auth/login', { username: 'alice' })
    const socket = await talk({ authorization: `Bearer ${body.access_token}` })
    host?.end('SIGTERM')
    expect(await socket.ended()).toMatchObject({ code: 1012 })
    expect(await ended).toMatchObject({ signal: 'SIGTERM' })
  })

  it("by a cookie of Next.js, which goes on serving its own page and its own page's socket", async () => {
    await start('next', 'next')
    expect(await (await fetch(origin)).text()).toContain('A page of Next.js')
    const { cookie } = await post('/sign-in', {})
    await talk({ cookie })
    const own = await TestSocket.open(`${origin.replace('http', 'ws')}/_next/hmr`, [], {})
    await own.next('turbopack-connected')
  })
})
