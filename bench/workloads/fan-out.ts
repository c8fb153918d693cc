import { committer, contender, endAll, endLoads, openLoad, type Running, startServer } from '../harness/contenders.js'
import { dropAll, postgresql } from '../harness/databases.js'
import { alternate, type Contender, type Results } from '../harness/measure.js'
import { seed, seedHandler } from '../harness/seed.js'
import { atLeast, atMost } from '../harness/targets.js'
import { rounded } from '../harness/text.js'
import { startEjabberd, startProsody } from '../harness/xmpp.js'
import type { ProtocolName } from '../load/protocols.js'
import type { ExpressChatOptions } from '../servers/express-chat.js'
import type { HandlerOptions } from '../servers/handler.js'
import type { SocketIoRoomOptions } from '../servers/socket-io-room.js'
import type { WsRoomOptions } from '../servers/ws-room.js'
import type { Report, Scale, Table, Target, Workload } from '../workload.js'

const roomId = 'room-0'
const ours = 'express-chat, each one stored'
const bareCommit = 'bare pg, one commit'
const onPgName = 'handler on pg and socket.io'
const ejabberdName = 'ejabberd, its archive in PostgreSQL'
const shared = 'server, clients and PostgreSQL share two cores'
const perWrite =
  'a write to a socket costs the kernel some 8 µs here, and carries what one commit brought: less than all that is in flight'
const oneWrite = 'the commit comes first, and then each member is a write of its own: there is nothing to put together'

export const fanOut: Workload = {
  name: 'fan-out',
  title: 'Fan-out',
  about:
    'One room, one sender, and members who are connected. express-chat commits each message in PostgreSQL before it tells anyone; `ws` and socket.io store nothing. ejabberd and prosody are talked to in XMPP over WebSocket. The time is from the send until the last member has it; the CPU is that of the server process, for each delivery.',
  async run(scale) {
    const members = scale.quick ? [10] : [100, 500, 1000]
    const reports: Report[] = []
    for (const count of members) reports.push(await inMemory(scale, count))
    for (const count of [10, 100]) reports.push(await stored(scale, count))
    const missing = reports.flatMap(({ notes = [] }) => notes)
    return {
      tables: reports.flatMap(({ tables }) => tables),
      targets: reports.flatMap(({ targets }) => targets),
      notes: [`Not here: ${[...new Set(['uWebSockets.js, which is not on npm', ...missing])].join('; ')}.`],
    }
  },
}

/** Beside servers that store nothing. */
async function inMemory(scale: Scale, members: number): Promise<Report> {
  const database = await postgresql('prisma/postgresql.sql')
  await seed(database, [{ id: roomId, members: members + 1 }])
  const chat: ExpressChatOptions = { database: 'postgresql', url: database.url }
  const each: WsRoomOptions = { encode: 'each' }
  const once: WsRoomOptions = { encode: 'once' }
  const io: SocketIoRoomOptions = { rooms: 1 }
  const servers: [string, Running, ProtocolName][] = [
    [ours, await startServer('express-chat', chat), 'chat'],
    ['ws, encoded for each', await startServer('ws-room', each), 'ws'],
    ['ws, encoded once', await startServer('ws-room', once), 'ws'],
    ['socket.io room', await startServer('socket-io-room', io), 'socket.io'],
  ]
  const under = async (load: { inFlight?: number; rate?: number }): Promise<Results> => {
    const options = { ...load, seconds: scale.seconds }
    const contenders: Contender[] = []
    for (const [name, server, protocol] of servers) {
      const clients = await openLoad('fan-out', server, { protocol, roomId, members })
      const warmUp = { inFlight: 16, seconds: scale.seconds / 2 }
      contenders.push(await contender(name, server, clients, { warmUp, options }))
    }
    if (load.inFlight === 1) contenders.push(committer(bareCommit, database, 1, scale))
    const results = await alternate(contenders, scale.rounds)
    await endLoads()
    return results
  }
  const many = await under({ inFlight: 16 })
  const one = await under({ inFlight: 1 })
  const open = members === 500 ? await under({ rate: 200 }) : undefined
  await endAll()
  await database.drop()
  const tables = [tableOf(`${members} members, 16 in flight`, many), tableOf(`${members} members, 1 in flight`, one)]
  if (open) tables.push(tableOf(`${members} members, 200 messages a second whatever comes`, open))
  return { tables, targets: open ? targetsOf(many, one, open) : [] }
}

function targetsOf(many: Results, one: Results, open: Results): Target[] {
  const naive = many.ratio('perSecond', ours, 'ws, encoded for each')
  const io = many.ratio('perSecond', ours, 'socket.io room')
  const cpu = cpuOf(many, ours)
  const single = 1e6 / one.of(ours, 'perSecond')
  const p99 = open.of(ours, 'p99')
  return [
    atLeast({ what: '500 members, 16 in flight, beside naive ws', measured: naive, limit: 5, why: shared }),
    atLeast({ what: '500 members, 16 in flight, beside socket.io', measured: io, limit: 6, why: perWrite }),
    atMost({
      what: '500 members, 16 in flight, server CPU a delivery',
      measured: cpu,
      limit: 1.5,
      unit: 'µs',
      why: perWrite,
    }),
    atMost({
      what: '500 members, 1 in flight, time a delivery',
      measured: single,
      limit: 8,
      unit: 'µs',
      why: oneWrite,
    }),
    atMost({
      what: '500 members, 1 in flight, p50, naive ws and a bare commit allowed',
      measured: one.of(ours, 'p50'),
      limit: one.of('ws, encoded for each', 'p50') + one.of(bareCommit, 'p50'),
      unit: 'ms',
      why: oneWrite,
    }),
    atMost({ what: '500 members, 200 messages a second, p99', measured: p99, limit: 30, unit: 'ms', why: perWrite }),
  ]
}

/** Beside handlers and servers that store it too. */
async function stored(scale: Scale, members: number): Promise<Report> {
  const [own, theirs] = [await postgresql('prisma/postgresql.sql'), await postgresql('bench/peers/handler.sql')]
  await seed(own, [{ id: roomId, members: members + 1 }])
  await seedHandler(theirs, [{ id: roomId, members: members + 1 }])
  const chat: ExpressChatOptions = { database: 'postgresql', url: own.url }
  const onPrisma: HandlerOptions = { url: theirs.url, store: 'prisma' }
  const onPg: HandlerOptions = { url: theirs.url, store: 'pg' }
  const servers: [string, Running, ProtocolName][] = [
    [ours, await startServer('express-chat', chat), 'chat'],
    ['handler on Prisma and socket.io', await startServer('handler', onPrisma), 'socket.io'],
    [onPgName, await startServer('handler', onPg), 'socket.io'],
  ]
  const [ejabberd, prosody] = [await startEjabberd(), await startProsody()]
  if ('server' in ejabberd) servers.push([ejabberdName, ejabberd.server, 'xmpp'])
  if ('server' in prosody) servers.push(['prosody, its archive in files', prosody.server, 'xmpp'])
  const contenders: Contender[] = []
  for (const [name, server, protocol] of servers) {
    const clients = await openLoad('fan-out', server, { protocol, roomId, members })
    const options = { inFlight: 64, seconds: scale.seconds }
    contenders.push(await contender(name, server, clients, { warmUp: options, options }))
  }
  const results = await alternate(contenders, scale.rounds)
  if ('server' in ejabberd && (await ejabberd.stored()) < results.of(ejabberdName, 'deliveries') / members)
    throw new Error('ejabberd delivered what it did not store')
  await endAll()
  await dropAll()
  const beside = (name: string, what: string, limit: number): Target => {
    const measured = results.ratio('perSecond', ours, name)
    return atLeast({ what: `${members} members, stored first, beside ${what}`, measured, limit, why: shared })
  }
  return {
    tables: [tableOf(`${members} members, 64 in flight, all store first`, results)],
    targets: [
      beside(onPgName, 'the handler on pg', 3),
      ...('server' in ejabberd ? [beside(ejabberdName, 'ejabberd', 9)] : []),
    ],
    notes: [ejabberd, prosody].flatMap((rooms) => ('missing' in rooms ? [rooms.missing] : [])),
  }
}

const cpuOf = (results: Results, name: string): number =>
  (1000 * results.of(name, 'cpuMs')) / results.of(name, 'deliveries')

function tableOf(title: string, results: Results): Table {
  return {
    title,
    columns: ['', 'deliveries a second', 'CPU a delivery, µs', 'p50, ms', 'p99, ms'],
    rows: results.names.map((name) => [
      name,
      rounded(results.of(name, 'perSecond')),
      rounded(cpuOf(results, name)),
      rounded(results.of(name, 'p50')),
      rounded(results.of(name, 'p99')),
    ]),
  }
}
