import { endLoads, openLoad } from '../../harness/contenders.js'
import type { BenchDatabase } from '../../harness/databases.js'
import { alternate, type Numbers } from '../../harness/measure.js'
import type { Population } from './population.js'
import { oneServer, startWorld } from './world.js'

const times = ['live', 'page', 'all', 'back']

/** Somebody in many rooms: from the start of the client, and after the line was cut. */
export async function oneUser(database: BenchDatabase, { one }: Population, rounds: number): Promise<Numbers> {
  const { first } = await startWorld(database, oneServer)
  const start = async () => {
    const load = await openLoad('one-user', first, { userId: one.userId })
    const numbers = await load.ask<Numbers>('run')
    await endLoads()
    return numbers
  }
  const results = await alternate([{ name: one.userId, run: start }], rounds)
  return Object.fromEntries(times.map((time) => [`one ${time}`, results.of(one.userId, time)]))
}
