import { createChatRouter } from 'express-chat'
import type { PrismaClient } from '../sqlite/client.js'

type Columns = PrismaClient['chatMessage']['fields']
type SeqAsText = Omit<Columns, 'seq'> & { seq: Columns['text'] }
declare const prisma: Omit<PrismaClient, 'chatMessage'> & { chatMessage: { fields: SeqAsText } }

createChatRouter({ resolveUser: () => null, secret: '', prisma })
