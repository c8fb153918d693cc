import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createChatRouter } from 'express-chat'
import express4 from 'express4'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HostApp } from '../../src/core/host-app.js'
import { Origins } from '../../src/core/origins.js'
import { standInApp } from '../../src/http/stand-in.js'
import { secret, startHost, userOfHeader } from '../host.js'
import { givenDatabase } from './given.js'
import { ask, handshake } from './raw.js'

describe('an upgrade may come', () => {
  const allowed = (headers: Record<string, string>, origins: string[] = []) =>
    new Origins(origins, new HostApp(standInApp())).isAllowed({ headers, socket: {} } as never)

  it.each([
    ['https://example.com', 'example.com'],
    ['https://example.com', 'example.com:443'],
    ['https://example.com', 'Example.COM'],
    ['http://example.com', 'EXAMPLE.com:80'],
    ['https://example.com:8443', 'example.com:8443'],
    ['http://[::1]:3000', '[::1]:3000'],
  ])('from the host’s own origin: %s by Host: %s', (origin, host) => {
    expect(allowed({ origin, host })).toBe(true)
  })

  it.each([
    ['https://example.com', 'example.com:8443'],
    ['https://example.com:8443', 'example.com'],
    ['https://evil.example', 'example.com'],
    ['capacitor://example.com', 'example.com'],
    ['null', 'null'],
    ['https://example.com', 'example.com/@evil.example'],
    ['nonsense', 'nonsense'],
  ])('from no other: %s by Host: %s', (origin, host) => {
    expect(allowed({ origin, host })).toBe(false)
  })

  it('from an app whose origin is listed, and from no other one', () => {
    const origins = ['capacitor://localhost']
    expect(allowed({ origin: 'capacitor://localhost', host: 'example.com' }, origins)).toBe(true)
    expect(allowed({ origin: 'ionic://localhost', host: 'example.com' }, origins)).toBe(false)
  })

  it('from anywhere with a bearer token and no cookie', () => {
    const foreign = { origin: 'https://elsewhere.example', host: 'example.com' }
    expect(allowed({ ...foreign, authorization: 'Bearer abc' })).toBe(true)
    expect(allowed({ ...foreign, authorization: 'Bearer abc', cookie: 'sid=1' })).toBe(false)
    expect(allowed({ ...foreign, authorization: 'Bearer ' })).toBe(false)
    // What browsers add by themselves.
    expect(allowed({ ...foreign, authorization: 'Basic abc' })).toBe(false)
    expect(allowed(foreign)).toBe(false)
  })
})

describe.each([
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
])('behind a proxy, in %s,', (_, engine) => {
  const forwarded = { host: 'app:3000', 'x-forwarded-host': 'example.com, inner.example' }
  const request = (remoteAddress: string, server?: unknown) =>
    ({ headers: forwarded, socket: { remoteAddress, server } }) as never

  it('the host is what a proxy says that the app trusts, and what came else', () => {
    const app = engine()
    const hostApp = new HostApp(standInApp())
    expect(hostApp.hostOf(request('10.0.0.1'))).toBe('app:3000')
    hostApp.set(app)
    expect(hostApp.hostOf(request('10.0.0.1'))).toBe('app:3000')
    app.set('trust proxy', '10.0.0.1')
    expect(hostApp.hostOf(request('10.0.0.1'))).toBe('example.com')
    expect(hostApp.hostOf(request('10.0.0.2'))).toBe('app:3000')
  })

  it('the app is found on its server before a request came', () => {
    const app = engine().set('trust proxy', true)
    const hostApp = new HostApp(standInApp())
    expect(hostApp.hostOf(request('10.0.0.1', createServer(app)))).toBe('example.com')
  })
})

it('a page of the host’s opens a socket through a proxy that the app trusts, and through no other', async () => {
  const { prisma } = await givenDatabase()
  const host = await startHost({ prisma })
  onTestFinished(() => host.close())
  const headers = { ...handshake, 'X-User': 'alice', Origin: 'https://example.com', 'X-Forwarded-Host': 'example.com' }
  const opening = () => ask(host.origin, { path: '/chat/ws', headers, body: '\x88\x80\0\0\0\0' })
  expect((await opening()).status).toBe(403)
  host.app.set('trust proxy', 'loopback')
  expect((await opening()).status).toBe(101)
})

describe('a router that is not where `path` says', () => {
  /** The log of an app that mounts the chat somewhere, after some requests to it. */
  async function logOf(
    mount: string,
    paths: { path?: string; publicPath?: string },
    headers: Record<string, string> = {},
  ) {
    const { prisma } = await givenDatabase()
    const said: string[] = []
    const logger = { warn: () => undefined, error: (line: string) => said.push(line) }
    const chat = createChatRouter({ resolveUser: userOfHeader, prisma, secret, logger, ...paths })
    const api = express.Router()
    api.use(mount, chat.router)
    const server = createServer(express().use('/api', api))
    chat.attach(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(async () => {
      await chat.close()
      server.closeAllConnections()
      server.close()
    })
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    for (let n = 0; n < 2; n += 1) {
      const answer = await fetch(`${origin}/api${mount}/users/me`, { headers: { 'x-user': 'alice', ...headers } })
      expect(answer.status).toBe(200)
    }
    const document = await fetch(`${origin}/api${mount}/openapi.json`)
    const { servers } = (await document.json()) as { servers: { url: string }[] }
    return {
      said,
      url: servers[0]?.url,
      upgrade: (path: string) => ask(origin, { path, headers: { ...handshake, 'X-User': 'alice' } }),
    }
  }

  it('says so at the first request, once, with the mend', async () => {
    const { said } = await logOf('/chat', {})
    expect(said).toEqual([
      expect.stringMatching(
        /mounted at \/api\/chat, but `path` says \/chat.*give createChatRouter path: '\/api\/chat'; `path` is where/,
      ),
    ])
  })

  it('says so where a proxy takes a prefix away, and says what it was', async () => {
    const headers = { 'x-forwarded-prefix': '/site/' }
    const { said } = await logOf('/chat', { path: '/api/chat' }, headers)
    expect(said).toEqual([
      expect.stringMatching(/took \/site away .* give createChatRouter publicPath: '\/site\/api\/chat'/),
    ])
    const mended = await logOf('/chat', { path: '/api/chat', publicPath: '/site/api/chat' }, headers)
    expect(mended).toMatchObject({ said: [], url: '/site/api/chat' })
  })

  it('says nothing where it is there, whatever strangers say of it', async () => {
    const { said } = await logOf('/Chat', { path: '/api/chat' }, { 'x-forwarded-prefix': 'https://evil.example/' })
    expect(said).toEqual([])
  })

  it('says so to an upgrade of our protocol that nobody takes', async () => {
    const { said, upgrade } = await logOf('/chat', { path: '/api/chat' })
    expect((await upgrade('/chat/ws')).status).toBe(404)
    expect(said).toEqual([
      expect.stringMatching(/a socket was asked for at \/chat\/ws, and ours are at \/api\/chat\/ws; `path` is/),
    ])
  })
})
