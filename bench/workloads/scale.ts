import { freemem } from 'node:os'
import { endAll, endLoads, openLoad } from '../harness/contenders.js'
import { type BenchDatabase, postgresql, sqlite } from '../harness/databases.js'
import type { Numbers } from '../harness/measure.js'
import { Figures } from '../harness/recorded.js'
import { redisChannel } from '../harness/redis.js'
import { rounded } from '../harness/text.js'
import type { Report, Scale, Workload } from '../workload.js'
import { idle } from './scale/idle.js'
import { memory } from './scale/memory.js'
import { oneUser } from './scale/one-user.js'
import { type Population, populate, type Size } from './scale/population.js'
import { rates } from './scale/rates.js'
import { keyOf, noteOf, type Part, picturesOf, tablesOf, targetsOf } from './scale/report.js'
import { storm } from './scale/storm.js'
import { oneServer, startWorld, type World, worlds } from './scale/world.js'

/** Servers, load and database of ten thousand people fit beside each other. */
const roomyBytes = 8 * 2 ** 30

export const scale: Workload = {
  name: 'scale',
  title: 'Scale',
  about:
    'Many people are connected who are in many rooms, and most say nothing: what does it cost that they are there? Idle: the CPU of all servers together and of the backends of PostgreSQL, in percent of a core, while nobody says anything. Messages a second, from random people in random rooms of 8, as in `people`: how long each takes until the last of the 8 has it. After a deploy: a quarter more people, each in 50 rooms, lose their connection at the same moment and come back as the published client does (it waits 150 to 300 ms, gets a ticket, opens a socket and names the three rooms that it has open), and 200 others send 100 messages a second meanwhile. Memory: resident, after garbage collection; a person and a subscription, which is one person in one room, are what objects take, the latter by the difference to as many people in no room. One user who is in a quarter of as many rooms as there are: the published client in a process of its own, from its start, and from when its line is cut, the wait of 150 to 300 ms before it tries again included; and what a message of somebody else takes of its CPU while the list of rooms is looked at after each change. Each figure is measured once, but for those of the one user.',
  async run(given) {
    const figures = await Figures.of('scale')
    const { parts, notes } = await partsOf(given)
    for (const part of parts) await measure(part, figures, given)
    if (given.isRecorded) await figures.record()
    const [main] = parts
    return {
      tables: parts.flatMap((part) => tablesOf(part, figures, given.quick)),
      targets: main ? targetsOf(main, figures) : [],
      pictures: main ? picturesOf(main, figures, given.quick) : [],
      notes: [...notes, ...parts.map((part) => noteOf(part, figures, given.quick)), figures.note],
    } satisfies Report
  },
}

async function partsOf({ quick, people, rooms }: Scale): Promise<{ parts: Part[]; notes: string[] }> {
  const usual: Size = quick ? { people: 100, rooms: 1000 } : { people: 4000, rooms: 40_000 }
  const size = { people: people ?? usual.people, rooms: rooms ?? usual.rooms }
  const larger = { people: 10_000, rooms: 100_000 }
  const tenth = { people: Math.round(size.people / 10), rooms: Math.round(size.rooms / 10) }
  const hasRedis = (await redisChannel()) !== undefined
  const ours = worlds.filter(({ hasBus, isSkippedIfQuick }) => (hasRedis || !hasBus) && !(quick && isSkippedIfQuick))
  const isLarge = !quick && people === undefined && rooms === undefined
  const isRoomy = freemem() >= roomyBytes
  return {
    parts: [
      part('postgresql', size, ours),
      ...(isLarge && isRoomy ? [part('postgresql', larger, [oneServer])] : []),
      part('sqlite', quick ? { people: 50, rooms: 500 } : tenth, [oneServer]),
    ],
    notes: [
      ...(hasRedis ? [] : ['Not here: a bus, since no Redis answers.']),
      ...(isLarge && !isRoomy
        ? [`Not here: ${rounded(larger.people)} people, for whom there is too little memory.`]
        : []),
    ],
  }
}

const part = (database: BenchDatabase['name'], size: Size, of: World[]): Part => ({ database, size, worlds: of })

async function measure(of: Part, figures: Figures, given: Scale): Promise<void> {
  const { database: name, size, worlds: all } = of
  const database = await (name === 'postgresql' ? postgresql('prisma/postgresql.sql') : sqlite())
  const start = performance.now()
  const population = await populate(database, size)
  process.stderr.write(`${name}, ${size.people} people: seeded in ${rounded((performance.now() - start) / 1000)} s\n`)
  const keep = async (world: World, run: () => Promise<Numbers>) => {
    try {
      for (const [what, value] of Object.entries(await run())) figures.set(keyOf(of, world, what), value)
    } catch (error) {
      // The other figures are worth their while all the same.
      console.error(`${name}, ${size.people} people, ${world.name}:`, error)
      process.exitCode = 1
    }
    await endLoads()
    await endAll()
  }
  for (const world of all) {
    await keep(world, () => connected(database, population, world, given.quick))
    await keep(world, async () => storm(await startWorld(database, world), population, given.quick))
  }
  // What follows is not the database's.
  if (given.quick && name === 'sqlite') return database.drop()
  await keep(oneServer, () => memory(database, population))
  await keep(oneServer, () => oneUser(database, population, given))
  await database.drop()
}

/** Everybody is connected: first nobody says anything, then somebody does. */
async function connected(
  database: BenchDatabase,
  { size, rooms }: Population,
  world: World,
  quick: boolean,
): Promise<Numbers> {
  const servers = await startWorld(database, world)
  const load = await openLoad('people', servers.first, { protocol: 'chat', otherPorts: servers.otherPorts, rooms })
  return { ...(await idle(database, servers, quick)), ...(await rates(load, size, quick)) }
}
