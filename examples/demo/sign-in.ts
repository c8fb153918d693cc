import { Router } from 'express'
import jsonwebtoken from 'jsonwebtoken'
import type { PrismaClient } from '../prisma/generated/client.js'

const password = 'demo'

export const tokenFor = (secret: string, { id, name }: { id: string; name: string }): string =>
  jsonwebtoken.sign({ name }, secret, { algorithm: 'HS256', subject: id, expiresIn: '7d' })

/** `POST /token` signs anyone in who knows the one password. A demo. */
export function signIn(prisma: PrismaClient, secret: string): Router {
  const router = Router()
  router.post('/token', async (request, response) => {
    const { username, password: given } = request.body ?? {}
    const name = typeof username === 'string' ? username.trim() : ''
    const id = name.toLowerCase()
    if (!/^[^\p{Cc}\p{Cs}/]{1,64}$/u.test(id) || id === 'me') {
      response.status(400).json({ title: 'Give a username of 1 to 64 characters; "me" is taken' })
      return
    }
    if (given !== password) {
      response.status(401).json({ title: `Wrong password: in this demo it is "${password}" for everyone` })
      return
    }
    const user = await prisma.user.upsert({ where: { id }, create: { id, name }, update: {} })
    response.json({ token: tokenFor(secret, user) })
  })
  return router
}
