import { createServer } from 'node:http'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaClient } from '@prisma/client'
import express from 'express'
import { createChatRouter, diskStorage, jwtUser } from 'express-chat'
import { givenPlace, secret, talk } from './talk.cjs'

/** Starts a host, lets a user talk in it, and ends it. */
export async function host() {
  const { folder, url, remove } = await givenPlace()
  const prisma = new PrismaClient({ adapter: new PrismaLibSql({ url }) })
  const chat = createChatRouter({
    resolveUser: jwtUser({ secret, algorithms: ['HS256'] }),
    prisma,
    secret,
    storage: diskStorage({ directory: folder }),
  })
  const app = express()
  app.use(express.json())
  app.use('/chat', chat.router)
  const server = createServer(app)
  chat.attach(server)
  try {
    await chat.ready()
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    return await talk(server.address().port)
  } finally {
    await chat.close()
    server.closeAllConnections()
    server.close()
    await prisma.$disconnect()
    remove()
  }
}
