import { createServer } from 'node:http'
import express from 'express'
import { ChatError, type ChatPrismaClient, createChatRouter, emoji, jwtUser, type Message } from 'express-chat'

declare const prisma: ChatPrismaClient

const secret = 'a secret of at least thirty-two characters'
const chat = createChatRouter({
  resolveUser: jwtUser({ secret, algorithms: ['HS256'] }),
  prisma,
  secret,
  reactions: emoji(),
})
const app = express()
app.use('/chat', chat.router)
chat.attach(createServer(app))

export async function send(roomId: string): Promise<Message | string> {
  try {
    return await chat.messages.send('alice', roomId, { text: 'Hello' })
  } catch (error) {
    if (error instanceof ChatError) return error.code
    throw error
  }
}
