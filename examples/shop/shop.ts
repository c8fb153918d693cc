import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import express from 'express'
import { accountRoutes } from './accounts.js'
import { backOfficeRoutes } from './back-office.js'
import { createShopChat } from './chat.js'
import { openDatabase } from './database.js'
import { answerErrors } from './errors.js'
import { listingRoutes } from './listings.js'
import { createMailer, mailRoutes, mailTo } from './mails.js'
import { orderRoutes } from './orders.js'
import { servePage } from './page.js'
import { seed } from './seed.js'
import { readSession } from './sessions.js'
import type { Settings } from './settings.js'

/** Puts the shop together and opens it. */
export async function openShop({ port, siteUrl, data, secret, mailAfter, smtpUrl, page }: Settings) {
  const prisma = await openDatabase(data)
  await mkdir(join(data, 'files'), { recursive: true })
  await seed(prisma)

  const app = express()
  const server = createServer(app)
  const session = readSession(prisma)
  const notify = { afterSeconds: mailAfter, handler: mailTo(prisma, createMailer(prisma, smtpUrl), siteUrl) }
  const chat = createShopChat({ prisma, session, secret, data, notify })

  app.disable('x-powered-by')
  app.use('/chat', chat.router)
  app.use('/api', session, express.json())
  app.use('/api', accountRoutes(prisma, chat))
  app.use('/api/listings', listingRoutes(prisma))
  app.use('/api/orders', orderRoutes(prisma, chat))
  app.use('/api/mails', mailRoutes(prisma))
  app.use('/api/back-office', backOfficeRoutes(prisma, chat))
  app.use('/api', (_request, response) => void response.status(404).json({ title: 'There is no such page' }))
  const closePage = await servePage(app, server, page)
  app.use(answerErrors)
  chat.attach(server)
  await chat.ready()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve))

  const close = async () => {
    await chat.close()
    await closePage()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await prisma.$disconnect()
  }
  return { chat, prisma, close }
}
