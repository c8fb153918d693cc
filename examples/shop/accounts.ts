import { Router } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { z } from 'zod'
import type { ShopChat } from './chat.js'
import type { Database } from './database.js'
import { ShopError } from './errors.js'
import { hashPassword, isPassword } from './passwords.js'
import { accountOf, endSession, startSession } from './sessions.js'

const email = z.string().trim().toLowerCase().pipe(z.email('This is no address for mails'))
const credentials = z.object({ email, password: z.string() })
const newAccount = z.object({
  email,
  name: z.string().trim().min(1, 'Say how you are called').max(40, 'This name is too long'),
  password: z.string().min(8, 'A password has 8 characters or more').max(200, 'This password is too long'),
})

export function accountRoutes(prisma: Database, chat: ShopChat): Router {
  const router = Router()
  const attempts = new RateLimiterMemory({ points: 10, duration: 60 })

  router.get('/me', (request, response) => void response.json(request.account ?? null))

  router.post('/accounts', async (request, response) => {
    const { email, name, password } = newAccount.parse(request.body)
    const data = { email, name, password: await hashPassword(password) }
    const user = await prisma.user.create({ data }).catch((error) => {
      throw error.code === 'P2002' ? new ShopError(409, 'Somebody has this address already') : error
    })
    await startSession(prisma, request, response, user.id)
    response.sendStatus(201)
  })

  router.post('/session', async (request, response) => {
    const { email, password } = credentials.parse(request.body)
    await attempts.consume(email).catch(() => {
      throw new ShopError(429, 'Too many attempts: wait a minute')
    })
    const user = await prisma.user.findUnique({ where: { email } })
    if (!user || !(await isPassword(password, user.password))) throw new ShopError(401, 'Wrong address or password')
    if (user.lockedAt) throw new ShopError(403, 'This account is locked')
    await startSession(prisma, request, response, user.id)
    response.sendStatus(201)
  })

  router.delete('/session', async (request, response) => {
    await endSession(prisma, request, response)
    if (request.account) await chat.disconnect(request.account.id)
    response.sendStatus(204)
  })

  router.delete('/me', async (request, response) => {
    await deleteAccount(chat, accountOf(request).id)
    await endSession(prisma, request, response)
    response.sendStatus(204)
  })
  return router
}

/** The account, with its sessions, listings and mails, and all that its owner has said: all of it goes, or nothing. */
function deleteAccount(chat: ShopChat, userId: string) {
  return chat.transaction(async (tx, chat) => {
    await tx.user.delete({ where: { id: userId } })
    await chat.eraseUser(userId, { messages: 'delete' })
  })
}
