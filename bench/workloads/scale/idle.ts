import { setTimeout as delay } from 'node:timers/promises'
import { backendsCpu, cpuBetween } from '../../harness/cpu.js'
import type { BenchDatabase } from '../../harness/databases.js'
import type { Numbers } from '../../harness/measure.js'
import { cpuMs, type Servers } from './world.js'

/** Until what connecting brings about is over. */
const restMs = { full: 5000, quick: 300 }

/** What it costs that people are connected of whom nobody says anything: in percent of a core, all servers together. */
export async function idle(database: BenchDatabase, servers: Servers, quick: boolean): Promise<Numbers> {
  await delay(quick ? restMs.quick : restMs.full)
  // What connecting has left would be collected now or later, by chance: some hundred ms of CPU that are none of being idle.
  await Promise.all(servers.all.map(({ child }) => child.ask('collectGarbage')))
  const backends = database.name === 'postgresql' ? await backendsCpu(database) : undefined
  const [start, before] = [performance.now(), await cpuMs(servers)]
  await delay(quick ? 1000 : 30_000)
  const [tookMs, server] = [performance.now() - start, (await cpuMs(servers)) - before]
  const inDatabase = backends ? cpuBetween(backends, await backendsCpu(database)) : Number.NaN
  return { 'idle server': (100 * server) / tookMs, 'idle database': (100 * inDatabase) / tookMs }
}
