import type { Route } from './route.js'
import { banRoutes } from './routes/bans.js'
import { editRoutes } from './routes/edits.js'
import { inviteRoutes } from './routes/invites.js'
import { mediaRoutes } from './routes/media.js'
import { memberRoutes } from './routes/members.js'
import { messageRoutes } from './routes/messages.js'
import { moderationRoutes } from './routes/moderation.js'
import { pinRoutes } from './routes/pins.js'
import { reactionRoutes } from './routes/reactions.js'
import { readerRoutes } from './routes/readers.js'
import { reportRoutes } from './routes/reports.js'
import { roomRoutes } from './routes/rooms.js'
import { scheduledRoutes } from './routes/scheduled.js'
import { threadRoutes } from './routes/threads.js'
import { ticketRoutes } from './routes/tickets.js'
import { userRoutes } from './routes/users.js'

/** The whole API. If several rows match a path, the first one is used. */
export const routes: readonly Route[] = [
  ...mediaRoutes,
  ...roomRoutes,
  ...memberRoutes,
  ...banRoutes,
  ...inviteRoutes,
  ...messageRoutes,
  ...scheduledRoutes,
  ...editRoutes,
  ...readerRoutes,
  ...pinRoutes,
  ...threadRoutes,
  ...reactionRoutes,
  ...reportRoutes,
  ...userRoutes,
  ...moderationRoutes,
  ...ticketRoutes,
]

/** The rows that this host serves. Without a storage, requests for media go on to the host's other handlers. */
export const routesServed = (storesMedia: boolean): readonly Route[] =>
  storesMedia ? routes : routes.filter((route) => !route.path.startsWith('/media'))
