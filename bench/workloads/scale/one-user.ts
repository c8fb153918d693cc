import { endLoads, openLoad } from '../../harness/contenders.js'
import type { BenchDatabase } from '../../harness/databases.js'
import { alternate, type Numbers } from '../../harness/measure.js'
import type { Scale } from '../../workload.js'
import type { Population } from './population.js'
import { oneServer, startWorld } from './world.js'

const figures = ['live', 'page', 'all', 'back', 'event']

/** Somebody in many rooms: from the start of the client, after the line was cut, and while the others talk. */
export async function oneUser(
  database: BenchDatabase,
  { one }: Population,
  { rounds, quick }: Pick<Scale, 'rounds' | 'quick'>,
): Promise<Numbers> {
  const { first } = await startWorld(database, oneServer)
  const start = async () => {
    const load = await openLoad('one-user', first, { userId: one.userId })
    const times = await load.ask<Numbers>('run')
    const others = await openLoad('people', first, { protocol: 'chat', rooms: one.others })
    await others.ask('run', { rate: quick ? 20 : 50, seconds: quick ? 1 : 5 })
    const listening = await load.ask<Numbers>('stop')
    await endLoads()
    return { ...times, ...listening }
  }
  const results = await alternate([{ name: one.userId, run: start }], rounds)
  return Object.fromEntries(figures.map((figure) => [`one ${figure}`, results.of(one.userId, figure)]))
}
