import type { RequestHandler } from 'express'
import type { ResolveUser } from 'express-chat'

/** Who looks after what people report. In this demo it is Alice; an app of yours knows it of its accounts. */
export const isModerator = ({ id }: { id: string }): boolean => id === 'alice'

/** What the page has to know of who is signed in, to show a moderator more: the chat does not exist for others there. */
export const whoAmI =
  (resolveUser: ResolveUser): RequestHandler =>
  async (request, response) => {
    const user = await resolveUser(request)
    if (!user) return void response.status(401).json({ title: 'Sign in first' })
    response.json({ id: user.id, isModerator: isModerator(user) })
  }
