import { createChatRouter, type ImportMessage } from 'express-chat'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import type { Numbers } from '../harness/measure.js'
import { answer } from '../harness/process.js'
import { type ClientOptions, clientOf } from './clients.js'

export interface ImporterOptions extends ClientOptions {
  roomId: string
  count: number
}

type Fill = (roomId: string, messages: ImportMessage[]) => Promise<unknown>

/** As many as one statement takes without thinking about it. */
const atOnce = 500
let filled = 0

/** Oldest first, a second apart, by people of whom each tenth is not in the room. */
function* messagesOf(count: number): Generator<ImportMessage & { userId: string; text: string; createdAt: Date }> {
  const begin = Date.UTC(2020, 0, 1)
  // In another room every time: a key goes into a room once.
  filled += 1
  for (let n = 0; n < count; n += 1) {
    const text = `message ${n} `.padEnd(150, 'lorem ipsum dolor sit amet ')
    yield { key: `${process.pid} ${filled} ${n}`, userId: `u${n % 10}`, text, createdAt: new Date(begin + n * 1000) }
  }
}

async function open(options: ClientOptions) {
  // What is called of it is the same of each.
  const prisma = (await clientOf(options)) as PrismaClient
  const chat = createChatRouter({
    resolveUser: () => null,
    prisma,
    secret: 'a secret for benchmarks, of more than 32 characters',
    path: '/chat',
  })
  await chat.ready()
  return { prisma, chat }
}

let opened: ReturnType<typeof open> | undefined

function openedWith(options: ClientOptions) {
  opened ??= open(options)
  return opened
}

async function timed({ roomId, count }: ImporterOptions, fill: Fill): Promise<Numbers> {
  const messages = [...messagesOf(count)]
  const before = performance.now()
  await fill(roomId, messages)
  return { perSecond: (count / (performance.now() - before)) * 1000 }
}

// Each in a process of its own: what people bring from elsewhere goes into a room in one of these ways.
answer({
  async imported(options: ImporterOptions): Promise<Numbers> {
    const { chat } = await openedWith(options)
    return timed(options, (roomId, messages) => chat.importMessages(roomId, messages))
  },

  /** What one can do without: the time of each is that of its sending. */
  async sent(options: ImporterOptions): Promise<Numbers> {
    const { chat } = await openedWith(options)
    return timed(options, async (roomId, messages) => {
      for (const { userId = '', text } of messages) await chat.messages.send(userId, roomId, { text })
    })
  },

  /** Rows alone, as many as a statement takes, into a room of which nothing else is kept up. */
  async created(options: ImporterOptions): Promise<Numbers> {
    const { prisma } = await openedWith(options)
    const { lastMessageSeq: last } = await prisma.chatRoom.findUniqueOrThrow({ where: { id: options.roomId } })
    return timed(options, async (roomId, messages) => {
      const rows = messages.map(({ key, userId = '', text = '', createdAt }, n) => ({
        ...{ id: `${roomId} ${key}`, roomId, userId, text, kind: 'user' as const, createdAt: new Date(createdAt) },
        ...{ seq: last + n + 1, revision: last + n + 1, createdRevision: last + n + 1 },
      }))
      for (let n = 0; n < rows.length; n += atOnce) {
        await prisma.chatMessage.createMany({ data: rows.slice(n, n + atOnce) })
      }
      const lastMessageSeq = last + rows.length
      await prisma.chatRoom.update({ where: { id: roomId }, data: { lastMessageSeq, revision: lastMessageSeq } })
    })
  },
})
