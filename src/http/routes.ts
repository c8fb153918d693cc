import type { Route } from './route.js'
import { banRoutes } from './routes/bans.js'
import { mediaRoutes } from './routes/media.js'
import { memberRoutes } from './routes/members.js'
import { messageRoutes } from './routes/messages.js'
import { moderationRoutes } from './routes/moderation.js'
import { reactionRoutes } from './routes/reactions.js'
import { reportRoutes } from './routes/reports.js'
import { roomRoutes } from './routes/rooms.js'
import { ticketRoutes } from './routes/tickets.js'
import { userRoutes } from './routes/users.js'

/** The whole API. Of rows that match the same path the first one is taken. */
export const routes: readonly Route[] = [
  ...mediaRoutes,
  ...roomRoutes,
  ...memberRoutes,
  ...banRoutes,
  ...messageRoutes,
  ...reactionRoutes,
  ...reportRoutes,
  ...userRoutes,
  ...moderationRoutes,
  ...ticketRoutes,
]

/** The rows that this host serves: without a store there is no media, and its paths are left to others. */
export const routesServed = (storesMedia: boolean): readonly Route[] =>
  storesMedia ? routes : routes.filter((route) => !route.path.startsWith('/media'))
