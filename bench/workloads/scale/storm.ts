import { openLoad } from '../../harness/contenders.js'
import type { Numbers } from '../../harness/measure.js'
import type { Arrived } from '../../load/arrivals.js'
import type { Population } from './population.js'
import { mostBehindMs, orLost } from './rates.js'
import type { Servers } from './world.js'

const longestSeconds = 100

/** Everybody comes back at once, while a few others talk. */
export async function storm(servers: Servers, population: Population, quick: boolean): Promise<Numbers> {
  const { first, otherPorts } = servers
  const { arrivals, revision } = population
  const talking = quick ? 40 : 200
  const rooms = population.rooms.filter(({ people }) => people.every((person) => person < talking))
  const others = await openLoad('people', first, { protocol: 'chat', otherPorts, rooms })
  const rate = quick ? 20 : 100
  await others.ask('run', { rate, seconds: quick ? 0.3 : 3, mostBehindMs })
  const load = await openLoad('arrivals', first, { otherPorts, arrivals, revision })
  const talk = others.ask<Numbers>('run', { rate, seconds: longestSeconds, mostBehindMs })
  const { ms, tenthsMs, retries } = await load.ask<Arrived>('run')
  await others.ask('stop')
  const { p99 } = await talk
  const curve = tenthsMs.map((each, n) => [`storm tenth ${n + 1}`, each ?? Number.NaN])
  return {
    'storm live': ms ?? Number.NaN,
    'storm retries': retries,
    'storm p99': orLost(p99),
    ...Object.fromEntries(curve),
  }
}
