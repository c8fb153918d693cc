import { join } from 'node:path'
import type { RequestHandler } from 'express'
import { createChatRouter, diskStorage, type NotifyOptions, reject, roomPresets } from 'express-chat'
import type { Database } from './database.js'

interface ShopChatOptions {
  prisma: Database
  /** Puts `account` on a request. */
  session: RequestHandler
  secret: string
  /** The folder for the files that people send. */
  data: string
  notify: NotifyOptions
}

/** Both sides of an order may talk, and neither can leave it or bring somebody else. */
const side = { ...roomPresets.group.member, canAddUsers: false, canLeave: false }

export function createShopChat({ prisma, session, secret, data, notify }: ShopChatOptions) {
  return createChatRouter({
    middleware: [session],
    resolveUser: ({ account }) => account && { id: account.id, name: account.name, expiresAt: account.sessionEndsAt },
    prisma,
    secret,
    storage: diskStorage({ directory: join(data, 'files') }),
    notify,
    isModerator: (_user, { account }) => account.isStaff,
    isStillWelcome: async (id) => (await prisma.user.count({ where: { id, lockedAt: null } })) === 1,
    permissions: { ...roomPresets, group: { member: side, admin: side, owner: side } },
    before: {
      room() {
        throw reject('A conversation begins with an order')
      },
    },
    directory: {
      find: (ids, { prisma }) => prisma.user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } }),
      search: () => [],
    },
  })
}

export type ShopChat = ReturnType<typeof createShopChat>
