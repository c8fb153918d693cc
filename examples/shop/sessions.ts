import { createHash, randomBytes } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { Database } from './database.js'
import { ShopError } from './errors.js'

const cookie = 'shop_session'
const lastsMs = 30 * 24 * 60 * 60 * 1000

declare global {
  namespace Express {
    interface Request {
      /** Who is signed in, and until when. */
      account?: Account
    }
  }
}

export interface Account {
  id: string
  name: string
  email: string
  credit: number
  isStaff: boolean
  sessionEndsAt: Date
}

/** Finds who is signed in by their cookie: for the routes of the shop, and for the chat, sockets included. */
export const readSession =
  (prisma: Database): RequestHandler =>
  async (request, _response, next) => {
    const token = tokenOf(request)
    const session = token && (await prisma.session.findUnique({ where: { id: idOf(token) }, include: { user: true } }))
    if (session && session.expiresAt > new Date() && !session.user.lockedAt) {
      const { id, name, email, credit, isStaff } = session.user
      request.account = { id, name, email, credit, isStaff, sessionEndsAt: session.expiresAt }
    }
    next()
  }

export async function startSession(prisma: Database, request: Request, response: Response, userId: string) {
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(Date.now() + lastsMs)
  await prisma.session.deleteMany({ where: { userId, expiresAt: { lt: new Date() } } })
  await prisma.session.create({ data: { id: idOf(token), userId, expiresAt } })
  response.cookie(cookie, token, { httpOnly: true, sameSite: 'lax', secure: request.secure, expires: expiresAt })
}

export async function endSession(prisma: Database, request: Request, response: Response) {
  const token = tokenOf(request)
  if (token) await prisma.session.deleteMany({ where: { id: idOf(token) } })
  response.clearCookie(cookie)
}

export function accountOf({ account }: Request): Account {
  if (!account) throw new ShopError(401, 'Sign in first')
  return account
}

export function staffOf(request: Request): Account {
  const account = accountOf(request)
  if (!account.isStaff) throw new ShopError(403, 'This is for the people of the shop')
  return account
}

const tokenOf = ({ headers }: Request): string | undefined =>
  headers.cookie?.match(new RegExp(`(?:^|; *)${cookie}=([\\w-]+)`))?.[1]

/** Whoever reads the table can sign in as nobody. */
const idOf = (token: string): string => createHash('sha256').update(token).digest('base64url')
