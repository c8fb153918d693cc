import { components } from '../components.js'
import { made, route } from '../route.js'

export const ticketRoutes = [
  route('POST /ws-ticket', {
    name: 'issueTicket',
    summary: 'A ticket that opens one socket, once, within 30 s',
    rate: 'tickets',
    statuses: [201],
    response: components.Ticket,
    handle: async ({ tickets, me, session }) =>
      made(tickets.issue({ userId: me, sessionExpiresAt: session.expiresAt })),
  }),
]
