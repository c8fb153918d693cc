import { problem } from '../contract/problems.js'
import { type Component, component } from './component.js'
import { examples } from './examples.js'
import { banComponents } from './routes/bans.js'
import { editComponents } from './routes/edits.js'
import { inviteComponents } from './routes/invites.js'
import { mediaComponents } from './routes/media.js'
import { memberComponents } from './routes/members.js'
import { messageComponents } from './routes/messages.js'
import { moderationComponents } from './routes/moderation.js'
import { reactionComponents } from './routes/reactions.js'
import { reportComponents } from './routes/reports.js'
import { roomComponents } from './routes/rooms.js'
import { scheduledComponents } from './routes/scheduled.js'
import { threadComponents } from './routes/threads.js'
import { ticketComponents } from './routes/tickets.js'
import { userComponents } from './routes/users.js'

/** The schemas of all routes, under the names that the API's documents give them. */
export const components = {
  ...userComponents,
  ...roomComponents,
  ...memberComponents,
  ...banComponents,
  ...inviteComponents,
  ...messageComponents,
  ...editComponents,
  ...threadComponents,
  ...mediaComponents,
  ...reactionComponents,
  ...reportComponents,
  ...moderationComponents,
  ...scheduledComponents,
  ...ticketComponents,
  Problem: component(
    problem,
    'Why something was refused (RFC 9457). Switch on `code`; titles and details may change.',
    examples.problem,
  ),
} as const satisfies Record<string, Component>
