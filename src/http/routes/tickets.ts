import { components } from '../components.js'
import { made, route } from '../route.js'

export const ticketRoutes = [
  route('POST /ws-ticket', {
    name: 'issueTicket',
    summary: 'A ticket for a socket',
    description: 'It opens one socket, once, within 30 s.',
    rate: 'tickets',
    statuses: [201],
    response: components.Ticket,
    handle: async ({ tickets, revocations, session, askAgain }) =>
      made(await revocations.settle(session, askAgain, (admitted) => tickets.issue(admitted))),
  }),
]
