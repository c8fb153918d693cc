import type { ChatOptions } from 'express-chat'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import type { OpenDatabase, TestDatabase } from '../databases.js'
import type { TestHost } from '../host.js'
import { givenDatabase, givenHost, quietLogger } from '../realtime/given.js'

type Options = Partial<ChatOptions<PrismaClient>>

/** A database on which servers are started, and started again, which look often for what is to be done. */
export async function givenServers(on?: TestDatabase) {
  const database = await givenDatabase(on)
  let first: OpenDatabase | undefined = database
  return {
    prisma: database.prisma,
    async start(options: Options): Promise<TestHost> {
      const { prisma } = first ?? { prisma: database.connect() }
      first = undefined
      const host = await givenHost({ pollMs: 100, logger: quietLogger(), ...options }, { prisma })
      await host.chat.ready()
      return host
    },
    /** What has to wait is due. */
    due: () =>
      database.prisma.chatSubscriptionPosition.updateMany({
        where: { heldUntil: { gt: 1 } },
        data: { heldUntil: 1, heldBy: null },
      }),
    positionOf: (roomId: string) => database.prisma.chatSubscriptionPosition.findFirstOrThrow({ where: { roomId } }),
  }
}

/** A clock that is put forward. */
export function givenClock() {
  let ahead = 0
  return {
    clock: () => new Date(Date.now() + ahead),
    pass(ms: number) {
      ahead += ms
    },
  }
}
