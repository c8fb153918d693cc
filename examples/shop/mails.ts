import { Router } from 'express'
import type { NotificationBatch } from 'express-chat'
import nodemailer, { type SendMailOptions, type Transporter } from 'nodemailer'
import type { Database } from './database.js'
import { accountOf } from './sessions.js'

const from = 'The shop <shop@example.com>'

/**
 * Mails somebody who is away that there is something to read, and where. What was said stays in the shop: a mail cannot be
 * taken back when its author deletes it.
 */
export const mailTo =
  (prisma: Database, mailer: Transporter, siteUrl: string) =>
  async ({ id, userId, unread, rooms }: NotificationBatch) => {
    const user = await prisma.user.findUnique({ where: { id: userId } })
    if (!user) return
    const texts = rooms.map(
      ({ room, unread }) => `“${room.name}”: ${messages(unread)}\n${siteUrl}/orders/${room.key?.replace('order:', '')}`,
    )
    await mailer.sendMail({
      from,
      to: user.email,
      subject: `You have ${messages(unread)} to read`,
      text: texts.join('\n\n'),
      messageId: `<${id}@example.com>`,
    })
  }

const messages = (count: number): string => (count === 1 ? 'a message' : `${count} messages`)

/** Sends by the mail server, or where there is none, into the table that the page `/mails` shows. */
export function createMailer(prisma: Database, smtpUrl: string | undefined): Transporter {
  if (smtpUrl) return nodemailer.createTransport(smtpUrl)
  return nodemailer.createTransport({
    name: 'table',
    version: '1',
    send: ({ data }, done) => void keep(prisma, data).then((kept) => done(null, kept), done),
  })
}

/** What is told again after a crash has the same `messageId`, and is kept once. */
async function keep(prisma: Database, { messageId, to, subject, text }: SendMailOptions) {
  const { id: userId } = await prisma.user.findUniqueOrThrow({ where: { email: String(to) } })
  const mail = { id: String(messageId), userId, subject: String(subject), text: String(text) }
  await prisma.mail.upsert({ where: { id: mail.id }, create: mail, update: {} })
  return { messageId: mail.id, envelope: { from: false as const, to: [String(to)] } }
}

export function mailRoutes(prisma: Database): Router {
  const router = Router()
  router.get('/', async (request, response) => {
    const { id: userId } = accountOf(request)
    response.json(await prisma.mail.findMany({ where: { userId }, orderBy: { createdAt: 'desc' }, take: 50 }))
  })
  return router
}
