import { endAll, startServer } from '../harness/contenders.js'
import { postgresql } from '../harness/databases.js'
import { alternate } from '../harness/measure.js'
import { seed, seedHandler, seedHandlerMessages, seedMessages } from '../harness/seed.js'
import { atLeast, atMost } from '../harness/targets.js'
import { rounded } from '../harness/text.js'
import type { ExpressChatOptions } from '../servers/express-chat.js'
import type { HandlerOptions } from '../servers/handler.js'
import type { Workload } from '../workload.js'
import { reader } from './history.js'

export const roomList: Workload = {
  name: 'room-list',
  title: 'Room list',
  about:
    'One reader, who asks over HTTP for a page of 50 of their rooms, last active first, each with its last message and what is unread: half of the messages. The handler reads the last message of each room along and counts the unread ones.',
  async run(scale) {
    const [most, each] = scale.quick ? [20, 10] : [1000, 1000]
    const counts = [Math.ceil(most / 100), Math.ceil(most / 10), most]
    // u0 is in all rooms, u1 in a tenth of them, u2 in a hundredth.
    const rooms = Array.from({ length: most }, (_, n) => ({
      id: `room-${n}`,
      members: n < (counts[0] ?? 0) ? 3 : n < (counts[1] ?? 0) ? 2 : 1,
    }))
    const ids = rooms.map(({ id }) => id)
    const [ours, few, theirs] = [
      await postgresql('prisma/postgresql.sql'),
      await postgresql('prisma/postgresql.sql'),
      await postgresql('bench/peers/handler.sql'),
    ]
    for (const database of [ours, few]) await seed(database, rooms)
    await seedHandler(theirs, rooms)
    await seedMessages(ours, ids, each)
    await seedMessages(few, ids, Math.ceil(each / 100))
    await seedHandlerMessages(theirs, ids, each)
    const chatOn = ({ url }: { url: string }) =>
      startServer('express-chat', { database: 'postgresql', url } satisfies ExpressChatOptions)
    const [chat, chatOnFew] = [await chatOn(ours), await chatOn(few)]
    const handler = await startServer('handler', { url: theirs.url, store: 'prisma' } satisfies HandlerOptions)
    const byHand = await startServer('handler', { url: theirs.url, store: 'pg' } satisfies HandlerOptions)
    const results = await alternate(
      [
        await reader(`express-chat, ${counts[0]} rooms`, chat, '/chat/rooms', scale, 'u2'),
        await reader(`express-chat, ${counts[1]} rooms`, chat, '/chat/rooms', scale, 'u1'),
        await reader(`express-chat, ${most} rooms`, chat, '/chat/rooms', scale),
        await reader(`express-chat, ${most} rooms, a hundredth of the messages`, chatOnFew, '/chat/rooms', scale),
        await reader(`handler on Prisma, ${most} rooms`, handler, '/rooms', scale),
        await reader(`handler on pg, ${most} rooms`, byHand, '/rooms', scale),
      ],
      scale.rounds,
    )
    await endAll()
    await Promise.all([ours.drop(), few.drop(), theirs.drop()])
    const name = `express-chat, ${most} rooms`
    const growth = results.ratio('p50', name, `${name}, a hundredth of the messages`)
    const beside = results.ratio('p50', `handler on Prisma, ${most} rooms`, name)
    const messages = rounded(most * each)
    return {
      tables: [
        {
          title: `A page of 50 rooms, ${messages} messages behind them`,
          columns: ['', 'p50, ms', 'p99, ms'],
          rows: results.names.map((row) => [row, rounded(results.of(row, 'p50')), rounded(results.of(row, 'p99'))]),
        },
      ],
      targets: [
        atMost({ what: `Room list of ${most}, ${messages} messages beside a hundredth`, measured: growth, limit: 1.2 }),
        atLeast({
          what: `Room list of ${most}, how much faster than the handler's`,
          measured: beside,
          limit: 20,
          why: 'a page is one statement; the handler reads all of the rooms',
        }),
      ],
    }
  },
}
