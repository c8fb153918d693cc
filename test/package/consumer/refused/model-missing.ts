import { createChatRouter } from 'express-chat'
import type { PrismaClient } from '../sqlite/client.js'

declare const prisma: Omit<PrismaClient, 'chatMessage'>

createChatRouter({ resolveUser: () => null, secret: '', prisma })
