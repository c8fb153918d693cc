import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { clientsOf } from '../databases/clients.js'
import { newRun } from '../databases/names.js'
import { postgresql } from '../databases/postgresql.js'
import { longMs } from '../patience.js'
import { type Client, clientOf } from './api.js'
import { type Example, freePort, runNode, temporaryFolder } from './process.js'

const place = inject('databases').find(({ name }) => name === 'postgresql')?.place
const redis = inject('redis')

/** Four processes, on a machine that is busy with other tests. */
const startsMs = 120_000

const runCluster = (env: Record<string, string>): Example =>
  runNode(['--import', 'tsx', 'examples/cluster/server.ts'], env)

describe.runIf(place && redis)('npm run cluster', { timeout: 3 * startsMs }, () => {
  const engine = postgresql(place as string, newRun())
  // Redis is shared with whoever else uses it: another secret, in another folder, keeps them apart.
  let cluster: Example
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let databaseUrl: string
  let ports: number[]
  let roomId: string
  const tokens = new Map<string, string>()

  beforeAll(async () => {
    folder = await temporaryFolder()
    await engine.prepare()
    databaseUrl = await engine.create()
    // In any order.
    ports = [await freePort(), await freePort(), await freePort()].reverse()
    cluster = runCluster({
      PORTS: ports.join(),
      DATA: folder.path,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis,
      RATE_FACTOR: '1000',
    })
    await cluster.printed(/starting the servers/)
    for (const port of ports) await cluster.printed(new RegExp(`${port} runs`), startsMs)
    for (const name of ['Alice', 'Bob']) {
      const [, link = ''] = await cluster.printed(new RegExp(`${name}, at \\d+ +(http\\S+)`))
      roomId = new URL(link).pathname.split('/')[2] as string
      tokens.set(name, new URL(link).searchParams.get('token') ?? '')
    }
  }, 2 * startsMs)
  afterAll(async () => {
    await cluster?.end('SIGTERM')
    await engine.clean()
    await folder?.remove()
  }, longMs)

  const at = (n: number, name: string): Client => clientOf(`http://localhost:${ports[n]}`, tokens.get(name) ?? '')

  it('lets people at different servers hear, see typing and find each other', async () => {
    const alice = await at(0, 'Alice').socket()
    // Before he comes: who is at another server is known here once that has said so, and not with his socket.
    await alice.command('presence.watch', { userIds: ['bob'] })
    const bob = await at(1, 'Bob').socket()
    expect(await alice.next('presence')).toMatchObject({ userId: 'bob', online: true })
    await bob.command('typing', { roomId, isTyping: true })
    // Never stored: only Redis can have told.
    expect(await alice.next('typing')).toMatchObject({ userIds: ['bob'] })
    await bob.command('message.send', { roomId, clientId: 'hello', text: 'Hello from the other server' })
    expect((await alice.next('message.created')).message.text).toBe('Hello from the other server')
    await bob.close()
    expect(await alice.next('presence')).toMatchObject({ userId: 'bob', online: false })
    await alice.close()
  })

  it('fails no request while its servers are restarted one after the other, under load', async () => {
    // What HTTP allows to be sent again: what was refused (503) or not connected at all, and, since it has a clientId,
    // a message whose answer was cut off. Anything else fails.
    const acknowledged: string[] = []
    const failed: unknown[] = []
    let moved = 0
    let isOver = false
    const send = async (writer: number, n: number): Promise<void> => {
      const clientId = `${writer}-${n}`
      for (let attempt = 0; attempt < 40; attempt += 1) {
        const client = at((writer + attempt) % ports.length, writer % 2 ? 'Alice' : 'Bob')
        const body = { text: clientId, clientId }
        const answer = await client.call('POST', `/chat/rooms/${roomId}/messages`, body).catch(() => undefined)
        if (answer && [200, 201].includes(answer.status)) {
          acknowledged.push(clientId)
          return
        }
        moved += 1
        if (answer && answer.status !== 503) failed.push(answer)
        await pause(50)
      }
      failed.push(`${clientId} was never taken`)
    }
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let n = 0; !isOver; n += 1) {
        await send(writer, n)
        await pause(10)
      }
    })
    const bob = await at(2, 'Bob').socket()
    for (const port of ports) {
      const [, pid] = await cluster.printed(new RegExp(`${port} runs, as process (\\d+)`))
      process.kill(Number(pid), 'SIGTERM')
      await cluster.printed(new RegExp(`${port} runs[^]*${port} runs, as process \\d+`), startsMs)
    }
    isOver = true
    await Promise.all(writers)
    expect((await bob.ended()).code).toBe(1012)
    expect(failed).toEqual([])
    expect(moved).toBeGreaterThan(0)
    expect(acknowledged.length).toBeGreaterThan(50)

    const prisma = (await clientsOf('postgresql'))(databaseUrl)
    const rows = await prisma.chatMessage.findMany({ where: { roomId }, orderBy: { seq: 'asc' } })
    await prisma.$disconnect()
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1))
    const stored = rows.flatMap(({ clientId }) => (clientId && clientId !== 'hello' ? [clientId] : []))
    expect(stored.sort()).toEqual(acknowledged.sort())
  })

  it('says what to do where it cannot start', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`
    const cases: [Record<string, string>, string][] = [
      [{ DATABASE_URL: `postgresql://postgres@${nowhere}/x` }, `PostgreSQL at ${nowhere} says: `],
      [{ DATABASE_URL: databaseUrl, REDIS_URL: `redis://${nowhere}` }, `Redis at ${nowhere} says: `],
      [{ PORTS: '3001,3001' }, 'PORTS is "3001,3001"; give two or more different ports'],
    ]
    for (const [env, message] of cases) {
      const example = runCluster({ DATA: folder.path, ...env })
      expect((await example.ended).code).toBe(1)
      expect(example.output).toContain(`The cluster cannot start: ${message}`)
      expect(example.output).not.toMatch(/^ +at /m)
    }
  })
})
