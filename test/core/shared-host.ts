import type { ChatOptions } from 'express-chat'
import { afterAll, beforeAll } from 'vitest'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import type { OpenDatabase, TestDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'

export interface SharedHost extends TestHost {
  database: OpenDatabase
}

/**
 * One host on a database of its own for all tests of a `describe`: each of them makes rooms of its own, so that none sees
 * another's. Alice, Bob, Carol, Dave and Erin are known.
 */
export function shareHost({ open }: TestDatabase, options: Partial<ChatOptions<PrismaClient>> = {}): SharedHost {
  const shared = {} as SharedHost
  beforeAll(async () => {
    const database = await open()
    Object.assign(shared, await startHost(database, options), { database })
    await people(shared, 'alice', 'bob', 'carol', 'dave', 'erin')
  })
  afterAll(async () => {
    await shared.close()
    await shared.database.close()
  })
  return shared
}
