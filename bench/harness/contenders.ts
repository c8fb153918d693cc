import type { Audience } from '../load/fan-out.js'
import type { SendersOptions } from '../load/senders.js'
import type { Usage } from '../servers/serve.js'
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

function startLoad(): Child {
  const child = start('load/load')
  loads.add(child)
  return child
}

/** Ends the clients; the servers stay. */
export async function endLoads(): Promise<void> {
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

/** Loads a server from a process of its own, and says what the server's CPU did meanwhile. */
async function measured(server: Running, load: Child, options: unknown): Promise<Numbers> {
  const before = await server.child.ask<Usage>('usage')
  const numbers = await load.ask<Numbers>('run', options)
  const after = await server.child.ask<Usage>('usage')
  return { ...numbers, cpuMs: after.cpuMs - before.cpuMs }
}

interface Load {
  /** First without counting: code is compiled, pools are filled. */
  warmUp: object
  options: object
}

export async function fanOutOf(name: string, server: Running, audience: Omit<Audience, 'port'>, load: Load) {
  const child = startLoad()
  await child.ask('fanOut', { ...audience, port: server.port } satisfies Audience)
  return contender(name, server, child, load)
}

export async function sendersOf(name: string, server: Running, senders: Omit<SendersOptions, 'port'>, load: Load) {
  const child = startLoad()
  await child.ask('senders', { ...senders, port: server.port } satisfies SendersOptions)
  return contender(name, server, child, load)
}

async function contender(name: string, server: Running, load: Child, { warmUp, options }: Load): Promise<Contender> {
  await load.ask('run', warmUp)
  return { name, run: () => measured(server, load, options) }
}
