import { createServer } from 'node:http'
import { PrismaClient } from '@prisma/client'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import express from 'express'
import { createChatRouter } from 'express-chat'
import { newDatabase, secret, tellPort } from './given.mjs'

const prisma = new PrismaClient({ adapter: await newDatabase('better-auth') })
const app = express()
const options = {
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  emailAndPassword: { enabled: true },
  secret,
}

// docs/hosts.md: better-auth

const server = createServer(app)
chat.attach(server)
tellPort(server.listen(0, '127.0.0.1'))
