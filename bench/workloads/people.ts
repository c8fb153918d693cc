import { committer, endAll, endLoads, openLoad, type Running, startServer } from '../harness/contenders.js'
import { backendsCpu, cpuBetween } from '../harness/cpu.js'
import { type BenchDatabase, dropAll, postgresql, sqlite } from '../harness/databases.js'
import { alternate, type Contender, type Numbers, type Results } from '../harness/measure.js'
import type { Child } from '../harness/process.js'
import { numbersOf, type SeededRoom, seed, seedHandler } from '../harness/seed.js'
import { atLeast, atMost } from '../harness/targets.js'
import { rounded } from '../harness/text.js'
import { startEjabberd } from '../harness/xmpp.js'
import type { PeopledRoom } from '../load/people.js'
import type { ProtocolName } from '../load/protocols.js'
import type { ExpressChatOptions } from '../servers/express-chat.js'
import type { HandlerOptions } from '../servers/handler.js'
import type { Usage } from '../servers/serve.js'
import type { Report, Scale, Table, Target, Workload } from '../workload.js'

const boundMs = 100
const rates = { postgresql: [250, 500, 1000, 2000, 4000, 8000], sqlite: [125, 250, 500, 1000, 2000, 4000] }
const ours = 'express-chat'
const onPrisma = 'handler on Prisma and socket.io'
const onPg = 'handler on pg and socket.io'
const ejabberdName = 'ejabberd, its archive in PostgreSQL'
const bareCommit = 'bare pg, one commit'

export const people: Workload = {
  name: 'people',
  title: 'People',
  about:
    '2,000 people are connected, in 1,000 rooms of 8 and 5 of 200; each message comes from a random member of a random room, who has been silent for a second (from 2,000 messages a second on, when not enough have been: for as long as anybody of some thirty). So many messages a second come whatever became of the ones before, at random intervals, and the time is from when a message was due until the last member has it, who are 9 on average and all connected. The rate doubles until p99 passes 100 ms; then two rates between the last two are tried, each the geometric mean of the best within the bound and the least beyond. The CPU is that of the server process, and of the backends of PostgreSQL that serve it, for each message; the load is a process of its own.',
  async run(scale) {
    const onPostgresql = await postgresqlPart(scale)
    const onSqlite = await sqlitePart(scale)
    return {
      tables: [...onPostgresql.tables, ...onSqlite.tables],
      targets: onPostgresql.targets,
      notes: [...(onPostgresql.notes ?? []), ...(onSqlite.notes ?? [])],
    }
  },
}

/** Rooms that overlap, so that each is in four small ones, and each tenth in a large one. */
function roomsOf({ quick }: Scale): SeededRoom[] {
  const [users, small, large, many] = quick ? [40, 20, 1, 20] : [2000, 1000, 5, 200]
  return [
    ...Array.from({ length: small }, (_, n) => ({ id: `room-${n}`, members: 8, first: (2 * n) % (users - 7) })),
    ...Array.from({ length: large }, (_, n) => ({ id: `large-${n}`, members: many, first: (n * users) / large })),
  ]
}

const peopled = (room: SeededRoom): PeopledRoom => ({ id: room.id, people: numbersOf(room) })

async function postgresqlPart(scale: Scale): Promise<Report> {
  const rooms = roomsOf(scale)
  const [own, theirs] = [await postgresql('prisma/postgresql.sql'), await postgresql('bench/peers/handler.sql')]
  const third = await postgresql('bench/peers/handler.sql')
  await seed(own, rooms)
  for (const database of [theirs, third]) await seedHandler(database, rooms)
  const chat: ExpressChatOptions = { database: 'postgresql', url: own.url }
  const prisma: HandlerOptions = { url: theirs.url, store: 'prisma' }
  const pg: HandlerOptions = { url: third.url, store: 'pg' }
  const servers: Server[] = [
    { name: ours, protocol: 'chat', database: own, server: await startServer('express-chat', chat) },
    { name: onPrisma, protocol: 'socket.io', database: theirs, server: await startServer('handler', prisma) },
    { name: onPg, protocol: 'socket.io', database: third, server: await startServer('handler', pg) },
  ]
  const ejabberd = await startEjabberd()
  if ('server' in ejabberd) servers.push({ name: ejabberdName, protocol: 'xmpp', ...ejabberd })
  const steps = rates.postgresql.slice(0, scale.quick ? 1 : undefined)
  const contenders: Contender[] = []
  for (const server of servers) contenders.push(await climber(server, rooms, steps, scale))
  const results = await alternate([...contenders, committer(bareCommit, own, 1, scale)], scale.rounds)
  await endLoads()
  await endAll()
  await dropAll()
  const { tables, notes } = tablesOf('PostgreSQL', results, steps)
  return {
    tables,
    targets: targetsOf(results),
    notes: [...notes, ...('missing' in ejabberd ? [`Not here: ${ejabberd.missing}.`] : [])],
  }
}

async function sqlitePart(scale: Scale): Promise<Report> {
  const rooms = roomsOf(scale)
  const steps = rates.sqlite.slice(0, scale.quick ? 1 : undefined)
  const database = await sqlite()
  await seed(database, rooms)
  const chat: ExpressChatOptions = { database: 'sqlite', url: database.url }
  const server = await startServer('express-chat', chat)
  const contender = await climber({ name: ours, protocol: 'chat', server }, rooms, steps, scale)
  const results = await alternate([contender], scale.rounds)
  await endLoads()
  await endAll()
  await database.drop()
  return { ...tablesOf('SQLite, WAL, synchronous FULL, in the server process', results, steps), targets: [] }
}

interface Server {
  name: string
  protocol: ProtocolName
  server: Running
  /** Whose CPU is told, where it is not the server's own. */
  database?: BenchDatabase
}

/** Climbs from rate to rate until the bound is passed, and then comes as near to it as two more steps bring it. */
async function climber(
  { name, protocol, server, database }: Server,
  rooms: SeededRoom[],
  steps: number[],
  scale: Scale,
): Promise<Contender> {
  const load = await openLoad('people', server, { protocol, rooms: rooms.map(peopled) })
  const seconds = scale.quick ? 0.5 : 4
  await load.ask('run', { rate: 100, seconds: scale.quick ? 0.2 : 3 })
  const at = (rate: number) => measured(load, server, database, { rate, seconds })
  return {
    name,
    async run() {
      const all: Numbers = {}
      let [best, beyond] = [0, Number.POSITIVE_INFINITY]
      const tryAt = async (rate: number) => {
        const numbers = await at(rate)
        for (const [what, value] of Object.entries(numbers)) all[`${what} at ${rate}`] = value
        if ((numbers.p99 ?? Number.NaN) <= boundMs) best = rate
        else beyond = rate
      }
      for (const rate of steps) if (beyond === Number.POSITIVE_INFINITY) await tryAt(rate)
      // Whoever does not even carry the first.
      for (let rate = (steps[0] ?? 0) / 2; best === 0 && rate > 10 && !scale.quick; rate /= 2) await tryAt(rate)
      if (!scale.quick && Number.isFinite(beyond)) {
        for (let n = 0; n < 2; n += 1) await tryAt(Math.round(Math.sqrt(best * beyond)))
      }
      return { ...all, best }
    },
  }
}

async function measured(
  load: Child,
  { child }: Running,
  database: BenchDatabase | undefined,
  options: { rate: number; seconds: number },
): Promise<Numbers> {
  const backends = await (database ? backendsCpu(database) : undefined)
  const before = await child.ask<Usage>('usage')
  const { sent = Number.NaN, loadCpuMs = 0, sentMs = 1, ...numbers } = await load.ask<Numbers>('run', options)
  const after = await child.ask<Usage>('usage')
  const databaseMs = database && backends ? cpuBetween(backends, await backendsCpu(database)) : 0
  return {
    ...numbers,
    serverUs: ((after.cpuMs - before.cpuMs) * 1000) / sent,
    databaseUs: (databaseMs * 1000) / sent,
    loadShare: loadCpuMs / sentMs,
  }
}

function targetsOf(results: Results): Target[] {
  const why = 'server, clients and PostgreSQL share two cores'
  return [
    atLeast({
      what: 'People, PostgreSQL, highest rate, beside the handler on Prisma',
      measured: results.ratio('best', ours, onPrisma),
      ...{ limit: 6, why },
    }),
    atLeast({
      what: 'People, PostgreSQL, highest rate, beside the handler on pg',
      measured: results.ratio('best', ours, onPg),
      ...{ limit: 3, why },
    }),
    atMost({
      what: 'People, PostgreSQL, 250 messages a second, p50, a bare commit and 2 ms allowed',
      measured: results.of(ours, 'p50 at 250'),
      ...{ limit: results.of(bareCommit, 'p50') + 2, unit: 'ms', why },
    }),
  ]
}

function tablesOf(title: string, results: Results, steps: number[]): { tables: Table[]; notes: string[] } {
  const names = results.names.filter((name) => name !== bareCommit)
  const cell = (name: string, rate: number, ...what: string[]) => {
    const values = what.map((each) => results.of(name, `${each} at ${rate}`))
    return values.every(Number.isNaN) ? '–' : values.map((value) => (value > 1e6 ? 'lost' : rounded(value))).join(' / ')
  }
  const columns = ['messages a second', ...steps.map((rate) => rounded(rate))]
  const rows = (...what: string[]) => names.map((name) => [name, ...steps.map((rate) => cell(name, rate, ...what))])
  const lates = steps.map((rate) => results.of(ours, `lateP99 at ${rate}`)).filter(Number.isFinite)
  const shares = steps.map((rate) => results.of(ours, `loadShare at ${rate}`)).filter(Number.isFinite)
  return {
    tables: [
      {
        title: `${title}: most messages a second within ${boundMs} ms`,
        columns: ['', 'messages a second'],
        rows: names.map((name) => [name, rounded(results.of(name, 'best'))]),
      },
      { title: `${title}: p50 / p99 in ms until the last member has it`, columns, rows: rows('p50', 'p99') },
      { title: `${title}: CPU of server / database, µs a message`, columns, rows: rows('serverUs', 'databaseUs') },
    ],
    notes: [
      `${title}: the load itself took ${rounded(Math.max(...shares))} of a core at most beside ${ours}, and was late by ${rounded(Math.max(...lates))} ms at most (p99), which counts as a wait.`,
    ],
  }
}
