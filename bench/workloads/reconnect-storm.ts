import { endAll, endLoads, openLoad, type Running, startServer } from '../harness/contenders.js'
import { postgresql } from '../harness/databases.js'
import { alternate, type Contender, type Numbers } from '../harness/measure.js'
import { seed } from '../harness/seed.js'
import { atMost } from '../harness/targets.js'
import { rounded } from '../harness/text.js'
import type { ExpressChatOptions } from '../servers/express-chat.js'
import type { SocketIoRoomOptions } from '../servers/socket-io-room.js'
import type { Workload } from '../workload.js'

const rooms = Array.from({ length: 10 }, (_, n) => `room-${n}`)
const missed = 100
const text = 'lorem ipsum dolor sit amet '.padEnd(150, 'lorem ipsum dolor sit amet ')
const own = 'express-chat, from PostgreSQL'
const theirs = 'socket.io, connection state recovery in memory'

export const reconnectStorm: Workload = {
  name: 'reconnect-storm',
  title: 'Reconnect storm',
  about:
    'Everyone is in the same 10 rooms, is cut off, misses 100 messages and comes back, all at once: the time until the last one has everything. socket.io gives what was missed out of memory, and only on the server that holds it.',
  async run(scale) {
    const clients = scale.quick ? 20 : 1000
    const database = await postgresql('prisma/postgresql.sql')
    await seed(
      database,
      rooms.map((id) => ({ id, members: clients })),
    )
    const options: ExpressChatOptions = { database: 'postgresql', url: database.url }
    const chat = await startServer('express-chat', options)
    const io = await startServer('socket-io-room', {
      rooms: rooms.length,
      recovery: true,
    } satisfies SocketIoRoomOptions)
    const results = await alternate(
      [storm(own, chat, clients), storm(`${own}, a tenth of the clients`, chat, clients / 10), ioStorm(io, clients)],
      scale.rounds,
    )
    await endAll()
    await database.drop()
    const ratio = results.ratio('ms', own, theirs)
    const queries = results.ratio('statements', own, `${own}, a tenth of the clients`)
    return {
      tables: [
        {
          title: `${rounded(clients)} clients, each with ${missed} missed messages in ${rooms.length} rooms`,
          columns: ['', 'until the last is ready, ms', 'statements'],
          rows: results.names.map((name) => [
            name,
            rounded(results.of(name, 'ms')),
            rounded(results.of(name, 'statements')),
          ]),
        },
      ],
      targets: [
        atMost({ what: `${rounded(clients)} clients, beside socket.io's recovery`, measured: ratio, limit: 0.7 }),
        atMost({
          what: 'Statements for ten times the clients',
          measured: queries,
          limit: 2,
          why: 'the rooms of 25 people are read at a time, so that nobody else waits for a thousand',
        }),
      ],
    }
  },
}

function storm(name: string, server: Running, clients: number): Contender {
  return {
    name,
    async run() {
      const load = await openLoad('reconnects', server, { protocol: 'chat', clients, rooms, missed })
      await server.child.ask('send', { roomIds: rooms, messages: missed, text })
      const before = await server.child.ask<number>('statements')
      const { ms = Number.NaN } = await load.ask<Numbers>('run')
      const statements = (await server.child.ask<number>('statements')) - before
      await endLoads()
      return { ms, statements }
    },
  }
}

function ioStorm(server: Running, clients: number): Contender {
  return {
    name: theirs,
    async run() {
      const emit = (messages: number) => server.child.ask('emit', { rooms: rooms.length, messages, text })
      // Where a client stands it learns from the events that it gets.
      const learn = setInterval(() => void emit(1), 5)
      const load = await openLoad('reconnects', server, { protocol: 'socket.io', clients, rooms, missed })
      clearInterval(learn)
      await emit(missed)
      const { ms = Number.NaN } = await load.ask<Numbers>('run')
      await endLoads()
      return { ms }
    },
  }
}
