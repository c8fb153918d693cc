import { createChatRouter } from 'express-chat'
import type { PrismaClient } from '../sqlite/client.js'

type Columns = PrismaClient['chatMessage']['fields']
declare const prisma: Omit<PrismaClient, 'chatMessage'> & { chatMessage: { fields: Omit<Columns, 'revision'> } }

createChatRouter({ resolveUser: () => null, secret: '', prisma })
