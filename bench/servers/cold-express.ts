import { createServer } from 'node:http'
import { PrismaPg } from '@prisma/adapter-pg'
import express from 'express'
import { PrismaClient } from '../../examples/prisma/postgresql/generated/client.js'
import { serve } from './serve.js'

// What a host has before the chat comes: Express, and a query through the same client.
serve(async ({ url }: { url: string }) => {
  const prisma = new PrismaClient({ adapter: new PrismaPg(url) })
  const app = express()
  app.get('/chat/users/me', async (request, response) => {
    response.json(await prisma.chatUser.findUnique({ where: { id: String(request.headers['x-user']) } }))
  })
  return createServer(app)
})
