import type { Chat } from 'express-chat'
import type { PrismaClient } from '../prisma/generated/client.js'

/** Alice, Bob and a room for them, the first time; and the same ones afterwards. */
export async function seed(chat: Chat, prisma: PrismaClient) {
  const alice = await account(prisma, 'Alice')
  const bob = await account(prisma, 'Bob')
  await chat.users.save(alice)
  await chat.users.save(bob)
  const standing = (await chat.rooms.list(alice.id, { type: 'group', limit: 100 })).items
  const room =
    standing.find((candidate) => candidate.name === 'Welcome') ??
    (await chat.rooms.create(alice.id, {
      type: 'group',
      name: 'Welcome',
      description: 'The first room of the demo',
      isPublic: true,
      userIds: [bob.id],
    }))
  return { room, alice, bob }
}

const account = (prisma: PrismaClient, name: string) =>
  prisma.user.upsert({ where: { id: name.toLowerCase() }, create: { id: name.toLowerCase(), name }, update: {} })
