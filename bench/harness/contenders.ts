import type { LoadKind, LoadOptions } from '../load/load.js'
import type { DriverOptions } from '../servers/driver.js'
import type { Usage } from '../servers/serve.js'
import type { Scale } from '../workload.js'
import type { BenchDatabase } from './databases.js'
import type { Contender, Numbers } from './measure.js'
import { Child } from './process.js'

/** A server in a process of its own, as others talk to it. */
export interface Running {
  child: Child
  port: number
}

const children = new Set<Child>()
const loads = new Set<Child>()

/** A process that ends with `endAll`. */
export function start(path: string, execArgv: string[] = []): Child {
  const child = new Child(path, execArgv)
  children.add(child)
  return child
}

/** Ends the clients; the servers stay. */
export async function endLoads(): Promise<void> {
  for (const child of loads) children.delete(child)
  await Promise.all([...loads].map((child) => child.end()))
  loads.clear()
}

export async function startServer(name: string, options: unknown = {}, execArgv: string[] = []): Promise<Running> {
  const child = start(`servers/${name}`, execArgv)
  return { child, port: await child.ask<number>('start', options) }
}

/** Ends every process that was started since the last time. */
export async function endAll(): Promise<void> {
  await Promise.all([...children].map((child) => child.end()))
  children.clear()
}

/** Clients of a server, in a process of their own, once all are there. */
export async function openLoad<Kind extends LoadKind>(
  kind: Kind,
  server: Running,
  options: Omit<LoadOptions<Kind>, 'port'>,
): Promise<Child> {
  const child = start('load/load')
  loads.add(child)
  await child.ask('open', { kind, options: { ...options, port: server.port } })
  return child
}

/** Loads a server, first without counting: code is compiled, pools are filled. The server's CPU is told along. */
export async function contender(
  name: string,
  server: Running,
  load: Child,
  { warmUp, options }: { warmUp: object; options: object },
): Promise<Contender> {
  await load.ask('run', warmUp)
  return {
    name,
    async run() {
      const before = await server.child.ask<Usage>('usage')
      const numbers = await load.ask<Numbers>('run', options)
      const after = await server.child.ask<Usage>('usage')
      return { ...numbers, cpuMs: after.cpuMs - before.cpuMs }
    },
  }
}

/** The bare driver of a database, which commits row by row. */
export function committer(
  name: string,
  { name: database, url }: BenchDatabase<'postgresql' | 'sqlite'>,
  inFlight: number,
  { seconds }: Scale,
  synchronous: 'FULL' | 'NORMAL' = 'FULL',
): Contender {
  const child = start('servers/driver')
  const options: DriverOptions = { database, url, synchronous, inFlight, seconds }
  return { name, run: () => child.ask<Numbers>('commits', options) }
}
