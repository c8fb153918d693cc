import type { ChatOptions } from 'express-chat'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import type { TestDatabase } from '../databases.js'
import type { TestHost } from '../host.js'
import { givenDatabase, givenHost, quietLogger } from '../realtime/given.js'

export const name = 'search-index'

/** Servers on one database, which look often for what others have committed. */
export async function givenServers<Count extends number>(on: TestDatabase | undefined, count: Count) {
  const database = await givenDatabase(on)
  const options: Partial<ChatOptions<PrismaClient>> = { pollMs: 100, logger: quietLogger() }
  const servers: TestHost[] = []
  for (let n = 0; n < count; n += 1) {
    servers.push(await givenHost(options, n === 0 ? database : { prisma: database.connect() }))
  }
  return servers
}
