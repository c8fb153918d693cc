import { Router } from 'express'
import type { ShopChat } from './chat.js'
import type { Database } from './database.js'
import { ShopError } from './errors.js'
import { staffOf } from './sessions.js'

/** Accounts are the shop's to lock. What was said and reported, the page asks the chat itself for. */
export function backOfficeRoutes(prisma: Database, chat: ShopChat): Router {
  const router = Router()
  router.use((request, _response, next) => {
    staffOf(request)
    next()
  })
  router.get('/people', async (_request, response) => {
    const select = { id: true, name: true, email: true, isStaff: true, lockedAt: true }
    response.json(await prisma.user.findMany({ orderBy: { name: 'asc' }, take: 500, select }))
  })
  router.put('/people/:id/lock', async (request, response) => {
    await lockAccount(prisma, chat, request.params.id)
    response.sendStatus(204)
  })
  router.delete('/people/:id/lock', async (request, response) => {
    await prisma.user.updateMany({ where: { id: request.params.id }, data: { lockedAt: null } })
    response.sendStatus(204)
  })
  return router
}

/** Nobody is signed in to this account any more, and nobody can sign in; what they said stays. */
async function lockAccount(prisma: Database, chat: ShopChat, id: string) {
  const { count } = await prisma.user.updateMany({ where: { id, isStaff: false }, data: { lockedAt: new Date() } })
  if (count === 0) throw new ShopError(404, 'There is no such account, or it is one of the shop')
  await prisma.session.deleteMany({ where: { userId: id } })
  await chat.disconnect(id)
}
