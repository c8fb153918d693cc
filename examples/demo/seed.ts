import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Chat, Room } from 'express-chat'
import type { PrismaClient } from '../prisma/generated/client.js'
import type { Card } from './cards.js'

/** Alice, Bob and a room in which they talk, the first time; and the same ones afterwards. */
export async function seed(chat: Chat, prisma: PrismaClient) {
  const alice = await account(prisma, 'Alice')
  const bob = await account(prisma, 'Bob')
  await chat.users.save(alice)
  await chat.users.save(bob)
  await orderRoom(chat)
  const { room, created } = await chat.system.rooms.ensure({
    ...{ key: 'welcome', type: 'group', name: 'Welcome', description: 'The first room of the demo', isPublic: true },
    userIds: [alice.id, bob.id],
  })
  if (created) await talk(chat, room)
  return { room, alice, bob }
}

const account = (prisma: PrismaClient, name: string) =>
  prisma.user.upsert({ where: { id: name.toLowerCase() }, create: { id: name.toLowerCase(), name }, update: {} })

/** The room of an order, found by the order's number, in which the shop says under its own name what was ordered. */
async function orderRoom(chat: Chat): Promise<void> {
  const { room, created } = await chat.system.rooms.ensure({
    ...{ key: 'order:17', type: 'group', name: 'Order 17', userIds: ['alice', 'bob'] },
  })
  if (!created) return
  const card: Card = {
    ...{ type: 'order', number: 17, status: 'packed', total: '€ 64.90' },
    items: [
      { name: 'Espresso cups', count: 4 },
      { name: 'Hand grinder', count: 1 },
    ],
  }
  const { seq } = await chat.system.messages.send(room.id, {
    text: 'Your order is packed and leaves tomorrow. Ask here if anything is missing.',
    data: card,
    as: { name: 'Shop', avatarUrl: '/assets/shop.svg' },
  })
  for (const userId of ['alice', 'bob']) await chat.members.markRead(userId, room.id, seq)
}

/** A room shows what it can once something was said in it. */
async function talk(chat: Chat, room: Room): Promise<void> {
  const send = (userId: string, message: Parameters<Chat['messages']['send']>[2]) =>
    chat.messages.send(userId, room.id, message)
  await send('alice', { text: 'Hi Bob, welcome! 👋' })
  const question = await send('bob', { text: 'Thanks! What can one do here?' })
  const answer = await send('alice', {
    text: 'Reply, react, edit and delete: point at a message, or tap it. @Bob, a mention looks like this, and files go with the paper clip or by dropping them anywhere.',
    ...{ replyToId: question.id, mentions: ['bob'] },
  })
  await chat.reactions.add('bob', room.id, answer.id, '👍')
  const lake = fileURLToPath(new URL('pictures/lake.jpg', import.meta.url))
  const picture = await chat.media.upload('bob', { filename: 'lake.jpg', stream: createReadStream(lake) })
  const view = await send('bob', { text: 'Like this one, from last weekend', mediaIds: [picture.id] })
  for (const userId of ['alice', 'bob']) await chat.reactions.add(userId, room.id, view.id, '❤️')
  const last = await send('alice', {
    text: 'Lovely! And now pull the plug: what you write without a network is sent once you are back.',
  })
  await chat.members.markRead('bob', room.id, last.seq)
}
