// The shortest honest host: an Express app with a chat in it. Users are whoever the token says.
import { createServer } from 'node:http'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import express from 'express'
import { createChatRouter, jwtUser } from 'express-chat'
import { PrismaClient } from '../prisma/generated/client.js'

const { CHAT_SECRET = '', DATABASE_URL = 'file:chat.db', PORT = '3000' } = process.env

const prisma = new PrismaClient({ adapter: new PrismaLibSql({ url: DATABASE_URL }) })

const chat = createChatRouter({
  resolveUser: jwtUser({ secret: CHAT_SECRET, algorithms: ['HS256'] }),
  prisma,
  secret: CHAT_SECRET,
})

const app = express()
app.use('/chat', chat.router)

const server = createServer(app)
chat.attach(server)
await chat.ready()
server.listen(Number(PORT), () => console.log(`http://localhost:${PORT}/chat/docs`))
