import { Router } from 'express'
import type { ChatApi } from 'express-chat'
import { z } from 'zod'
import type { ShopChat } from './chat.js'
import type { Database, Transaction } from './database.js'
import { ShopError } from './errors.js'
import type { Order } from './generated/client.js'
import { accountOf } from './sessions.js'

const orderId = z.coerce.number().pipe(z.int32())
const newOrder = z.object({
  listingId: z.int32(),
  note: z.string().trim().min(1, 'Write a word to the seller').max(1000, 'That is too long'),
})

export function orderRoutes(prisma: Database, chat: ShopChat): Router {
  const router = Router()
  router.post('/', async (request, response) => {
    const buyer = accountOf(request)
    const order = await placeOrder(chat, buyer.id, newOrder.parse(request.body))
    response.status(201).json({ id: order.id })
  })
  router.get('/:id', async (request, response) => {
    const { id } = accountOf(request)
    const order = await prisma.order.findFirst({
      where: { id: orderId.parse(request.params.id), OR: [{ buyerId: id }, { sellerId: id }] },
    })
    if (!order) throw new ShopError(404, 'There is no such order of yours')
    response.json(order)
  })
  router.post('/:id/received', async (request, response) => {
    await receiveOrder(chat, accountOf(request).id, orderId.parse(request.params.id))
    response.sendStatus(204)
  })
  return router
}

/** The order, its room, the first message and the payment: all of them, or nothing. */
function placeOrder(chat: ShopChat, buyerId: string, { listingId, note }: z.infer<typeof newOrder>) {
  return chat.transaction(async (tx, chat) => {
    const order = await takeListing(tx, buyerId, listingId)
    await refuseBlocked(chat, order)
    const { room } = await chat.system.rooms.ensure({
      key: keyOf(order),
      type: 'group',
      name: order.title,
      userIds: [order.sellerId, buyerId],
      data: cardOf(order),
    })
    await chat.messages.send(buyerId, room.id, { text: note })
    await pay(tx, order)
    return order
  })
}

/** The card of the order changes with the order. */
function receiveOrder(chat: ShopChat, buyerId: string, id: number) {
  return chat.transaction(async (tx, chat) => {
    const { count } = await tx.order.updateMany({
      where: { id, buyerId, receivedAt: null },
      data: { receivedAt: new Date() },
    })
    if (count === 0) throw new ShopError(404, 'You have no such order that is under way')
    const order = await tx.order.findUniqueOrThrow({ where: { id } })
    const room = await chat.system.rooms.find({ key: keyOf(order) })
    if (!room) return
    await chat.system.rooms.update(room.id, { data: cardOf(order) })
    await chat.system.messages.send(room.id, { text: 'The buyer has received it' })
  })
}

async function takeListing(tx: Transaction, buyerId: string, id: number) {
  const { count } = await tx.listing.updateMany({ where: { id, soldAt: null }, data: { soldAt: new Date() } })
  if (count === 0) throw new ShopError(409, 'Somebody was faster: it is sold')
  const { sellerId, title, emoji, price } = await tx.listing.findUniqueOrThrow({ where: { id } })
  if (sellerId === buyerId) throw new ShopError(409, 'This is yours already')
  const order = await tx.order.create({ data: { buyerId, sellerId, title, emoji, price } })
  return { ...order, buyerId, sellerId }
}

type NewOrder = Awaited<ReturnType<typeof takeListing>>

/** Whoever blocks somebody does not sell to them either. */
async function refuseBlocked(chat: ChatApi, { sellerId, buyerId }: NewOrder) {
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await chat.blocks.list(sellerId, { cursor, limit: 100 })
    if (items.some(({ user }) => user.id === buyerId)) throw new ShopError(403, 'The seller does not sell to you')
    cursor = nextCursor ?? undefined
  } while (cursor)
}

async function pay(tx: Transaction, { buyerId, sellerId, price }: NewOrder) {
  const { count } = await tx.user.updateMany({
    where: { id: buyerId, credit: { gte: price } },
    data: { credit: { decrement: price } },
  })
  if (count === 0) throw new ShopError(402, 'Your credit is not enough for this')
  await tx.user.update({ where: { id: sellerId }, data: { credit: { increment: price } } })
}

const keyOf = ({ id }: Pick<Order, 'id'>): string => `order:${id}`

/** What everybody in the room sees of the order. */
const cardOf = ({ id, title, emoji, price, receivedAt }: Order) => ({
  orderId: id,
  title,
  emoji,
  price,
  status: receivedAt ? 'received' : 'paid',
})

export type OrderCard = ReturnType<typeof cardOf>
