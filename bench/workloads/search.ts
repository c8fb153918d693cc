import { contender, endAll, openLoad, start, startServer } from '../harness/contenders.js'
import { type BenchDatabase, databaseNames, mysql, postgresql, sqlite } from '../harness/databases.js'
import { alternate, type Contender, type Results } from '../harness/measure.js'
import { lookedFor, seedSaid } from '../harness/said.js'
import { analyze, seed } from '../harness/seed.js'
import { atLeast, atMost } from '../harness/targets.js'
import { rounded } from '../harness/text.js'
import type { ClientOptions } from '../servers/clients.js'
import type { LikeOptions } from '../servers/like.js'
import type { Scale, Workload } from '../workload.js'

const kinds = Object.keys(lookedFor) as (keyof typeof lookedFor)[]

interface Measured {
  name: BenchDatabase['name']
  results: Results
  /** Of the server, to take in a message, µs. */
  cpu: number
  /** What the index takes of the database for a message, bytes. */
  bytes: number
}

export const search: Workload = {
  name: 'search',
  title: 'Search everywhere',
  about:
    'One reader in 100 rooms, who searches all of them for a word over HTTP, one search after the other, until 20 messages are found or all are searched. Beside it the database itself, asked by Prisma for the newest messages of the same rooms that are like a pattern.',
  async run(scale) {
    const [rooms, each] = scale.quick ? [10, 100] : [100, 10_000]
    const measured: Measured[] = []
    const notes: string[] = []
    for (const open of [() => postgresql('prisma/postgresql.sql'), mysql, sqlite]) {
      const database = await open()
      if (database) measured.push(await measure(database, rooms, each, scale))
      else notes.push('MySQL or MariaDB, which does not answer')
    }
    const messages = rounded(rooms * each)
    const [first] = measured
    const p50 = (kind: string) => first?.results.of(nameOf(kind), 'p50') ?? Number.NaN
    return {
      tables: [
        ...measured.map(({ name, results }) => ({
          title: `${databaseNames[name]}, ${messages} messages: ms until the page is there`,
          columns: ['', 'found', 'p50', 'p99', 'LIKE, p50', 'LIKE, p99'],
          rows: kinds.map((kind) => [
            described[kind],
            results.of(nameOf(kind), 'found'),
            ...[nameOf(kind), likeOf(kind)].flatMap((row) =>
              ['p50', 'p99'].map((what) => rounded(results.of(row, what))),
            ),
          ]),
        })),
        {
          title: 'What it adds to a message, later and in the background',
          columns: ['', 'CPU of the server, µs', 'bytes'],
          rows: measured.map(({ name, cpu, bytes }) => [databaseNames[name], rounded(cpu), rounded(bytes)]),
        },
      ],
      targets: [
        atMost({ what: `PostgreSQL, a word that nobody said, p50`, measured: p50('none'), limit: 100, unit: 'ms' }),
        atLeast({
          what: 'PostgreSQL, a rare word, how much faster than ILIKE',
          measured: first?.results.ratio('p50', likeOf('rare'), nameOf('rare')) ?? Number.NaN,
          limit: 10,
        }),
      ],
      notes,
    }
  },
}

const described = {
  common: 'a word in one of 20 messages',
  rare: 'a word in one of 100,000',
  none: 'a word that nobody said',
  chinese: 'a Chinese word, in one of 1,000',
}
const nameOf = (kind: string): string => `express-chat, ${kind}`
const likeOf = (kind: string): string => `LIKE, ${kind}`

async function measure(
  database: BenchDatabase,
  rooms: number,
  each: number,
  { seconds, rounds }: Scale,
): Promise<Measured> {
  const ids = Array.from({ length: rooms }, (_, n) => `room-${n}`)
  await seed(
    database,
    ids.map((id) => ({ id, members: 10 })),
  )
  await seedSaid(database, ids, each)
  const options: ClientOptions = { database: database.name, url: database.url }
  const cpu = await start('servers/search-index').ask<number>('index', options)
  await analyze(database, 'chat_search_blocks')
  const [{ bytes = 0 } = {}] = await database.run('SELECT SUM(LENGTH(filter)) AS bytes FROM chat_search_blocks')
  const server = await startServer('express-chat', options)
  const contenders: Contender[] = []
  for (const kind of kinds) {
    const path = `/chat/messages/search?limit=20&q=${encodeURIComponent(lookedFor[kind])}`
    const load = await openLoad('searches', server, { userId: 'u0', path })
    contenders.push(await contender(nameOf(kind), server, load, { warmUp: { seconds: 0 }, options: { seconds } }))
    const asked: LikeOptions = { ...options, userId: 'u0', text: lookedFor[kind], seconds }
    const like = start('servers/like')
    contenders.push({ name: likeOf(kind), run: () => like.ask('searches', asked) })
  }
  const results = await alternate(contenders, rounds)
  await endAll()
  await database.drop()
  return { name: database.name, results, cpu: cpu / (rooms * each), bytes: Number(bytes) / (rooms * each) }
}
