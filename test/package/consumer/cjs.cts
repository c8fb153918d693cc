import express = require('express')
import chat = require('express-chat')

export function mount(prisma: chat.ChatPrismaClient): express.Express {
  const resolveUser = () => ({ id: 'alice' })
  const { router } = chat.createChatRouter({
    resolveUser,
    prisma,
    secret: 'a secret of at least thirty-two characters',
  })
  return express().use('/chat', router)
}
