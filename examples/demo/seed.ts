import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Chat, Room } from 'express-chat'
import type { PrismaClient } from '../prisma/generated/client.js'

/** Alice, Bob and a room in which they talk, the first time; and the same ones afterwards. */
export async function seed(chat: Chat, prisma: PrismaClient) {
  const alice = await account(prisma, 'Alice')
  const bob = await account(prisma, 'Bob')
  await chat.users.save(alice)
  await chat.users.save(bob)
  const standing = (await chat.rooms.list(alice.id, { type: 'group', limit: 100 })).items
  const room = standing.find((candidate) => candidate.name === 'Welcome') ?? (await firstRoom(chat))
  return { room, alice, bob }
}

const account = (prisma: PrismaClient, name: string) =>
  prisma.user.upsert({ where: { id: name.toLowerCase() }, create: { id: name.toLowerCase(), name }, update: {} })

/** A room shows what it can once something was said in it. */
async function firstRoom(chat: Chat): Promise<Room> {
  // By the application, which nobody is asked about first.
  const room = await chat.system.rooms.create({
    ...{ type: 'group', name: 'Welcome', description: 'The first room of the demo', isPublic: true },
    userIds: ['alice', 'bob'],
  })
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
  return room
}
