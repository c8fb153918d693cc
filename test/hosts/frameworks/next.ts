import { createServer } from 'node:http'
import { PrismaClient } from '@prisma/client'
import express from 'express'
import { createChatRouter } from 'express-chat'
import { newDatabase, secret, tellPort } from './given.mjs'
import { readSession } from './session.mjs'

const prisma = new PrismaClient({ adapter: await newDatabase('next') })
const app = express()

// docs/hosts.md: next

tellPort(server)
