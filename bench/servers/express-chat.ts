import { createServer, type IncomingMessage } from 'node:http'
import express from 'express'
import { type Chat, createChatRouter, defaultLimits, type Limits, redisBus } from 'express-chat'
import { Redis } from 'ioredis'
import { type ClientOptions, clientOf } from './clients.js'
import { serve } from './serve.js'

export interface ExpressChatOptions extends ClientOptions {
  /** Redis between servers of one chat. */
  bus?: { url: string; channel: string }
  /** With a durable subscription, whose handler does nothing. */
  subscribes?: boolean
}

let chat: Chat | undefined
let statements = 0

// The library as it is built and as a host mounts it. Rate limits are raised: they are what a load test would measure.
serve(
  async (options: ExpressChatOptions) => {
    const prisma = await clientOf(options, () => {
      statements += 1
    })
    chat = createChatRouter({
      resolveUser: ({ headers }: IncomingMessage) => ({
        id: String(headers['x-user']),
        name: String(headers['x-user']),
      }),
      prisma,
      ...(options.bus ? { bus: busOf(options.bus) } : {}),
      secret: 'a secret for benchmarks, of more than 32 characters',
      limits: {
        rates: generous,
        groupMembers: 1_000_000,
        channelMembers: 1_000_000,
        addsPerCall: 1000,
        invitesPerDay: 1_000_000,
        requestsPerUser: 10_000,
      },
    })
    const app = express()
    app.use('/chat', chat.router)
    const server = createServer(app)
    chat.attach(server)
    await chat.ready()
    if (options.subscribes) await chat.subscribe('benchmark', () => undefined).ready()
    return server
  },
  {
    async send({ roomIds, messages, text }: { roomIds: string[]; messages: number; text: string }) {
      const sends = Array.from({ length: messages }, (_, n) => {
        return chat?.messages.send('u0', String(roomIds[n % roomIds.length]), { text })
      })
      await Promise.all(sends)
    },
    statements: () => statements,
  },
)

const generous = Object.fromEntries(
  Object.keys(defaultLimits.rates).map((name) => [name, { points: 1e9, seconds: 10 }]),
) as Limits['rates']

const busOf = ({ url, channel }: NonNullable<ExpressChatOptions['bus']>) =>
  redisBus({ client: new Redis(url), channel })
