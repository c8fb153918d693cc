import { committer, contender, endAll, openLoad, type Running, startServer } from '../harness/contenders.js'
import { postgresql, sqlite } from '../harness/databases.js'
import { alternate, type Contender, type Results } from '../harness/measure.js'
import { seed, seedHandler } from '../harness/seed.js'
import { atLeast, atMost } from '../harness/targets.js'
import { rounded } from '../harness/text.js'
import type { SendersOptions } from '../load/senders.js'
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
    'Up to 64 people send, wait until the message is committed, and each send again within milliseconds: nobody does that, so this tells what the write path can take, and `people` what a chat can. The hand-written handler (Express, socket.io, Prisma or pg) checks the membership, inserts and emits; the bare driver only commits rows, one each, with as many connections as senders.',
  async run(scale) {
    const onPostgresql = await postgresqlPart(scale)
    const subscribed = await subscriptionPart(scale)
    const onSqlite = await sqlitePart(scale)
    return {
      tables: [...onPostgresql.tables, subscribed, ...onSqlite.tables],
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
        committer('bare pg, a commit each', theirs, count, scale),
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
  const shared = 'server, clients and PostgreSQL share two cores'
  return {
    tables: [tableOf('PostgreSQL', [one, some, all], [1, 16, most])],
    targets: [
      atLeast({
        what: `Socket, a room each, ${where}, beside bare pg`,
        measured: bare,
        limit: 1.4,
        why: `${shared}; a message is a frame in, two frames out, and its share of a statement that keeps four indexes and a foreign key, where the bare driver has one index`,
      }),
      atLeast({
        what: `Socket, a room each, ${where}, beside the handler`,
        measured: hand,
        limit: 9,
        why: shared,
      }),
      atMost({ what: `Socket, a room each, ${where}, p99`, measured: p99, limit: 15, unit: 'ms', why: shared }),
      atLeast({ what: `Socket, all in one room beside a room each, ${where}`, measured: oneRoom, limit: 0.5 }),
      atLeast({ what: `HTTP, ${where}, beside the handler`, measured: http, limit: 2.7 }),
      atLeast({
        what: 'HTTP, PostgreSQL, one sender, beside the handler',
        measured: alone,
        limit: 1.5,
        why: 'alone there is nothing to share: two statements through Express and Prisma, beside four small ones',
      }),
    ],
  }
}

/** What a durable subscription costs those who send. */
async function subscriptionPart(scale: Scale): Promise<Table> {
  // A database each: a subscription tells what other servers have committed, too.
  const [without, within] = [await postgresql('prisma/postgresql.sql'), await postgresql('prisma/postgresql.sql')]
  const start = async ({ url }: { url: string }, subscribes: boolean) =>
    startServer('express-chat', { database: 'postgresql', url, subscribes } satisfies ExpressChatOptions)
  for (const database of [without, within]) await seed(database, rooms)
  const [chat, telling] = [await start(without, false), await start(within, true)]
  const load = loadOf(scale)
  const at = async (count: number): Promise<Results> => {
    const people = { transport: 'chat', senders: senders(count, 'many') } as const
    const contenders = [
      await load('without a subscription', chat, people),
      await load('with a durable subscription', telling, people),
    ]
    return alternate(contenders, scale.rounds)
  }
  const results = [await at(1), await at(16), await at(most)]
  await endAll()
  await Promise.all([without.drop(), within.drop()])
  return tableOf('PostgreSQL, a room each, over sockets', results, [1, 16, most])
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
          committer('bare libsql, a commit each', bareDatabase, 1, scale, synchronous),
        ],
        scale.rounds,
      )
    const [one, some, all] = [await at(1), await at(16), await at(most)]
    await endAll()
    await Promise.all([database.drop(), bareDatabase.drop()])
    tables.push(tableOf(`SQLite, WAL, synchronous ${synchronous}`, [one, some, all], [1, 16, most]))
    if (synchronous === 'NORMAL') continue
    const bare = all.ratio('perSecond', 'socket, a room each', 'bare libsql, a commit each')
    targets.push(
      atLeast({
        what: 'Socket, SQLite, synchronous FULL, 64 in flight, beside bare libsql',
        measured: bare,
        limit: 2,
        why: 'the embedded database works in the thread that serves the sockets',
      }),
    )
  }
  return { tables, targets }
}

const loadOf =
  ({ seconds }: Scale) =>
  async (name: string, server: Running, people: Omit<SendersOptions, 'port'>): Promise<Contender> => {
    const clients = await openLoad('senders', server, people)
    return contender(name, server, clients, { warmUp: { seconds: seconds / 2 }, options: { seconds } })
  }

function tableOf(title: string, results: Results[], counts: number[]): Table {
  const [first] = results as [Results]
  return {
    title: `${title}: acknowledged messages a second of people who each send again within ms (p99 in ms)`,
    columns: ['', ...counts.map((count) => `${count} in flight`)],
    rows: first.names.map((name) => [
      name,
      ...results.map((result) => `${rounded(result.of(name, 'perSecond'))} (${rounded(result.of(name, 'p99'))})`),
    ]),
  }
}
