import { createChatRouter } from 'express-chat'
import { afterEach, describe, expect, it } from 'vitest'
import { databases, type OpenDatabase } from '../databases.js'
import { secret, userOfHeader } from '../host.js'

type Prisma = OpenDatabase['prisma']

const opened: OpenDatabase[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

async function started(prisma: Prisma): Promise<void> {
  const logger = { warn: () => undefined, error: () => undefined }
  const chat = createChatRouter({ resolveUser: userOfHeader, prisma, secret, logger })
  await chat.ready().finally(() => chat.close())
}

describe.each(databases)('a client whose extension runs each query in a transaction of its own, on $name', (on) => {
  it('is refused: what it writes in ours would stay when ours is rolled back', async () => {
    const { prisma } = await on.open().then((database) => {
      opened.push(database)
      return database
    })
    // As row-level security is usually set up: the tenant first, then the query.
    const extended = prisma.$extends({
      query: {
        $allModels: {
          async $allOperations({ args, query }) {
            const [, result] = await prisma.$transaction([prisma.$queryRaw`SELECT 1`, query(args)])
            return result
          },
        },
      },
    })
    await expect(started(extended as unknown as Prisma)).rejects.toThrow(
      /^express-chat: .* interactive transaction .* row-level security by set_config .* without that extension/,
    )
    expect(await prisma.chatNode.count()).toBe(0)
    await started(prisma)
  })
})
