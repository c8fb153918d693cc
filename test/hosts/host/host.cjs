const { createServer } = require('node:http')
const { PrismaLibSql } = require('@prisma/adapter-libsql')
const { PrismaClient } = require('@prisma/client')
const express = require('express')
const { createChatRouter, diskStorage, jwtUser } = require('express-chat')
const { givenPlace, secret, talk } = require('./talk.cjs')

/** Starts a host, lets a user talk in it, and ends it. */
async function host() {
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

module.exports = { host }
