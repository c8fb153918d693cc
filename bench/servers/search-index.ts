import { SearchIndex } from '../../src/core/search-index.js'
import { Database } from '../../src/store/database.js'
import { answer } from '../harness/process.js'
import { type ClientOptions, clientOf } from './clients.js'

const log = (...given: unknown[]) => console.error(...given)

// What a server does in the background within its first hours: it takes in what it finds, at once here. It is not part of the
// package's API, so this is our own source.
answer({
  /** In µs of this process. */
  async index(options: ClientOptions): Promise<number> {
    const prisma = await clientOf(options)
    const before = process.cpuUsage()
    await new SearchIndex(new Database(prisma), { warn: log, error: log }, 0).lookThrough()
    const { user, system } = process.cpuUsage(before)
    await prisma.$disconnect()
    return user + system
  },
})
