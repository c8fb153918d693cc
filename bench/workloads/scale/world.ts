import { type Running, startServer } from '../../harness/contenders.js'
import type { BenchDatabase } from '../../harness/databases.js'
import { redisChannel } from '../../harness/redis.js'
import type { ExpressChatOptions } from '../../servers/express-chat.js'
import type { Usage } from '../../servers/serve.js'

/** How many servers the chat has, and whether Redis is between them. */
export interface World {
  name: string
  servers: number
  hasBus: boolean
  /** Whether there is nothing in it that another one does not run, too. */
  isSkippedIfQuick?: boolean
}

export const oneServer: World = { name: 'one server', servers: 1, hasBus: false }

export const worlds: World[] = [
  oneServer,
  { name: 'one server, Redis', servers: 1, hasBus: true, isSkippedIfQuick: true },
  { name: 'two servers, Redis', servers: 2, hasBus: true },
  { name: 'two servers, no bus', servers: 2, hasBus: false },
]

/** The servers of a world, as they run. */
export interface Servers {
  first: Running
  all: Running[]
  /** Of all but the first. */
  otherPorts: number[]
}

export async function startWorld(database: BenchDatabase, { servers, hasBus }: World): Promise<Servers> {
  const bus = hasBus ? await redisChannel() : undefined
  const options: ExpressChatOptions = { database: database.name, url: database.url, ...(bus ? { bus } : {}) }
  const start = () => startServer('express-chat', options, ['--expose-gc'])
  const [first, ...others] = await Promise.all([start(), ...Array.from({ length: servers - 1 }, start)])
  return { first, all: [first, ...others], otherPorts: others.map(({ port }) => port) }
}

/** What all servers have taken so far. */
export async function cpuMs({ all }: Servers): Promise<number> {
  const usages = await Promise.all(all.map(({ child }) => child.ask<Usage>('usage')))
  return usages.reduce((sum, usage) => sum + usage.cpuMs, 0)
}
