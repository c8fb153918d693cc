import { type NextFunction, type Request, type Response, Router } from 'express'
import { type Chat, ChatError, type ResolveUser } from 'express-chat'

/** What the admin page asks. In this demo everyone who is signed in is an admin. */
export function adminRoutes(chat: Chat, resolveUser: ResolveUser): Router {
  const router = Router()
  const signedIn = async (request: Request) => {
    const user = await resolveUser(request)
    if (!user) throw new ChatError('unauthenticated')
    await chat.users.save(user)
    return user.id
  }
  router.get('/rooms', async (request, response) => {
    await signedIn(request)
    const cursor = typeof request.query.cursor === 'string' ? request.query.cursor : undefined
    response.json(await chat.system.rooms.list({ cursor }))
  })
  router.post('/rooms', async (request, response) => {
    response.status(201).json(await chat.rooms.create(await signedIn(request), request.body))
  })
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (!(error instanceof ChatError)) return next(error)
    response.status(error.status).json(error.toProblem(crypto.randomUUID()))
  })
  return router
}
