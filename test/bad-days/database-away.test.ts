import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import { Server } from '../breakable/server.js'
import { clientsOf } from '../databases/clients.js'
import { engines } from '../databases/engines.js'
import { newRun } from '../databases/names.js'
import { databases } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { longMs } from '../patience.js'
import { givenGroup, quietLogger, ready } from '../realtime/given.js'
import { followed } from '../realtime/stream.js'

const servers = databases.map(({ name }) => name).filter((name) => name !== 'sqlite')

describe.each(servers)('while its own %s is away', { timeout: longMs }, (name) => {
  let server: Server
  let prisma: PrismaClient
  beforeAll(async () => {
    server = await Server.open(name)
    const engine = engines[name](server.url, newRun())
    await engine.prepare()
    prisma = (await clientsOf(name))(await engine.create())
  }, longMs)
  afterAll(async () => {
    await prisma?.$disconnect()
    await server?.close()
  }, longMs)

  async function givenHost(): Promise<TestHost> {
    const host = await startHost({ prisma }, { logger: quietLogger(), limits: { answerMs: 1_000, requestsAtOnce: 50 } })
    onTestFinished(() => host.close())
    await people(host, 'alice', 'bob')
    return host
  }

  async function goesAndReturns(host: TestHost, go: () => Promise<void> | void, back: () => Promise<void> | void) {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = [await ready(host, 'alice'), await ready(host, 'bob')]
    const post = (text: string) => host.as('alice').post(`/rooms/${roomId}/messages`, { text, clientId: text })
    expect((await post('before')).status).toBe(201)
    await go()
    const refused = await Promise.all([post('while'), host.as('bob').get('/rooms'), post('it'), post('is away')])
    for (const { status, body, headers } of refused) {
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '1'])
    }
    const command = await alice.command('message.send', { roomId, clientId: 'c', text: 'by socket' })
    expect(command).toMatchObject({ type: 'error', problem: { code: 'unavailable', retryAfter: 1 } })
    await back()
    await vi.waitFor(async () => expect((await post('after')).status).toBeLessThan(300), { interval: 100 })
    const heard = () => bob.events(roomId).map((event) => event.message?.text)
    await vi.waitFor(() => expect(heard()).toContain('after'))
    await vi.waitFor(() => ready(host, 'bob').then((socket) => socket.close()))
    // Asked again, each is there once, whether it had been stored or not.
    for (const text of ['while', 'it', 'is away']) expect((await post(text)).status).toBeLessThan(300)
    await bob.until(() => heard().includes('is away'), 'all of it')
    followed(bob.frames, roomId, bob.frames[0].rooms[roomId].revision)
    for (const text of ['before', 'while', 'it', 'is away', 'after']) {
      expect(await prisma.chatMessage.count({ where: { roomId, text } })).toBe(1)
    }
  }

  it('because it was killed: 503, and all is well again by itself', async () => {
    await goesAndReturns(
      await givenHost(),
      () => server.kill(),
      () => server.start(),
    )
  })

  it('because it hangs: 503 within the time for an answer, and all is well again by itself', async () => {
    await goesAndReturns(
      await givenHost(),
      () => server.stall(),
      () => server.resume(),
    )
  })

  it('and many ask: no more wait than may, the others are refused at once', async () => {
    const host = await givenHost()
    const roomId = await givenGroup(host, 'alice', 'bob')
    server.stall()
    const text = 'one of many'
    const post = () => host.as('alice').post(`/rooms/${roomId}/messages`, { text })
    const answers = await Promise.all(Array.from({ length: 120 }, post))
    server.resume()
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503))
    expect(answers.filter(({ body }) => /^too much .*is waiting/.test(body.detail)).length).toBeGreaterThanOrEqual(60)
    await vi.waitFor(async () => expect((await post()).status).toBe(201))
    expect(await prisma.chatMessage.count({ where: { text } })).toBeLessThanOrEqual(51)
  })
})
