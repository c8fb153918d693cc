import { endAll, start } from '../harness/contenders.js'
import { type BenchDatabase, databaseNames, mysql, postgresql, sqlite } from '../harness/databases.js'
import { alternate, type Contender, type Results } from '../harness/measure.js'
import { seed } from '../harness/seed.js'
import { atLeast } from '../harness/targets.js'
import { rounded } from '../harness/text.js'
import type { ImporterOptions } from '../servers/importer.js'
import type { Scale, Workload } from '../workload.js'

const ways = {
  imported: 'chat.importMessages',
  created: 'createMany of Prisma, 500 rows each, and nothing else',
  sent: 'chat.messages.send, one after the other',
} as const

export const imports: Workload = {
  name: 'import',
  title: 'Import',
  about:
    'One process that fills a room of ten members with what was said elsewhere, the oldest first: with `chat.importMessages`; with rows that Prisma creates, without anything that makes a chat of them; and with sends, which give each message the time of its sending. Each has a room of its own, which grows with the rounds.',
  async run(scale) {
    const databases = [await postgresql('prisma/postgresql.sql'), await sqlite(), await mysql()]
    const measured: { name: BenchDatabase['name']; results: Results }[] = []
    for (const database of databases) {
      if (database) measured.push({ name: database.name, results: await measure(database, scale) })
    }
    const [first] = measured
    return {
      tables: [
        {
          title: 'Messages a second',
          columns: ['', ...measured.map(({ name }) => databaseNames[name])],
          rows: Object.values(ways).map((way) => [
            way,
            ...measured.map(({ results }) => rounded(results.of(way, 'perSecond'))),
          ]),
        },
      ],
      targets: [
        atLeast({
          what: 'PostgreSQL, an import beside createMany',
          measured: first?.results.ratio('perSecond', ways.imported, ways.created) ?? Number.NaN,
          limit: 1,
        }),
      ],
      notes: databases.includes(undefined) ? ['MySQL was left out: none answers.'] : [],
    }
  },
}

async function measure(database: BenchDatabase, { quick, rounds }: Scale): Promise<Results> {
  const kinds = Object.keys(ways) as (keyof typeof ways)[]
  await seed(
    database,
    kinds.map((kind) => ({ id: kind, members: 10 })),
  )
  const counts = quick ? { imported: 1_000, created: 1_000, sent: 50 } : { imported: 5_000, created: 5_000, sent: 300 }
  const contenders: Contender[] = []
  for (const kind of kinds) {
    const child = start('servers/importer')
    const options: ImporterOptions = { database: database.name, url: database.url, roomId: kind, count: counts[kind] }
    // The connections and the plans are there before it counts.
    await child.ask(kind, { ...options, count: 10 })
    contenders.push({ name: ways[kind], run: () => child.ask(kind, options) })
  }
  const results = await alternate(contenders, rounds)
  await endAll()
  await database.drop()
  return results
}
