import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Request, type Response, Router } from 'express'
import type { Message, NotificationBatch, ResolveUser } from 'express-chat'
import webpush from 'web-push'
import type { PrismaClient } from '../prisma/generated/client.js'

/** The keys by which browsers know our pushes, the same between runs; an app of yours takes them from its environment. */
export async function vapidIn(folder: string): Promise<webpush.VapidKeys> {
  const file = join(folder, 'vapid.json')
  try {
    await writeFile(file, JSON.stringify(webpush.generateVAPIDKeys()), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return JSON.parse(await readFile(file, 'utf8'))
}

const idOf = (endpoint: string): string => createHash('sha256').update(endpoint).digest('hex')

/** Where the page says that this browser takes pushes, or no longer does. */
export function pushRoutes(prisma: PrismaClient, { publicKey }: webpush.VapidKeys, resolveUser: ResolveUser): Router {
  const router = Router()
  const asSomebody = async (request: Request, response: Response) => {
    const user = await resolveUser(request)
    if (!user) response.status(401).json({ title: 'Sign in first' })
    return user?.id
  }
  router.get('/key', (_request, response) => void response.json({ publicKey }))
  router.post('/subscriptions', async (request, response) => {
    const userId = await asSomebody(request, response)
    if (userId === undefined) return
    const subscription = subscriptionIn(request.body)
    if (!subscription) return void response.status(400).json({ title: 'That is no subscription of a browser' })
    const id = idOf(subscription.endpoint)
    const row = { userId, id, subscription: JSON.stringify(subscription) }
    await prisma.pushSubscription.upsert({ where: { userId_id: { userId, id } }, create: row, update: row })
    response.status(201).json({})
  })
  router.post('/subscriptions/end', async (request, response) => {
    const userId = await asSomebody(request, response)
    if (userId === undefined) return
    await prisma.pushSubscription.deleteMany({ where: { userId, id: idOf(String(request.body?.endpoint)) } })
    response.json({})
  })
  return router
}

function subscriptionIn(body: unknown): webpush.PushSubscription | undefined {
  const { endpoint, keys } = Object(body)
  const { p256dh, auth } = Object(keys)
  if (![endpoint, p256dh, auth].every((part) => typeof part === 'string' && part.length < 2_000)) return undefined
  return String(endpoint).startsWith('https://') ? { endpoint, keys: { p256dh, auth } } : undefined
}

const lineOf = ({ as, user, text, media }: Message): string =>
  `${as?.name ?? user?.name}: ${text || media[0]?.filename || '…'}`

/** Tells the browsers of somebody who is away, one notification for each room. */
export function pushTo(prisma: PrismaClient, { publicKey, privateKey }: webpush.VapidKeys) {
  webpush.setVapidDetails('mailto:demo@example.com', publicKey, privateKey)
  return async ({ userId, unread, rooms, threads }: NotificationBatch): Promise<void> => {
    for (const { id, subscription } of await prisma.pushSubscription.findMany({ where: { userId } })) {
      for (const { room, title, messages } of [...rooms, ...threads]) {
        const body = messages.map(lineOf).join('\n')
        const payload = JSON.stringify({ title, body, roomId: room.id, userId, unread })
        if (await isTaken(JSON.parse(subscription), payload)) continue
        await prisma.pushSubscription.deleteMany({ where: { userId, id } })
        break
      }
    }
  }
}

/** False where a browser wants no more pushes; anything else that goes wrong is tried again. */
async function isTaken(subscription: webpush.PushSubscription, payload: string): Promise<boolean> {
  try {
    await webpush.sendNotification(subscription, payload, { TTL: 86_400, timeout: 10_000 })
    return true
  } catch (error) {
    if (error instanceof webpush.WebPushError && [404, 410].includes(error.statusCode)) return false
    throw error
  }
}
