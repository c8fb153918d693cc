import { contender, endAll, openLoad, type Running, startServer } from '../harness/contenders.js'
import { postgresql } from '../harness/databases.js'
import { alternate, type Contender, type Results } from '../harness/measure.js'
import { seed, seedHandler, seedHandlerMessages, seedMessages } from '../harness/seed.js'
import { atLeast, atMost } from '../harness/targets.js'
import { rounded } from '../harness/text.js'
import type { ExpressChatOptions } from '../servers/express-chat.js'
import type { HandlerOptions } from '../servers/handler.js'
import type { Scale, Workload } from '../workload.js'

const roomOf = (size: number): string => `room-${size}`

export const history: Workload = {
  name: 'history',
  title: 'History',
  about:
    'One reader, who asks for pages of 50 over HTTP, one after the other: the newest, and one from the middle of the room. The handler pages by cursor as the guide of Prisma has it; the other one by key in SQL.',
  async run(scale) {
    const sizes = scale.quick ? [100, 1000] : [1000, 30_000, 1_000_000]
    const [ours, theirs] = [await postgresql('prisma/postgresql.sql'), await postgresql('bench/peers/handler.sql')]
    const rooms = sizes.map((size) => ({ id: roomOf(size), members: 10 }))
    await seed(ours, rooms)
    await seedHandler(theirs, rooms)
    for (const size of sizes) {
      await seedMessages(ours, [roomOf(size)], size)
      await seedHandlerMessages(theirs, [roomOf(size)], size)
    }
    const chat = await startServer('express-chat', {
      database: 'postgresql',
      url: ours.url,
    } satisfies ExpressChatOptions)
    const handler = await startServer('handler', { url: theirs.url, store: 'prisma' } satisfies HandlerOptions)
    const byHand = await startServer('handler', { url: theirs.url, store: 'pg' } satisfies HandlerOptions)
    const contenders: Contender[] = []
    for (const size of sizes) {
      const add = async (name: string, server: Running, path: string) =>
        contenders.push(await reader(`${name} of ${rounded(size)}`, server, path, scale))
      const middle = `${roomOf(size)}-${size / 2}`
      const own = `/rooms/${roomOf(size)}/messages`
      await add('express-chat, newest', chat, `/chat${own}`)
      await add('express-chat, middle', chat, `/chat${own}?before=${size / 2}`)
      await add('handler on Prisma, newest', handler, own)
      await add('handler on Prisma, middle', handler, `${own}?before=${middle}`)
      await add('handler on pg, newest', byHand, own)
      await add('handler on pg, middle', byHand, `${own}?before=${middle}`)
    }
    const results = await alternate(contenders, scale.rounds)
    await endAll()
    await Promise.all([ours.drop(), theirs.drop()])
    const [smallest, largest] = [rounded(sizes[0] ?? 0), rounded(sizes.at(-1) ?? 0)]
    const growth = (where: string) =>
      results.ratio('p50', `express-chat, ${where} of ${largest}`, `express-chat, ${where} of ${smallest}`)
    const beside = (where: string, size: string) =>
      results.ratio('p50', `handler on Prisma, ${where} of ${size}`, `express-chat, ${where} of ${size}`)
    const [newest, middle] = [growth('newest'), growth('middle')]
    const [page, deep] = [beside('newest', smallest), beside('middle', largest)]
    return {
      tables: [tableOf(results, sizes)],
      targets: [
        atMost({ what: `Newest page, room of ${largest} beside ${smallest}`, measured: newest, limit: 1.2 }),
        atMost({ what: `Middle page, room of ${largest} beside ${smallest}`, measured: middle, limit: 1.2 }),
        atLeast({
          what: `Newest page, room of ${smallest}, how much faster than the handler's`,
          measured: page,
          limit: 2,
          why: 'a page is one statement here, three there; what is left is as much as the handler on pg takes: Express, PostgreSQL and the wire',
        }),
        atLeast({
          what: `Middle page, room of ${largest}, how much faster than the handler's`,
          measured: deep,
          limit: 2,
        }),
      ],
    }
  },
}

export async function reader(name: string, server: Running, path: string, { seconds }: Scale, userId = 'u0') {
  const clients = await openLoad('requests', server, { userId, path })
  return contender(name, server, clients, { warmUp: { seconds: seconds / 2 }, options: { seconds: seconds / 2 } })
}

function tableOf(results: Results, sizes: number[]) {
  const kinds = [...new Set(results.names.map((name) => name.split(' of ')[0] as string))]
  return {
    title: 'A page of 50 messages, p50 in ms, in a room of so many',
    columns: ['', ...sizes.map(rounded)],
    rows: kinds.map((kind) => [
      kind,
      ...sizes.map((size) => rounded(results.of(`${kind} of ${rounded(size)}`, 'p50'))),
    ]),
  }
}
