import { createServer, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import cors from 'cors'
import express from 'express'
import { createChatRouter } from 'express-chat'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { isHere, startProxy } from '../docs/proxies.js'
import { secret, userOfHeader } from '../host.js'
import { quietLogger } from '../realtime/given.js'
import { examined, healthyApp } from './given.js'

const app = 'https://app.example.com'

/** A chat that runs. */
async function startChat(
  options: { origins?: string[]; cors?: object; isAttached?: boolean; problems?: boolean } = {},
): Promise<string> {
  const database = await (databases[0] as TestDatabase).open()
  const { origins = [] } = options
  const chat = createChatRouter({
    prisma: database.prisma,
    secret,
    resolveUser: userOfHeader,
    origins,
    logger: quietLogger(),
  })
  const host = express().use('/chat', ...(options.cors ? [cors(options.cors)] : []), chat.router)
  // As an app may answer that has its own problems.
  if (options.problems) {
    host.use((_request, response) => void response.status(404).type('application/problem+json').send({ code: 'none' }))
  }
  const server = createServer(host)
  if (options.isAttached !== false) chat.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await chat.close()
    server.closeAllConnections()
    server.close()
    await database.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Something before it that passes on what it likes. */
async function startProxyLike(origin: string, passes: { upgrades: boolean; host: boolean }): Promise<string> {
  const target = new URL(origin)
  const headersOf = ({ headers }: IncomingMessage) => (passes.host ? headers : { ...headers, host: 'backend.internal' })
  const server = createServer((incoming, outgoing) => {
    const { upgrade: _, connection: __, ...headers } = headersOf(incoming)
    const asked = request({ port: target.port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(asked)
  })
  if (passes.upgrades) {
    server.on('upgrade', (incoming, socket) => {
      const lines = Object.entries(headersOf(incoming)).map(([name, value]) => `${name}: ${value}`)
      const behind = connect(Number(target.port), '127.0.0.1', () => {
        behind.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      })
      behind.pipe(socket).pipe(behind)
    })
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const look = async (origin: string, ...args: string[]) => {
  const { findings } = await examined(healthyApp('sqlite'), ['--url', `${origin}/chat/`, ...args])
  return findings.map(({ level, about, what }) => `${level} ${about}: ${what}`)
}

describe('the doctor asks a chat that runs', () => {
  it('and finds nothing where sockets are let in, whoever asks', async () => {
    const origin = await startChat()
    expect(await look(origin)).toEqual([])
    expect(await look(origin, '--header', 'X-User: alice')).toEqual([])
  })

  it.runIf(isHere('nginx'))('and finds nothing behind nginx, as the page on hosts has it', async () => {
    const proxy = await startProxy('nginx', await startChat())
    expect(await look(proxy.origin)).toEqual([])
    expect(await look(proxy.origin, '--header', 'X-User: alice')).toEqual([])
    await proxy.close()
  })

  it('and finds what passes no upgrades on, or was never attached', async () => {
    const origin = await startChat()
    const proxy = await startProxyLike(origin, { upgrades: false, host: true })
    const expected = [
      expect.stringMatching(/^wrong site: no upgrade gets to the chat: .*\/chat\/ws is answered with 40\d/),
    ]
    expect(await look(proxy)).toEqual(expected)
    expect(await look(proxy, '--header', 'X-User: alice')).toEqual(expected)
    expect(await look(await startChat({ isAttached: false }))).toEqual([
      expect.stringContaining('no upgrade gets to the chat'),
    ])
    expect(await look(await startChat({ isAttached: false, problems: true }))).toEqual([
      expect.stringContaining('no upgrade gets to the chat'),
    ])
  })

  it('and finds what passes another Host on', async () => {
    const proxy = await startProxyLike(await startChat(), { upgrades: true, host: false })
    expect(await look(proxy)).toEqual(['wrong site: the chat takes pages of its own site for those of another'])
  })

  it('and finds no chat, or nothing at all', async () => {
    const origin = await startChat()
    expect(await look(`${origin}/elsewhere`)).toEqual([expect.stringContaining('is not answered by a chat (404)')])
    expect(await look('http://127.0.0.1:1')).toEqual([expect.stringMatching(/nothing answers at .*ECONNREFUSED/)])
  })

  it('and finds what keeps pages of another site out', async () => {
    const closed = await startChat()
    expect(await look(closed, '--origin', app)).toEqual([
      `wrong site: pages of ${app} may not ask the chat: it allows nothing`,
      `wrong site: pages of ${app} get no sockets`,
    ])
    const half = await startChat({ origins: [app], cors: { origin: app } })
    expect(await look(half, '--origin', app)).toEqual([
      `advice site: pages of ${app} may not send cookies`,
      `advice site: pages of ${app} do not see Retry-After`,
    ])
    const open = await startChat({
      origins: [app],
      cors: { origin: app, credentials: true, exposedHeaders: ['Retry-After'] },
    })
    expect(await look(open, '--origin', app)).toEqual([])
  })
})
