import { createServer, type IncomingMessage } from 'node:http'
import { PrismaPg } from '@prisma/adapter-pg'
import express from 'express'
import { createChatRouter } from 'express-chat'
import { PrismaClient } from '../../examples/prisma/postgresql/generated/client.js'
import { serve } from './serve.js'

// The same host, with the chat in it.
serve(async ({ url }: { url: string }) => {
  const prisma = new PrismaClient({ adapter: new PrismaPg(url) })
  const chat = createChatRouter({
    resolveUser: ({ headers }: IncomingMessage) => ({ id: String(headers['x-user']) }),
    prisma,
    secret: 'a secret for benchmarks, of more than 32 characters',
  })
  const app = express()
  app.use('/chat', chat.router)
  const server = createServer(app)
  chat.attach(server)
  return server
})
