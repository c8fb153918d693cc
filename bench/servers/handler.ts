import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { PrismaPg } from '@prisma/adapter-pg'
import express from 'express'
import pg from 'pg'
import { Server } from 'socket.io'
import { PrismaClient } from '../peers/generated/client.js'
import { serve } from './serve.js'

export interface HandlerOptions {
  url: string
  store: 'prisma' | 'pg'
}

interface Saved {
  id: string
  roomId: string
  text: string
  createdAt: Date
  user: { id: string; name: string; avatarUrl: string | null }
}

interface Store {
  isMember(roomId: string, userId: string): Promise<boolean>
  roomsOf(userId: string): Promise<string[]>
  save(roomId: string, userId: string, text: string): Promise<Saved>
  page(roomId: string, before?: string): Promise<Saved[]>
  list(userId: string): Promise<unknown[]>
}

// What a competent developer writes who puts a chat into an Express app: is the sender in the room, insert, emit.
serve(async ({ url, store: kind }: HandlerOptions) => {
  const store = kind === 'prisma' ? onPrisma(url) : onPg(url)
  const app = express()
  app.use(express.json())
  const server = createServer(app)
  const io = new Server(server, { transports: ['websocket'], pingInterval: 86_400_000 })

  async function send(roomId: string, userId: string, text: string): Promise<Saved | undefined> {
    if (!(await store.isMember(roomId, userId))) return undefined
    const message = await store.save(roomId, userId, text)
    io.to(roomId).emit('message', message)
    return message
  }

  io.on('connection', async (socket) => {
    const userId = String(socket.handshake.headers['x-user'])
    await socket.join(await store.roomsOf(userId))
    socket.on('message', async ({ roomId, text }, acknowledge) => {
      acknowledge(await send(roomId, userId, text))
    })
    socket.emit('ready')
  })

  app.post('/rooms/:roomId/messages', async (request, response) => {
    const message = await send(request.params.roomId, String(request.headers['x-user']), request.body.text)
    if (message) response.status(201).json(message)
    else response.status(403).end()
  })
  app.get('/rooms/:roomId/messages', async (request, response) => {
    const { roomId } = request.params
    if (!(await store.isMember(roomId, String(request.headers['x-user'])))) return response.status(403).end()
    response.json(await store.page(roomId, request.query.before as string | undefined))
  })
  app.get('/rooms', async (request, response) => {
    response.json(await store.list(String(request.headers['x-user'])))
  })
  return server
})

function onPrisma(url: string): Store {
  const prisma = new PrismaClient({ adapter: new PrismaPg(url) })
  const shown = { user: { select: { id: true, name: true, avatarUrl: true } } }
  return {
    async isMember(roomId, userId) {
      return (await prisma.member.findUnique({ where: { roomId_userId: { roomId, userId } } })) !== null
    },
    async roomsOf(userId) {
      return (await prisma.member.findMany({ where: { userId } })).map(({ roomId }) => roomId)
    },
    save: (roomId, userId, text) =>
      prisma.message.create({ data: { id: randomUUID(), roomId, userId, text }, include: shown }),
    // As Prisma's guide to pagination has it.
    page: (roomId, before) =>
      prisma.message.findMany({
        where: { roomId },
        orderBy: { createdAt: 'desc' },
        take: 50,
        ...(before === undefined ? {} : { skip: 1, cursor: { id: before } }),
        include: shown,
      }),
    async list(userId) {
      const members = await prisma.member.findMany({
        where: { userId },
        orderBy: { room: { updatedAt: 'desc' } },
        take: 50,
        include: { room: { include: { messages: { orderBy: { createdAt: 'desc' }, take: 1, include: shown } } } },
      })
      return Promise.all(
        members.map(async ({ room, roomId, lastReadAt }) => ({
          ...room,
          unread: await prisma.message.count({ where: { roomId, createdAt: { gt: lastReadAt } } }),
        })),
      )
    },
  }
}

function onPg(url: string): Store {
  const pool = new pg.Pool({ connectionString: url })
  const shown = (row: Record<string, unknown>): Saved =>
    ({ ...row, user: { id: row.userId, name: row.name, avatarUrl: row.avatarUrl } }) as unknown as Saved
  return {
    async isMember(roomId, userId) {
      const { rowCount } = await pool.query('SELECT 1 FROM "Member" WHERE "roomId" = $1 AND "userId" = $2', [
        roomId,
        userId,
      ])
      return rowCount === 1
    },
    async roomsOf(userId) {
      const { rows } = await pool.query('SELECT "roomId" FROM "Member" WHERE "userId" = $1', [userId])
      return rows.map(({ roomId }) => roomId)
    },
    async save(roomId, userId, text) {
      const { rows } = await pool.query(
        `WITH m AS (INSERT INTO "Message" (id, "roomId", "userId", text) VALUES ($1, $2, $3, $4) RETURNING *)
         SELECT m.*, u.name, u."avatarUrl" FROM m JOIN "User" u ON u.id = m."userId"`,
        [randomUUID(), roomId, userId, text],
      )
      return shown(rows[0])
    },
    async page(roomId, before) {
      const { rows } = await pool.query(
        `SELECT m.*, u.name, u."avatarUrl" FROM "Message" m JOIN "User" u ON u.id = m."userId"
         WHERE m."roomId" = $1 AND m."createdAt" < COALESCE((SELECT "createdAt" FROM "Message" WHERE id = $2), 'infinity')
         ORDER BY m."createdAt" DESC LIMIT 50`,
        [roomId, before ?? null],
      )
      return rows.map(shown)
    },
    async list(userId) {
      const { rows } = await pool.query(
        `SELECT r.*, (SELECT count(*)::int FROM "Message" WHERE "roomId" = r.id AND "createdAt" > b."lastReadAt") AS unread,
                (SELECT to_json(m) FROM "Message" m WHERE m."roomId" = r.id ORDER BY m."createdAt" DESC LIMIT 1) AS last
         FROM "Member" b JOIN "Room" r ON r.id = b."roomId" WHERE b."userId" = $1 ORDER BY r."updatedAt" DESC LIMIT 50`,
        [userId],
      )
      return rows
    },
  }
}
