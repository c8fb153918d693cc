import { setTimeout as pause } from 'node:timers/promises'
import type { DatabaseName } from '../../databases/engine.js'
import type { World } from './world.js'

export interface Fault {
  name: string
  /** What it can befall; everything if not said. */
  on?: DatabaseName[]
  needsBus?: true
  /** Of two lanes, so that faults of one kind meet those of the other. */
  lane: 'nodes and clients' | 'database and bus'
  /** How often it comes up for one time that others do. */
  weight?: number
  /** Resolves once it is over and mended. */
  run: (world: World) => Promise<void>
}

const servers: DatabaseName[] = ['postgresql', 'mysql']
const moments = ['before', 'during', 'after'] as const

/** Somewhere in this time, in ms. */
const within = ({ random }: World, from: number, to: number): Promise<void> => pause(from + random() * (to - from))

const some = <T>(items: T[], random: () => number): T[] => items.filter(() => random() < 0.5)

export const faults: Fault[] = [
  {
    name: 'node killed',
    lane: 'nodes and clients',
    weight: 2,
    async run({ nodes, random }) {
      const node = nodes.pick(random)
      await node.kill()
      await node.start()
    },
  },
  ...moments.map(
    (moment): Fault => ({
      name: `node killed ${moment} COMMIT`,
      lane: 'nodes and clients',
      async run({ nodes, random }) {
        const node = nodes.pick(random)
        await node.killAtCommit(moment)
        await node.start()
      },
    }),
  ),
  {
    name: 'nodes rolled',
    lane: 'nodes and clients',
    async run({ nodes }) {
      for (const node of nodes.all) {
        await node.drain()
        await node.start()
      }
    },
  },
  {
    name: 'clients reset',
    lane: 'nodes and clients',
    weight: 2,
    async run({ devices, random }) {
      for (const device of some(devices, random)) device.reset()
    },
  },
  {
    name: 'clients stopped',
    lane: 'nodes and clients',
    async run(world) {
      const stopped = some(world.devices, world.random)
      for (const device of stopped) device.pauseReading()
      await within(world, 500, 1_500)
      for (const device of stopped) device.resumeReading()
    },
  },
  {
    name: 'reader asleep',
    lane: 'nodes and clients',
    weight: 0.5,
    run: (world) => world.shoutAtSleeper(),
  },
  {
    name: 'database killed',
    lane: 'database and bus',
    on: servers,
    async run(world) {
      await world.ground.server?.kill()
      await within(world, 0, 500)
      await world.ground.server?.start()
    },
  },
  {
    name: 'database stalled',
    lane: 'database and bus',
    on: servers,
    async run(world) {
      world.ground.server?.stall()
      await within(world, 200, 1_500)
      world.ground.server?.resume()
    },
  },
  {
    name: 'database locked',
    lane: 'database and bus',
    on: ['sqlite'],
    run: (world) => world.lockDatabase(100 + world.random() * 300),
  },
  ...moments.map(
    (moment): Fault => ({
      name: `cut ${moment} COMMIT`,
      lane: 'database and bus',
      on: servers,
      weight: 2,
      run: async ({ ground }) => ground.proxy?.cutAtCommit(moment),
    }),
  ),
  {
    name: 'all connections cut',
    lane: 'database and bus',
    on: servers,
    run: async ({ ground }) => ground.proxy?.cutAll(),
  },
  {
    name: 'bus killed',
    lane: 'database and bus',
    needsBus: true,
    async run(world) {
      await world.bus?.server.kill()
      await within(world, 200, 1_000)
      await world.bus?.server.start()
    },
  },
  {
    name: 'bus stalled',
    lane: 'database and bus',
    needsBus: true,
    async run(world) {
      world.bus?.server.stall()
      await within(world, 200, 1_500)
      world.bus?.server.resume()
    },
  },
  {
    name: 'bus partitioned',
    lane: 'database and bus',
    needsBus: true,
    async run(world) {
      world.bus?.proxy.partition()
      await within(world, 200, 1_500)
      world.bus?.proxy.heal()
    },
  },
]

/** Each fault as often as its weight says, in an order that the seed gives; then all of them again. */
export function* shuffled(all: Fault[], random: () => number): Generator<Fault> {
  for (;;) {
    const deck = all.flatMap((fault) => {
      const { weight = 1 } = fault
      const times = Math.floor(weight) + (random() < weight % 1 ? 1 : 0)
      return Array.from({ length: times }, () => ({ fault, place: random() }))
    })
    deck.sort((a, b) => a.place - b.place)
    for (const { fault } of deck) yield fault
  }
}
