import { createServer, type IncomingMessage } from 'node:http'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import express from 'express'
import { type Chat, createChatRouter, defaultLimits, type Limits, redisBus, statementName } from 'express-chat'
import { Redis } from 'ioredis'
import pg from 'pg'
import { PrismaClient as SqliteClient } from '../../examples/prisma/generated/client.js'
import { PrismaClient as PostgresqlClient } from '../../examples/prisma/postgresql/generated/client.js'
import { serve } from './serve.js'

export interface ExpressChatOptions {
  database: 'postgresql' | 'sqlite'
  url: string
  /** SQLite's. */
  synchronous?: 'FULL' | 'NORMAL'
  /** Redis between servers of one chat. */
  bus?: { url: string; channel: string }
}

let chat: Chat | undefined
let statements = 0

// The library as it is built and as a host mounts it. Rate limits are raised: they are what a load test would measure.
serve(
  async (options: ExpressChatOptions) => {
    const prisma = await clientOf(options)
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

async function clientOf({ database, url, synchronous = 'FULL' }: ExpressChatOptions) {
  if (database === 'postgresql')
    return new PostgresqlClient({
      adapter: new PrismaPg(new Counting({ connectionString: url }), { statementNameGenerator: statementName }),
    })
  const prisma = new SqliteClient({ adapter: new PrismaLibSql({ url }) })
  await prisma.$queryRawUnsafe(`PRAGMA synchronous = ${synchronous}`)
  return prisma
}

/** Counts the statements that reach the database. */
class Counting extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super(config)
    this.on('connect', (client) => {
      const { query } = client
      client.query = ((...given: unknown[]) => {
        statements += 1
        return Reflect.apply(query, client, given)
      }) as typeof query
    })
  }
}
