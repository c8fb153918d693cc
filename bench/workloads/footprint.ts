import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { endAll, start, startServer } from '../harness/contenders.js'
import { postgresql } from '../harness/databases.js'
import { alternate, type Contender } from '../harness/measure.js'
import { residentWith, type Sockets } from '../harness/resident.js'
import { seed } from '../harness/seed.js'
import { atMost } from '../harness/targets.js'
import { rounded } from '../harness/text.js'
import type { ExpressChatOptions } from '../servers/express-chat.js'
import type { SocketIoRoomOptions } from '../servers/socket-io-room.js'
import type { WsRoomOptions } from '../servers/ws-room.js'
import type { Report, Scale, Workload } from '../workload.js'

const run = promisify(execFile)

export const footprint: Workload = {
  name: 'footprint',
  title: 'Memory, start and install',
  about:
    'What a connected socket that does nothing keeps resident, after garbage collection; how long a process takes from its start to its first answer out of the database; what `npm install` of the package brings.',
  async run(scale) {
    const reports = [await memory(scale), await coldStart(scale), await install(scale)]
    return { tables: reports.flatMap(({ tables }) => tables), targets: reports.flatMap(({ targets }) => targets) }
  },
}

async function memory({ quick, rounds }: Scale): Promise<Report> {
  const sockets = quick ? 100 : 5000
  // Ten rooms for each, of those who connect at the same time: rooms of 500.
  const perRoom = sockets / 10
  const rooms = Array.from({ length: 100 }, (_, n) => ({
    id: `room-${n}`,
    members: perRoom,
    first: (n % 10) * perRoom,
  }))
  const database = await postgresql('prisma/postgresql.sql')
  await seed(database, rooms)
  const chat: ExpressChatOptions = { database: 'postgresql', url: database.url }
  const io: SocketIoRoomOptions = { rooms: 0 }
  const ws: WsRoomOptions = { encode: 'once' }
  const measure = (name: string, server: string, options: unknown, protocol: Sockets['protocol']): Contender => ({
    name,
    async run() {
      const running = await startServer(server, options, ['--expose-gc'])
      const { bytesEach } = await residentWith(running, { protocol, sockets })
      await endAll()
      return { bytes: bytesEach }
    },
  })
  const results = await alternate(
    [
      measure('express-chat, in 10 rooms', 'express-chat', chat, 'chat'),
      measure('ws', 'ws-room', ws, 'ws'),
      measure('socket.io, in no room', 'socket-io-room', io, 'socket.io'),
    ],
    quick ? 1 : rounds,
  )
  await database.drop()
  const kib = results.of('express-chat, in 10 rooms', 'bytes') / 1024
  return {
    tables: [
      {
        title: `${rounded(sockets)} idle sockets`,
        columns: ['', 'KiB a socket'],
        rows: results.names.map((name) => [name, rounded(results.of(name, 'bytes') / 1024)]),
      },
    ],
    targets: [atMost({ what: 'Idle socket in 10 rooms', measured: kib, limit: 12, unit: 'KiB' })],
  }
}

async function coldStart({ rounds }: Scale): Promise<Report> {
  const database = await postgresql('prisma/postgresql.sql')
  await seed(database, [{ id: 'room-0', members: 1 }])
  const contenderOf = (name: string, server: string): Contender => ({
    name,
    async run() {
      const before = performance.now()
      const child = start(`servers/${server}`)
      const port = await child.ask<number>('start', { url: database.url })
      const response = await fetch(`http://127.0.0.1:${port}/chat/users/me`, { headers: { 'x-user': 'u0' } })
      await response.text()
      const ms = performance.now() - before
      await endAll()
      if (!response.ok) throw new Error(`${server} answered ${response.status}`)
      return { ms }
    },
  })
  const [ours, bare] = ['Express and Prisma with express-chat', 'Express and Prisma']
  const results = await alternate([contenderOf(ours, 'cold-chat'), contenderOf(bare, 'cold-express')], 2 * rounds + 1)
  await database.drop()
  const extra = results.of(ours, 'ms') - results.of(bare, 'ms')
  return {
    tables: [
      {
        title: 'From the start of the process to its first answer',
        columns: ['', 'ms'],
        rows: results.names.map((name) => [name, rounded(results.of(name, 'ms'))]),
      },
    ],
    targets: [
      atMost({
        what: 'Cold start, more than Express with the same Prisma client',
        measured: extra,
        limit: 250,
        unit: 'ms',
        why: 'more than 100 ms of it is loading zod, which checks what comes in',
      }),
    ],
  }
}

/** Into an empty folder, from whatever registry npm is set up for; with a warm cache in all rounds but the first. */
async function install({ quick, rounds }: Scale): Promise<Report> {
  if (quick) return { tables: [], targets: [] }
  const folder = await mkdtemp(join(tmpdir(), 'express-chat-bench-'))
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder])
  const tarball = join(folder, stdout.trim().split('\n').at(-1) ?? '')
  const installOf = (name: string, packages: string[]): Contender => ({
    name,
    async run() {
      const place = await mkdtemp(join(folder, 'host-'))
      await writeFile(join(place, 'package.json'), '{ "private": true }')
      const before = performance.now()
      await run('npm', ['install', '--no-audit', '--no-fund', '--omit=peer', ...packages], { cwd: place })
      const seconds = (performance.now() - before) / 1000
      const { stdout: size } = await run('du', ['-sk', join(place, 'node_modules')])
      return { seconds, mib: Number.parseInt(size, 10) / 1024 }
    },
  })
  const results = await alternate(
    [installOf('express-chat', [tarball]), installOf('express, socket.io', ['express', 'socket.io'])],
    rounds,
  )
  await rm(folder, { recursive: true, force: true })
  return {
    tables: [
      {
        title: '`npm install`, without Prisma, which the host has',
        columns: ['', 'seconds', 'MiB'],
        rows: results.names.map((name) => [
          name,
          rounded(results.of(name, 'seconds')),
          rounded(results.of(name, 'mib')),
        ]),
      },
    ],
    targets: [],
  }
}
