import { contender, endAll, openLoad, startServer } from '../harness/contenders.js'
import { postgresql } from '../harness/databases.js'
import { alternate, type Contender } from '../harness/measure.js'
import { seed } from '../harness/seed.js'
import { atLeast } from '../harness/targets.js'
import { rounded } from '../harness/text.js'
import type { ExpressChatOptions } from '../servers/express-chat.js'
import type { Workload } from '../workload.js'

export const roomGrowth: Workload = {
  name: 'room-growth',
  title: 'Cost of a message as the room grows',
  about: 'Rooms of ever more members, of whom 100 (or all that there are) are connected; 16 messages in flight.',
  async run(scale) {
    const sizes = scale.quick ? [10, 100] : [10, 100, 1000, 10_000, 100_000]
    // Nobody is in two rooms: they would be given the messages of both.
    const firstOf = (size: number) => sizes.filter((smaller) => smaller < size).reduce((sum, each) => sum + each, 0)
    const rooms = sizes.map((members) => ({ id: `room-${members}`, members, first: firstOf(members) }))
    const database = await postgresql('prisma/postgresql.sql')
    await seed(database, rooms)
    const options: ExpressChatOptions = { database: 'postgresql', url: database.url }
    const chat = await startServer('express-chat', options)
    const contenders: Contender[] = []
    for (const { id: roomId, members: size, first } of rooms) {
      const members = Math.min(size, 100) - 1
      const clients = await openLoad('fan-out', chat, { protocol: 'chat', roomId, members, first })
      const load = { inFlight: 16, seconds: scale.seconds }
      contenders.push(await contender(rounded(size), chat, clients, { warmUp: load, options: load }))
    }
    const results = await alternate(contenders, scale.rounds)
    await endAll()
    await database.drop()
    const largest = rounded(sizes.at(-1) ?? 0)
    const ratio = results.ratio('perSecond', largest, '100')
    return {
      tables: [
        {
          title: 'Deliveries a second',
          columns: ['members', 'deliveries a second', 'p50, ms'],
          rows: results.names.map((name) => [
            name,
            rounded(results.of(name, 'perSecond')),
            rounded(results.of(name, 'p50')),
          ]),
        },
      ],
      targets: [
        atLeast({
          what: `Room of ${largest} beside one of 100`,
          measured: ratio,
          limit: 0.9,
          why: 'from one run to the next it is above or below 1 by as much: a shared machine',
        }),
      ],
    }
  },
}
