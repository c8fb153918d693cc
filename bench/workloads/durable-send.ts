import { contender, endAll, openLoad, type Running, start, startServer } from '../harness/contenders.js'
import { type BenchDatabase, postgresql, sqlite } from '../harness/databases.js'
import { alternate, type Contender, type Numbers, type Results } from '../harness/measure.js'
import { seed, seedHandler } from '../harness/seed.js'
import { rounded, times } from '../harness/text.js'
import type { SendersOptions } from '../load/senders.js'
import type { DriverOptions } from '../servers/driver.js'
import type { ExpressChatOptions } from '../servers/express-chat.js'
import type { HandlerOptions } from '../servers/handler.js'
import type { Scale, Table, Target, Workload } from '../workload.js'

const most = 64
/** Everyone has a room of their own, and all are in one. */
const rooms = [
  ...Array.from({ length: most }, (_, n) => ({ id: `own-${n}`, members: 1, first: n })),
  { id: 'room-0', members: most },
]
const senders = (count: number, where: 'many' | 'one') =>
  Array.from({ length: count }, (_, n) => ({ userId: `u${n}`, roomId: where === 'one' ? 'room-0' : `own-${n}` }))

const chatPost = { post: '/chat/rooms/:roomId/messages' }
const handlerPost = { post: '/rooms/:roomId/messages' }

export const durableSend: Workload = {
  name: 'durable-send',
  title: 'Durable send',
  about:
    'People send, wait until the message is committed, and send again. The hand-written handler (Express, socket.io, Prisma or pg) checks the membership, inserts and emits; the bare driver only commits rows, one each, with as many connections as senders.',
  async run(scale) {
    const onPostgresql = await postgresqlPart(scale)
    const onSqlite = await sqlitePart(scale)
    return {
      tables: [...onPostgresql.tables, ...onSqlite.tables],
      targets: [...onPostgresql.targets, ...onSqlite.targets],
    }
  },
}

async function postgresqlPart(scale: Scale): Promise<{ tables: Table[]; targets: Target[] }> {
  const [ours, theirs] = [await postgresql('prisma/postgresql.sql'), await postgresql('bench/peers/handler.sql')]
  await seed(ours, rooms)
  await seedHandler(theirs, rooms)
  const chat = await startServer('express-chat', { database: 'postgresql', url: ours.url } satisfies ExpressChatOptions)
  const handler = await startServer('handler', { url: theirs.url, store: 'prisma' } satisfies HandlerOptions)
  const byHand = await startServer('handler', { url: theirs.url, store: 'pg' } satisfies HandlerOptions)
  const load = loadOf(scale)
  const at = async (count: number): Promise<Results> =>
    alternate(
      [
        await load('socket, a room each', chat, { transport: 'chat', senders: senders(count, 'many') }),
        await load('socket, one room', chat, { transport: 'chat', senders: senders(count, 'one') }),
        await load('HTTP, a room each', chat, { transport: chatPost, senders: senders(count, 'many') }),
        await load('HTTP, one room', chat, { transport: chatPost, senders: senders(count, 'one') }),
        await load('handler on Prisma, HTTP', handler, { transport: handlerPost, senders: senders(count, 'many') }),
        await load('handler on Prisma, socket', handler, { transport: 'socket.io', senders: senders(count, 'many') }),
        await load('handler on pg, HTTP', byHand, { transport: handlerPost, senders: senders(count, 'many') }),
        driver('bare pg, a commit each', theirs, count, scale),
      ],
      scale.rounds,
    )
  const [one, some, all] = [await at(1), await at(16), await at(most)]
  await endAll()
  await Promise.all([ours.drop(), theirs.drop()])
  const bare = all.ratio('perSecond', 'socket, a room each', 'bare pg, a commit each')
  const hand = all.ratio('perSecond', 'socket, a room each', 'handler on Prisma, HTTP')
  const p99 = all.of('socket, a room each', 'p99')
  const oneRoom = all.ratio('perSecond', 'socket, one room', 'socket, a room each')
  const http = all.ratio('perSecond', 'HTTP, a room each', 'handler on Prisma, HTTP')
  const alone = one.ratio('perSecond', 'HTTP, a room each', 'handler on Prisma, HTTP')
  const where = 'PostgreSQL, 64 in flight'
  return {
    tables: [tableOf('PostgreSQL', [one, some, all], [1, 16, most])],
    targets: [
      {
        what: `Socket, a room each, ${where}, beside bare pg`,
        target: '≥ 1.4 ×',
        measured: times(bare),
        met: bare >= 1.4,
      },
      {
        what: `Socket, a room each, ${where}, beside the handler`,
        target: '≥ 9 ×',
        measured: times(hand),
        met: hand >= 9,
      },
      { what: `Socket, a room each, ${where}, p99`, target: '≤ 15 ms', measured: `${rounded(p99)} ms`, met: p99 <= 15 },
      {
        what: `Socket, all in one room, beside a room each`,
        target: '≥ 0.5 ×',
        measured: times(oneRoom),
        met: oneRoom >= 0.5,
      },
      { what: `HTTP, ${where}, beside the handler`, target: '≥ 2.7 ×', measured: times(http), met: http >= 2.7 },
      {
        what: 'HTTP, PostgreSQL, one sender, beside the handler',
        target: '≥ 1.5 ×',
        measured: times(alone),
        met: alone >= 1.5,
      },
    ],
  }
}

async function sqlitePart(scale: Scale): Promise<{ tables: Table[]; targets: Target[] }> {
  const tables: Table[] = []
  const targets: Target[] = []
  for (const synchronous of ['FULL', 'NORMAL'] as const) {
    const database = await sqlite()
    await seed(database, rooms)
    const { url } = database
    const chat = await startServer('express-chat', {
      database: 'sqlite',
      url,
      synchronous,
    } satisfies ExpressChatOptions)
    const bareDatabase = await sqlite()
    const load = loadOf(scale)
    const at = async (count: number): Promise<Results> =>
      alternate(
        [
          await load('socket, a room each', chat, { transport: 'chat', senders: senders(count, 'many') }),
          await load('socket, one room', chat, { transport: 'chat', senders: senders(count, 'one') }),
          await load('HTTP, a room each', chat, { transport: chatPost, senders: senders(count, 'many') }),
          driver('bare libsql, a commit each', bareDatabase, 1, scale, synchronous),
        ],
        scale.rounds,
      )
    const [one, some, all] = [await at(1), await at(16), await at(most)]
    await endAll()
    await Promise.all([database.drop(), bareDatabase.drop()])
    tables.push(tableOf(`SQLite, WAL, synchronous ${synchronous}`, [one, some, all], [1, 16, most]))
    if (synchronous === 'NORMAL') continue
    const bare = all.ratio('perSecond', 'socket, a room each', 'bare libsql, a commit each')
    targets.push({
      what: 'Socket, SQLite, synchronous FULL, 64 in flight, beside bare libsql',
      target: '≥ 2 ×',
      measured: times(bare),
      met: bare >= 2,
    })
  }
  return { tables, targets }
}

const loadOf =
  ({ seconds }: Scale) =>
  async (name: string, server: Running, people: Omit<SendersOptions, 'port'>): Promise<Contender> => {
    const clients = await openLoad('senders', server, people)
    return contender(name, server, clients, { warmUp: { seconds: seconds / 2 }, options: { seconds } })
  }

function driver(
  name: string,
  { name: database, url }: BenchDatabase,
  inFlight: number,
  { seconds }: Scale,
  synchronous: 'FULL' | 'NORMAL' = 'FULL',
): Contender {
  const child = start('servers/driver')
  const options: DriverOptions = { database, url, synchronous, inFlight, seconds }
  return { name, run: () => child.ask<Numbers>('commits', options) }
}

function tableOf(title: string, results: Results[], counts: number[]): Table {
  const [first] = results as [Results]
  return {
    title: `${title}: acknowledged messages a second (p99 in ms)`,
    columns: ['', ...counts.map((count) => `${count} in flight`)],
    rows: first.names.map((name) => [
      name,
      ...results.map((result) => `${rounded(result.of(name, 'perSecond'))} (${rounded(result.of(name, 'p99'))})`),
    ]),
  }
}
