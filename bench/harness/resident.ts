import type { ProtocolName } from '../load/protocols.js'
import type { Usage } from '../servers/serve.js'
import { endLoads, openLoad, type Running } from './contenders.js'

export interface Sockets {
  protocol: ProtocolName
  /** The number of the first user. */
  first?: number
  sockets: number
}

export interface Resident {
  /** With all of them. */
  bytes: number
  bytesEach: number
  /** Of it what objects take for each. */
  heapBytesEach: number
}

/** What sockets that do nothing keep resident, after garbage collection, on a server that was started with `--expose-gc`. */
export async function residentWith(server: Running, all: Sockets): Promise<Resident> {
  // Once without counting: what the first sockets bring along is the server's.
  const few = Math.ceil(all.sockets / 20)
  await openIdle(server, { ...all, sockets: few })
  const before = await usageAfterCollection(server)
  await openIdle(server, all)
  const { rssBytes, heapBytes } = await usageAfterCollection(server)
  const more = all.sockets - few
  return {
    bytes: rssBytes,
    bytesEach: (rssBytes - before.rssBytes) / more,
    heapBytesEach: (heapBytes - before.heapBytes) / more,
  }
}

async function openIdle(server: Running, sockets: Sockets): Promise<void> {
  await endLoads()
  await openLoad('idle', server, sockets)
}

async function usageAfterCollection({ child }: Running): Promise<Usage> {
  await child.ask('collectGarbage')
  return child.ask<Usage>('usage')
}
