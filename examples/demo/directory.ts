import type { Directory } from 'express-chat'
import type { PrismaClient } from '../prisma/generated/client.js'

/** Lets people be found and added who have an account here but have not opened the chat yet. */
export const directoryOf = (prisma: PrismaClient): Directory => ({
  find: (ids) => prisma.user.findMany({ where: { id: { in: ids } } }),
  search: (query, { limit }) =>
    prisma.user.findMany({ where: { name: { contains: query } }, orderBy: { name: 'asc' }, take: limit }),
})
