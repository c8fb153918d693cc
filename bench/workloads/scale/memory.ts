import { endAll } from '../../harness/contenders.js'
import type { BenchDatabase } from '../../harness/databases.js'
import type { Numbers } from '../../harness/measure.js'
import { residentWith } from '../../harness/resident.js'
import type { Population } from './population.js'
import { oneServer, startWorld } from './world.js'

/**
 * What is resident with everybody connected, and what a person and a subscription take of it in objects: these are counted
 * exactly, whereas pages of memory are given back at some time or never.
 */
export async function memory(database: BenchDatabase, population: Population): Promise<Numbers> {
  const { size, roomsEach, roomless } = population
  const inNone = await resident(database, roomless.first, roomless.people)
  const inRooms = await resident(database, 0, size.people)
  return {
    'memory everybody': inRooms.bytes / 2 ** 20,
    'memory roomless': inNone.bytes / 2 ** 20,
    'memory person': inNone.heapBytesEach,
    'memory subscription': (inRooms.heapBytesEach - inNone.heapBytesEach) / roomsEach,
  }
}

async function resident(database: BenchDatabase, first: number, sockets: number) {
  const { first: server } = await startWorld(database, oneServer)
  const numbers = await residentWith(server, { protocol: 'chat', first, sockets })
  await endAll()
  return numbers
}
