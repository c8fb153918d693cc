import * as library from 'express-chat'
import { TcpProxy } from '../../breakable/proxy.js'
import { Server } from '../../breakable/server.js'
import type { Bus } from './world.js'

/** A Redis of this run's own, where the library has a bus for it. */
export async function openBus(): Promise<Bus | undefined> {
  if (!('redisBus' in library)) return undefined
  const server = await Server.open('redis')
  const proxy = await TcpProxy.open(server.port)
  return {
    server,
    proxy,
    async close() {
      await proxy.close()
      await server.close()
    },
  }
}
